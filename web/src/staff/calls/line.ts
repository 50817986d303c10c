// The browser's end of a call: microphone, loudspeaker and the peer connection between them and the
// server. Everything that touches the browser's own interfaces stands here.

/** A connected call, as the telephone uses it. */
export interface Line {
  mute(muted: boolean): void;
  /** Sends keys as telephone events. */
  press(keys: string): void;
  /** How loud it is that comes in, 0 to 1. */
  level(): number;
  close(): void;
}

export interface Devices {
  microphone: string;
  speaker: string;
  /** Calls are answered on the desk telephone, not here. */
  phone: boolean;
}

/** What a line asks of the server. */
export interface Server {
  exchange(offer: string): Promise<string>;
  /** Where the sound may go when UDP is blocked. */
  relays(): Promise<RTCIceServer[]>;
}

export type Connect = (devices: Devices, server: Server, lost: () => void) => Promise<Line>;

/** Sound formats that the server speaks, the better first; keys beside them. */
const FORMATS = ['audio/G722', 'audio/PCMA', 'audio/telephone-event'];
/** Longest wait for the browser to find its own addresses. */
const GATHER_MS = 1_000;

/** Opens the microphone, agrees with the server and plays what comes. */
export const connect: Connect = async (devices, server, lost) => {
  const [microphone, iceServers] = await Promise.all([
    navigator.mediaDevices.getUserMedia({ audio: wanted(devices) }),
    server.relays(),
  ]);
  const peer = new RTCPeerConnection({ iceServers });
  const player = new Audio();
  player.autoplay = true;
  const context = new AudioContext();
  const meter = context.createAnalyser();
  meter.fftSize = 512;
  const close = () => {
    peer.close();
    player.srcObject = null;
    for (const track of microphone.getTracks()) track.stop();
    void context.close();
  };
  try {
    peer.ontrack = ({ track }) => {
      const stream = new MediaStream([track]);
      player.srcObject = stream;
      context.createMediaStreamSource(stream).connect(meter);
      if (devices.speaker && 'setSinkId' in player) void player.setSinkId(devices.speaker);
    };
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === 'failed' || peer.connectionState === 'disconnected') lost();
    };
    const [track] = microphone.getAudioTracks();
    if (!track) throw new DOMException('no microphone', 'NotFoundError');
    const sender = peer.addTrack(track, microphone);
    const known = RTCRtpReceiver.getCapabilities('audio')?.codecs ?? [];
    const usable = FORMATS.flatMap((format) =>
      known.filter(
        (codec) =>
          codec.mimeType.toLowerCase() === format.toLowerCase() && codec.clockRate === 8000,
      ),
    );
    peer.getTransceivers()[0]?.setCodecPreferences(usable);
    await peer.setLocalDescription();
    await gathered(peer);
    const answer = await server.exchange(peer.localDescription?.sdp ?? '');
    await peer.setRemoteDescription({ type: 'answer', sdp: answer });
    return {
      mute: (muted) => {
        track.enabled = !muted;
      },
      press: (keys) => sender.dtmf?.insertDTMF(keys, 120, 60),
      level: () => loudness(meter),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
};

function wanted({ microphone }: Devices): MediaTrackConstraints {
  return {
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
    ...(microphone ? { deviceId: microphone } : {}),
  };
}

function gathered(peer: RTCPeerConnection): Promise<void> {
  if (peer.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((done) => {
    const timer = setTimeout(done, GATHER_MS);
    peer.onicegatheringstatechange = () => {
      if (peer.iceGatheringState !== 'complete') return;
      clearTimeout(timer);
      done();
    };
  });
}

/** How loud an analyser's sound is, 0 to 1: quiet speech is seen too. */
export function loudness(meter: AnalyserNode): number {
  const samples = new Float32Array(meter.fftSize);
  meter.getFloatTimeDomainData(samples);
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
  return Math.min(1, Math.sqrt(power) * 4);
}
