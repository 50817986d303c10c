// The server's time, ticking once a second. A wrong clock in the browser moves nothing.

export class ServerClock {
  #offset = 0;
  /** Unix ms by the server's clock, as of the last tick. */
  now = $state(0);

  constructor(private readonly browserNow: () => number = () => Date.now()) {
    this.now = browserNow();
  }

  /** The server has said what time it is. */
  set(serverNow: number): void {
    this.#offset = serverNow - this.browserNow();
    this.tick();
  }

  tick(): void {
    this.now = this.read();
  }

  /** This instant by the server's clock. */
  read(): number {
    return this.browserNow() + this.#offset;
  }

  /** Ticks on every full second; the answer stops it. */
  run(): () => void {
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      this.tick();
      timer = setTimeout(next, 1000 - (this.read() % 1000) + 2);
    };
    next();
    return () => clearTimeout(timer);
  }
}
