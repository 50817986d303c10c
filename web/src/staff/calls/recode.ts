// A recording in whatever form a browser can play, as what telephones play: one channel, 8,000 samples a
// second, 16 bits, as a WAV file.

const RATE = 8_000;
const HEAD = 44;

/** Reads a file of sound. Rejects what is none. */
export async function telephoneSound(file: Blob): Promise<Float32Array> {
  // The context's rate is that of what is decoded.
  const context = new OfflineAudioContext(1, 1, RATE);
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  const mono = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel += 1) {
    sound.getChannelData(channel).forEach((sample, n) => {
      mono[n] = (mono[n] ?? 0) + sample / sound.numberOfChannels;
    });
  }
  return mono;
}

/** Samples between -1 and 1 as a WAV file, in base64. */
export function wav(samples: Float32Array): string {
  const file = new DataView(new ArrayBuffer(HEAD + 2 * samples.length));
  const text = (at: number, words: string) => {
    [...words].forEach((letter, n) => file.setUint8(at + n, letter.charCodeAt(0)));
  };
  text(0, 'RIFF');
  file.setUint32(4, HEAD - 8 + 2 * samples.length, true);
  text(8, 'WAVEfmt ');
  file.setUint32(16, 16, true);
  file.setUint16(20, 1, true);
  file.setUint16(22, 1, true);
  file.setUint32(24, RATE, true);
  file.setUint32(28, 2 * RATE, true);
  file.setUint16(32, 2, true);
  file.setUint16(34, 16, true);
  text(36, 'data');
  file.setUint32(40, 2 * samples.length, true);
  samples.forEach((sample, n) => {
    const whole = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767);
    file.setInt16(HEAD + 2 * n, whole, true);
  });
  let binary = '';
  for (const byte of new Uint8Array(file.buffer)) binary += String.fromCharCode(byte);
  return btoa(binary);
}
