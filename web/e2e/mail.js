// A mail server that takes what it is given and keeps it, so that mails are read as they arrived.
import { createServer } from 'node:net';

/** The text of a body as its transfer encoding writes it. */
function decoded(body, encoding) {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8');
  if (!/quoted-printable/i.test(encoding)) return body;
  const bytes = body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Words of a header in the form =?utf-8?b?…?=. */
function words(text) {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind, coded) =>
      kind.toLowerCase() === 'b'
        ? Buffer.from(coded, 'base64').toString('utf8')
        : decoded(coded.replaceAll('_', ' '), 'quoted-printable'),
    );
}

function part(raw) {
  const end = raw.search(/\r?\n\r?\n/);
  const head = raw.slice(0, end).replace(/\r?\n[ \t]+/g, ' ');
  const body = raw.slice(end).replace(/^\r?\n\r?\n/, '');
  const header = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  return { header, body };
}

/** @returns {{ subject: string, from: string, text: string }} */
export function read(raw) {
  const { header, body } = part(raw);
  const boundary = /boundary="?([^";]+)"?/i.exec(header('content-type'))?.[1];
  let text = decoded(body, header('content-transfer-encoding'));
  if (boundary) {
    const parts = body
      .split(`--${boundary}`)
      .slice(1, -1)
      .map((piece) => part(piece.trimStart()));
    const plain = parts.find((piece) => /text\/plain/i.test(piece.header('content-type')));
    text = plain ? decoded(plain.body, plain.header('content-transfer-encoding')) : body;
  }
  return { subject: words(header('subject')), from: words(header('from')), text };
}

export class MailServer {
  /** Every mail so far: { from, to: [address], raw, subject, text }. */
  mails = [];
  #server;

  static async start() {
    const mail = new MailServer();
    mail.#server = createServer((socket) => mail.#talk(socket));
    await new Promise((done) => mail.#server.listen(0, '127.0.0.1', done));
    return mail;
  }

  get address() {
    return `127.0.0.1:${this.#server.address().port}`;
  }

  /** The mails to an address, the oldest first. */
  to(address) {
    return this.mails.filter((mail) => mail.to.includes(address));
  }

  stop() {
    return new Promise((done) => this.#server.close(done));
  }

  #talk(socket) {
    let buffer = '';
    let from = '';
    let to = [];
    let inData = false;
    const say = (line) => socket.write(`${line}\r\n`);
    const address = (line) => /<([^>]*)>/.exec(line)?.[1] ?? '';
    socket.setEncoding('latin1');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      buffer += chunk;
      for (;;) {
        if (inData) {
          const end = buffer.indexOf('\r\n.\r\n');
          if (end < 0) return;
          const raw = buffer.slice(0, end).replace(/^\.\./gm, '.');
          buffer = buffer.slice(end + 5);
          inData = false;
          const whole = Buffer.from(raw, 'latin1').toString('utf8');
          this.mails.push({ ...read(whole), from, to, raw: whole });
          say('250 kept');
          continue;
        }
        const end = buffer.indexOf('\r\n');
        if (end < 0) return;
        const line = buffer.slice(0, end);
        buffer = buffer.slice(end + 2);
        const verb = line.slice(0, 4).toUpperCase();
        if (verb === 'EHLO') socket.write('250-local\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n');
        else if (verb === 'HELO' || verb === 'RSET' || verb === 'NOOP') say('250 local');
        else if (verb === 'MAIL') {
          from = address(line);
          to = [];
          say('250 from');
        } else if (verb === 'RCPT') {
          to.push(address(line));
          say('250 to');
        } else if (verb === 'DATA') {
          inData = true;
          say('354 go on');
        } else if (verb === 'QUIT') {
          say('221 bye');
          socket.end();
        } else say('502 not here');
      }
    });
    say('220 local');
  }
}
