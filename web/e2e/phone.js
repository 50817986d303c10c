// A telephone: SIP over UDP, PCMA over RTP, a tone to say, keys to press and ears to hear. It is as
// plain as the cheapest telephone exchange, so that what is tested is ours.
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';

const FRAME = 160;
/** A pressed key takes so many packets; the last three say that it is over (RFC 4733). */
const KEY_FRAMES = 9;
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

/** A message of SIP, taken apart. */
class Message {
  constructor(text) {
    const [head, body = ''] = text.split('\r\n\r\n');
    [this.start, ...this.lines] = head.split('\r\n');
    this.body = body;
    this.status = Number(/^SIP\/2\.0 (\d+)/.exec(this.start)?.[1] ?? 0);
    this.method = this.status ? '' : this.start.split(' ')[0];
  }

  all(name) {
    return this.lines.filter((line) => line.toLowerCase().startsWith(`${name}:`));
  }

  one(name) {
    return (
      this.all(name)[0]
        ?.replace(/^[^:]*:\s*/, '')
        .trim() ?? ''
    );
  }

  /** The address to which the other end wants to be spoken. */
  get contact() {
    return /<([^>]+)>/.exec(this.one('contact'))?.[1];
  }
}

/** A telephone and its one call. */
export class Phone {
  /** Samples that were heard, the newest last. */
  heard = [];
  /** Packets that are missing between those that came. */
  gaps = 0;
  ended = false;
  status = 0;
  /** How often it was rung up: for which number, and whether the other end gave up. */
  rings = [];
  #last = null;
  #timer = null;
  #keys = [];
  /** The call that rings here now. */
  #invited = null;

  /** Rings a number up at the exchange; done when it has answered. `tone`: what is said, in Hz. */
  static async call(exchange, number, { caller = '+4500195541', tone = 440 } = {}) {
    const phone = new Phone();
    await phone.#open(tone);
    [phone.host, phone.port] = exchange.split(':');
    phone.target = `sip:${number}@${exchange}`;
    phone.to = `<${phone.target}>`;
    phone.from = `<sip:${caller}@${phone.address}>;tag=${id()}`;
    Object.assign(phone, { callId: id(), cseq: 1, branch: `z9hG4bK${id()}` });
    const answered = new Promise((done, failed) => {
      phone.done = done;
      phone.failed = failed;
    });
    phone.#say('INVITE', { branch: phone.branch, body: phone.#sdp() });
    const late = setTimeout(() => phone.failed(new Error('nobody answered in 45 s')), 45_000);
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

  /** A telephone that waits to be rung up at its `address`. */
  static async plugged({ tone = 440 } = {}) {
    const phone = new Phone();
    await phone.#open(tone);
    return phone;
  }

  get address() {
    return `127.0.0.1:${this.sip.address().port}`;
  }

  /** Whether it rings now. */
  get isRinging() {
    return this.#invited !== null;
  }

  /** Answers the call that rings. */
  pickUp() {
    const invite = this.#invited;
    this.#invited = null;
    Object.assign(this, { ended: false, cseq: 1, heard: [], gaps: 0 });
    this.#last = null;
    this.target = invite.contact;
    this.to = invite.one('from');
    this.from = `${invite.one('to')};tag=${this.tag}`;
    this.callId = invite.one('call-id');
    this.#reply(invite, '200 OK', this.#sdp());
    this.#agree(invite.body);
  }

  /** Presses a key of the keypad. */
  press(key) {
    this.#keys.push({ event: '0123456789*#'.indexOf(key), sent: 0 });
  }

  /** Hears for so long and says how much of a tone was in it. */
  async hears(frequency, ms = 600) {
    this.heard = [];
    await new Promise((done) => setTimeout(done, ms));
    return share(this.heard.slice(-4_000), frequency);
  }

  /** Whether something that the program speaks was heard: a piece of it, sample by sample. */
  async heardWords(name) {
    const file = await readFile(
      new URL(`../../crates/telephony/prompts/da/${name}.wav`, import.meta.url),
    );
    const middle = file.length >> 1;
    const piece = Buffer.from([...file.subarray(middle, middle + 5 * FRAME)]);
    return Buffer.from(this.heard.map(encode)).includes(piece);
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
    this.sip.on('message', (data, { address, port }) => {
      const message = new Message(data.toString('utf8'));
      if (message.status) this.#answered(message);
      else this.#asked(message, address, port);
    });
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
        const head = Buffer.alloc(12);
        head[0] = 0x80;
        head.writeUInt16BE((seq = (seq + 1) & 0xffff), 2);
        source.copy(head, 8);
        const key = this.#keys[0];
        const said = key ? this.#keyFrame(head, key, time) : this.#toneFrame(head, tone, time);
        time += FRAME;
        this.rtp.send(Buffer.concat([head, said]), this.media.port, this.media.host);
      }
    }, 10);
  }

  #toneFrame(head, tone, time) {
    head[1] = 8;
    head.writeUInt32BE(time, 4);
    const said = Buffer.alloc(FRAME);
    for (let n = 0; n < FRAME; n += 1) {
      const at = (2 * Math.PI * tone * (time + n)) / 8_000;
      said[n] = encode(Math.round(8_000 * Math.sin(at)));
    }
    return said;
  }

  /** All packets of a key carry the time at which it was pressed. */
  #keyFrame(head, key, time) {
    key.time ??= time;
    key.sent += 1;
    const over = key.sent > KEY_FRAMES - 3;
    if (key.sent === KEY_FRAMES) this.#keys.shift();
    head[1] = 101 | (key.sent === 1 ? 0x80 : 0);
    head.writeUInt32BE(key.time, 4);
    const said = Buffer.from([key.event, (over ? 0x80 : 0) | 10, 0, 0]);
    said.writeUInt16BE(Math.min(key.sent, KEY_FRAMES - 3) * FRAME, 2);
    return said;
  }

  #sound(data) {
    if (data.length < 12 || (data[1] & 0x7f) !== 8) return;
    const seq = data.readUInt16BE(2);
    if (this.#last !== null) this.gaps += (seq - this.#last - 1) & 0xffff;
    this.#last = seq;
    for (const byte of data.subarray(12)) this.heard.push(decode(byte));
    if (this.heard.length > 160_000) this.heard.splice(0, 80_000);
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
    this.#send(body, [
      `${method} ${this.target} SIP/2.0`,
      `Via: SIP/2.0/UDP ${this.address};branch=${branch};rport`,
      'Max-Forwards: 70',
      `From: ${this.from}`,
      `To: ${this.to}`,
      `Call-ID: ${this.callId}`,
      `CSeq: ${cseq} ${method}`,
    ]);
  }

  #reply(asked, status, body = '') {
    const to = asked
      .all('to')
      .map((line) => (/;tag=/.test(line) ? line : `${line};tag=${this.tag}`));
    const same = ['via', 'from', 'call-id', 'cseq'].flatMap((name) => asked.all(name));
    this.#send(body, [`SIP/2.0 ${status}`, ...same, ...to]);
  }

  #send(body, lines) {
    const all = [
      ...lines,
      `Contact: <sip:phone@${this.address}>`,
      ...(body ? ['Content-Type: application/sdp'] : []),
      `Content-Length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ];
    this.sip?.send(all.join('\r\n'), Number(this.port), this.host);
  }

  /** The exchange asks for something. */
  #asked(message, host, port) {
    Object.assign(this, { host, port });
    const { method, body } = message;
    if (method === 'ACK') return;
    if (method === 'CANCEL') {
      this.#reply(message, '200 OK');
      if (!this.#invited) return;
      this.#reply(this.#invited, '487 Request Terminated');
      this.#invited = null;
      this.rings.at(-1).givenUp = true;
      return;
    }
    if (method === 'INVITE' && message.one('call-id') !== this.callId) {
      if (!this.#invited) {
        this.rings.push({ number: /sip:([^@;>]+)/.exec(message.start)?.[1], givenUp: false });
        this.tag = id();
      }
      this.#invited = message;
      this.#reply(message, '180 Ringing');
      return;
    }
    if (method === 'BYE') this.ended = true;
    const answer = method === 'INVITE' || method === 'UPDATE' ? this.#sdp() : '';
    if (answer && body) this.#agree(body);
    this.#reply(message, '200 OK', answer);
  }

  /** The exchange answers our own call. */
  #answered(message) {
    const { status } = message;
    if (!message.one('cseq').endsWith('INVITE') || status < 200) return;
    this.to = message.one('to');
    this.status = status;
    if (status < 300 && message.contact) this.target = message.contact;
    this.#say('ACK', status < 300 ? {} : { branch: this.branch });
    if (status >= 300) return this.failed(new Error(`refused: ${message.start}`));
    this.#agree(message.body);
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
