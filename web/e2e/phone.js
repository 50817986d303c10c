// A telephone: SIP over UDP, PCMA over RTP, a tone to say and ears to hear one. It is as plain as the
// cheapest telephone exchange, so that what is tested is ours.
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';

const FRAME = 160;
const id = () => randomBytes(6).toString('hex');

/** G.711 A-law. */
export function encode(sample) {
  const mask = sample >= 0 ? 0xd5 : 0x55;
  const value = Math.min(0xfff, (sample >= 0 ? sample : -sample - 1) >> 3);
  const segment = Math.max(0, 27 - Math.clz32(value | 0x1f));
  return ((segment << 4) | ((value >> Math.max(1, segment)) & 0x0f)) ^ mask;
}

export function decode(byte) {
  const value = byte ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = ((value & 0x0f) << 4) + 8;
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return value & 0x80 ? size : -size;
}

/** How much of a frequency is in the samples: 1 is all of it, 0 is none. */
export function share(samples, frequency, rate = 8_000) {
  let [re, im, power] = [0, 0, 0];
  samples.forEach((sample, n) => {
    const angle = (2 * Math.PI * frequency * n) / rate;
    re += sample * Math.cos(angle);
    im += sample * Math.sin(angle);
    power += sample * sample;
  });
  return power === 0 ? 0 : (2 * (re * re + im * im)) / (samples.length * power);
}

/** A call of this telephone. */
export class Phone {
  /** Samples that were heard, the newest last. */
  heard = [];
  /** Packets that are missing between those that came. */
  gaps = 0;
  ended = false;
  status = 0;
  #last = null;
  #timer = null;

  /** Rings a number up at the exchange; done when it has answered. `tone`: what is said, in Hz. */
  static async call(exchange, number, { caller = '+4500195541', tone = 440 } = {}) {
    const phone = new Phone();
    await phone.#open(tone);
    [phone.host, phone.port] = exchange.split(':');
    Object.assign(phone, { number, caller, callId: id(), tag: id(), cseq: 1 });
    phone.target = `sip:${number}@${exchange}`;
    phone.to = `<${phone.target}>`;
    const answered = new Promise((done, failed) => {
      phone.done = done;
      phone.failed = failed;
    });
    phone.branch = `z9hG4bK${id()}`;
    phone.#say('INVITE', { branch: phone.branch, body: phone.#sdp() });
    const late = setTimeout(() => phone.failed(new Error('nobody answered in 10 s')), 10_000);
    try {
      await answered;
    } catch (error) {
      phone.close();
      throw error;
    } finally {
      clearTimeout(late);
    }
    return phone;
  }

  /** Hears for so long and says how much of a tone was in it. */
  async hears(frequency, ms = 600) {
    this.heard = [];
    await new Promise((done) => setTimeout(done, ms));
    return share(this.heard.slice(-4_000), frequency);
  }

  hangUp() {
    if (!this.ended) this.#say('BYE', { cseq: (this.cseq += 1) });
    this.ended = true;
  }

  close() {
    this.ended = true;
    clearInterval(this.#timer);
    this.sip?.close();
    this.rtp?.close();
    this.sip = this.rtp = null;
  }

  async #open(tone) {
    const open = async () => {
      const socket = createSocket('udp4');
      await new Promise((done) => socket.bind(0, '127.0.0.1', done));
      return socket;
    };
    [this.sip, this.rtp] = [await open(), await open()];
    this.sip.on('message', (data) => this.#received(data.toString('utf8')));
    this.rtp.on('message', (data) => this.#sound(data));
    this.#speak(tone);
  }

  #speak(tone) {
    let [seq, time] = [randomBytes(2).readUInt16BE(), 0];
    const source = randomBytes(4);
    let started = Date.now();
    let sent = 0;
    this.#timer = setInterval(() => {
      if (!this.media || this.ended) {
        [started, sent] = [Date.now(), 0];
        return;
      }
      // As many frames as the clock says: a timer is late now and then.
      for (; sent * 20 <= Date.now() - started; sent += 1) {
        const packet = Buffer.alloc(12 + FRAME);
        packet[0] = 0x80;
        packet[1] = 8;
        packet.writeUInt16BE((seq = (seq + 1) & 0xffff), 2);
        packet.writeUInt32BE(time, 4);
        source.copy(packet, 8);
        for (let n = 0; n < FRAME; n += 1) {
          const at = (2 * Math.PI * tone * (time + n)) / 8_000;
          packet[12 + n] = encode(Math.round(8_000 * Math.sin(at)));
        }
        time += FRAME;
        this.rtp.send(packet, this.media.port, this.media.host);
      }
    }, 10);
  }

  #sound(data) {
    if (data.length < 12 || (data[1] & 0x7f) !== 8) return;
    const seq = data.readUInt16BE(2);
    if (this.#last !== null) this.gaps += (seq - this.#last - 1) & 0xffff;
    this.#last = seq;
    for (const byte of data.subarray(12)) this.heard.push(decode(byte));
    if (this.heard.length > 80_000) this.heard.splice(0, 40_000);
  }

  #sdp() {
    const { port } = this.rtp.address();
    return [
      'v=0',
      'o=- 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${port} RTP/AVP 8 101`,
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-16',
      'a=ptime:20',
      'a=sendrecv',
      '',
    ].join('\r\n');
  }

  #say(method, { branch = `z9hG4bK${id()}`, cseq = this.cseq, body = '' } = {}) {
    const { port } = this.sip.address();
    const lines = [
      `${method} ${this.target} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${port};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: <sip:${this.caller}@127.0.0.1:${port}>;tag=${this.tag}`,
      `To: ${this.to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:${this.caller}@127.0.0.1:${port}>`,
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    this.sip.send(lines.join('\r\n'), Number(this.port), this.host);
  }

  #received(text) {
    const [head, body = ''] = text.split('\r\n\r\n');
    const [start, ...lines] = head.split('\r\n');
    const all = (name) =>
      lines.filter((line) => line.toLowerCase().startsWith(`${name}:`)).map((line) => line.trim());
    const one = (name) => all(name)[0]?.replace(/^[^:]*:\s*/, '') ?? '';
    const response = /^SIP\/2\.0 (\d+)/.exec(start);
    if (!response) {
      const method = start.split(' ')[0];
      if (method === 'ACK') return;
      if (method === 'BYE') this.ended = true;
      const answer = method === 'INVITE' || method === 'UPDATE' ? this.#sdp() : '';
      if (answer && body) this.#agree(body);
      const { port } = this.sip.address();
      const reply = [
        'SIP/2.0 200 OK',
        ...all('via'),
        ...all('from'),
        ...all('to'),
        ...all('call-id'),
        ...all('cseq'),
        `Contact: <sip:${this.caller}@127.0.0.1:${port}>`,
        ...(answer ? ['Content-Type: application/sdp'] : []),
        `Content-Length: ${Buffer.byteLength(answer)}`,
        '',
        answer,
      ];
      this.sip.send(reply.join('\r\n'), Number(this.port), this.host);
      return;
    }
    const status = Number(response[1]);
    if (!one('cseq').endsWith('INVITE') || status < 200) return;
    this.to = one('to');
    this.status = status;
    const uri = /<([^>]+)>/.exec(one('contact'))?.[1];
    if (status < 300 && uri) this.target = uri;
    this.#say('ACK', status < 300 ? {} : { branch: this.branch });
    if (status >= 300) return this.failed(new Error(`refused: ${start}`));
    this.#agree(body);
    this.done();
  }

  #agree(sdp) {
    const port = Number(/^m=audio (\d+)/m.exec(sdp)?.[1]);
    const host = /^c=IN IP4 ([\d.]+)/m.exec(sdp)?.[1];
    if (port && host) this.media = { host, port };
  }
}

/** A second of a tone as a WAV file, for Chromium's microphone. */
export function wav(frequency, rate = 48_000) {
  const samples = rate;
  const file = Buffer.alloc(44 + 2 * samples);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + 2 * samples, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(2 * rate, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(2 * samples, 40);
  for (let n = 0; n < samples; n += 1) {
    const sample = Math.round(10_000 * Math.sin((2 * Math.PI * frequency * n) / rate));
    file.writeInt16LE(sample, 44 + 2 * n);
  }
  return file;
}
