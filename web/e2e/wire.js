// A line between a browser and the server that can be cut and mended: real sockets, really closed.
import { connect, createServer } from 'node:net';

export class Wire {
  #server;
  #target;
  #pairs = new Set();
  #is = 'whole';

  /** @param {string} target address of the server, http://127.0.0.1:PORT */
  static async to(target) {
    const wire = new Wire();
    wire.#target = Number(new URL(target).port);
    wire.#server = createServer((near) => wire.#join(near));
    await new Promise((done) => wire.#server.listen(0, '127.0.0.1', done));
    return wire;
  }

  get url() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  /** Closes every connection and refuses new ones. */
  cut() {
    this.#is = 'cut';
    for (const [near, far] of this.#pairs) {
      near.destroy();
      far.destroy();
    }
  }

  /** Nothing goes through any more, and nobody is told. */
  silence() {
    this.#is = 'silent';
    for (const [near, far] of this.#pairs) {
      near.pause();
      far.pause();
    }
  }

  /** New connections go through again; what was silent is lost. */
  mend() {
    if (this.#is === 'silent') this.cut();
    this.#is = 'whole';
  }

  stop() {
    this.cut();
    return new Promise((done) => this.#server.close(done));
  }

  #join(near) {
    near.on('error', () => {});
    if (this.#is === 'cut') {
      near.destroy();
      return;
    }
    const far = connect(this.#target, '127.0.0.1');
    const pair = [near, far];
    this.#pairs.add(pair);
    for (const [from, to] of [pair, [far, near]]) {
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('data', (chunk) => this.#is === 'whole' && to.write(chunk));
      from.on('close', () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
    }
  }
}
