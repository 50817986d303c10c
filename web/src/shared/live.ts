// The live line between a browser and Straks, the same for citizens and staff.
//
// A follower names a stream and the last number it has seen. Whatever happens to the line, it is
// asked for what comes after that number: nothing is lost and nothing is delivered twice. Where
// sockets are blocked the same question is polled.

/** One line of a conversation, as the server tells it. */
export type Entry = MessageEntry | NoticeEntry;

export interface ArticleRef {
  topic: string;
  title: string;
  url: string;
}

export interface MessageEntry {
  seq: number;
  /** Unix ms. */
  at: number;
  message_id: string | null;
  from: 'citizen' | 'agent' | 'system';
  name: string | null;
  /** `null` when it has been erased. */
  text: string | null;
  article: ArticleRef | null;
}

export interface NoticeEntry {
  seq: number;
  at: number;
  code: string;
  args: Record<string, string>;
}

export function isNotice(entry: Entry): entry is NoticeEntry {
  return 'code' in entry;
}

export interface StreamEvent {
  seq: number;
  at: number;
  kind: string;
  entry: Entry | null;
}

/** What a part of the screen does with the stream it follows. */
export interface Follower {
  /** New events, in order, without gaps and without doubles. */
  events(events: StreamEvent[], head: number): void;
  /** The reach has ended or was never there: take it off the screen. */
  closed(code: string): void;
  /** The other side is writing. */
  typing?(from: string): void;
}

export type LinkState =
  | { is: 'connecting' }
  | { is: 'open'; via: 'socket' | 'poll' }
  /** `attempt` counts from 1; `since` is when the line was lost (Unix ms of this browser). */
  | { is: 'lost'; attempt: number; since: number }
  | { is: 'ended'; code: string };

type ServerFrame =
  | { type: 'events'; stream: string; events: StreamEvent[]; head: number }
  | { type: 'refused' | 'closed'; stream: string; code: string }
  | { type: 'typing'; contact: string; from: string }
  | { type: 'changed'; what: string }
  | { type: 'pong' }
  | { type: 'bye'; code: string };

export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  send(text: string): void;
  close(): void;
}

/** What the line needs from the world; tests bring their own. */
export interface Surroundings {
  socket(url: string): SocketLike;
  fetch(url: string): Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;
  now(): number;
  /** Runs `then` after `ms`; the answer cancels it. */
  later(ms: number, then: () => void): () => void;
  /** 0 to 1. */
  chance(): number;
}

export interface LiveOptions {
  /** Address of the socket: a path of this origin. */
  socket: string;
  /** Address that answers `{events, head}` for a stream after a number. */
  poll(stream: string, after: number): string;
  /** `changed` frames: `me` means that rights may be different now. */
  changed?(what: string): void;
  state?(state: LinkState): void;
}

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 15_000;
/** A socket that has not opened by then is given up: proxies that block sockets often say nothing. */
const OPEN_WITHIN_MS = 8_000;
const PING_EVERY_MS = 15_000;
const PONG_WITHIN_MS = 8_000;
const POLL_EVERY_MS = 2_000;
/** So many sockets in a row never opened before polling begins beside the tries. */
const POLL_AFTER_FAILURES = 2;
const TYPING_EVERY_MS = 3_000;
const CATCH_UP_AFTER_MS = 1_000;

interface Followed {
  after: number;
  follower: Follower;
  /** The number after which a gap was last asked for; a gap that stays is the server's truth. */
  askedAfter: number | null;
}

export class Live {
  #state: LinkState = { is: 'connecting' };
  #followed = new Map<string, Followed>();
  #socket: SocketLike | null = null;
  #open = false;
  #failures = 0;
  #lostAt: number | null = null;
  #heardAt = 0;
  #cancelRetry: (() => void) | null = null;
  #cancelWatch: (() => void) | null = null;
  #cancelPoll: (() => void) | null = null;
  #cancelCatchUp: (() => void) | null = null;
  #polling = false;
  #typingAt = new Map<string, number>();

  constructor(
    private readonly options: LiveOptions,
    private readonly world: Surroundings = browser(),
  ) {}

  get state(): LinkState {
    return this.#state;
  }

  /** Opens the line; safe to call again. */
  start(): void {
    if (this.#socket || this.#state.is === 'ended') return;
    this.#connect();
  }

  /** Closes the line for good. */
  end(code = 'left'): void {
    this.#toState({ is: 'ended', code });
    this.#cancelRetry?.();
    this.#cancelWatch?.();
    this.#cancelPoll?.();
    this.#cancelCatchUp?.();
    this.#cancelRetry = this.#cancelWatch = this.#cancelPoll = this.#cancelCatchUp = null;
    this.#polling = false;
    const socket = this.#socket;
    this.#socket = null;
    this.#open = false;
    socket?.close();
  }

  /** Tries at once instead of waiting: the network is back, or somebody asked. */
  hurry(): void {
    if (this.#state.is === 'ended' || this.#open) return;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    if (!this.#socket) this.#connect();
  }

  /** Follows a stream from after a number; the answer stops following. */
  follow(stream: string, after: number, follower: Follower): () => void {
    const followed: Followed = { after, follower, askedAfter: null };
    this.#followed.set(stream, followed);
    this.#tell({ type: 'follow', stream, after });
    return () => {
      if (this.#followed.get(stream) !== followed) return;
      this.#followed.delete(stream);
      this.#tell({ type: 'unfollow', stream });
    };
  }

  /** The last number seen on a stream that is followed. */
  cursor(stream: string): number | undefined {
    return this.#followed.get(stream)?.after;
  }

  /** Says that somebody writes here; at most every three seconds. */
  typing(contact: string): void {
    const now = this.world.now();
    if (now - (this.#typingAt.get(contact) ?? -Infinity) < TYPING_EVERY_MS) return;
    this.#typingAt.set(contact, now);
    this.#tell({ type: 'typing', contact });
  }

  #connect(): void {
    let opened = false;
    const socket = this.world.socket(this.options.socket);
    this.#socket = socket;
    const giveUp = this.world.later(OPEN_WITHIN_MS, () => {
      if (!opened) this.#drop(socket);
    });
    socket.onopen = () => {
      giveUp();
      if (this.#socket !== socket) return;
      opened = true;
      this.#opened();
    };
    socket.onmessage = (event) => {
      if (this.#socket !== socket) return;
      this.#heardAt = this.world.now();
      this.#receive(event.data);
    };
    socket.onclose = () => {
      giveUp();
      this.#drop(socket);
    };
  }

  #opened(): void {
    this.#open = true;
    this.#failures = 0;
    this.#lostAt = null;
    this.#polling = false;
    this.#cancelPoll?.();
    this.#cancelPoll = null;
    this.#heardAt = this.world.now();
    for (const [stream, { after }] of this.#followed) this.#tell({ type: 'follow', stream, after });
    this.#watch();
    this.#toState({ is: 'open', via: 'socket' });
  }

  /** The socket is gone, or is treated as gone. */
  #drop(socket: SocketLike): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.#open = false;
    this.#cancelWatch?.();
    this.#cancelWatch = null;
    socket.onopen = socket.onclose = null;
    socket.onmessage = null;
    socket.close();
    if (this.#state.is === 'ended') return;
    this.#failures += 1;
    this.#lostAt ??= this.world.now();
    if (!this.#polling) {
      this.#toState({ is: 'lost', attempt: this.#failures, since: this.#lostAt });
      if (this.#failures >= POLL_AFTER_FAILURES) this.#startPolling();
    }
    // Spread, so that thousands do not come back in the same instant.
    const whole = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.#failures - 1));
    this.#cancelRetry = this.world.later(whole * (0.5 + this.world.chance() / 2), () => {
      this.#cancelRetry = null;
      this.#connect();
    });
  }

  /** Notices a line that is dead without saying so. */
  #watch(): void {
    const socket = this.#socket;
    this.#cancelWatch = this.world.later(PING_EVERY_MS, () => {
      const asked = this.world.now();
      this.#tell({ type: 'ping' });
      this.#cancelWatch = this.world.later(PONG_WITHIN_MS, () => {
        if (this.#heardAt < asked && socket) this.#drop(socket);
        else this.#watch();
      });
    });
  }

  #receive(data: unknown): void {
    if (typeof data !== 'string') return;
    let frame: ServerFrame;
    try {
      frame = JSON.parse(data) as ServerFrame;
    } catch {
      return;
    }
    switch (frame.type) {
      case 'events':
        this.#deliver(frame.stream, frame.events, frame.head);
        break;
      case 'refused':
      case 'closed':
        this.#close(frame.stream, frame.code);
        break;
      case 'typing':
        this.#followed.get(`contact/${frame.contact}`)?.follower.typing?.(frame.from);
        break;
      case 'changed':
        this.options.changed?.(frame.what);
        break;
      case 'bye':
        if (frame.code === 'signed-out') this.end('signed-out');
        else if (this.#socket) this.#drop(this.#socket);
        break;
      case 'pong':
        break;
    }
  }

  #deliver(stream: string, events: StreamEvent[], head: number): void {
    const followed = this.#followed.get(stream);
    if (!followed) return;
    const fresh = events.filter((event) => event.seq > followed.after);
    fresh.sort((a, b) => a.seq - b.seq);
    const first = fresh[0];
    if (first && first.seq > followed.after + 1 && followed.askedAfter !== followed.after) {
      // Something between was not heard: ask for it before showing what follows.
      followed.askedAfter = followed.after;
      this.#tell({ type: 'follow', stream, after: followed.after });
      return;
    }
    const last = fresh[fresh.length - 1];
    if (last) {
      followed.after = last.seq;
      followed.follower.events(fresh, head);
    }
    if (head > followed.after) this.#catchUpSoon();
  }

  /** The server said there is more than it sent; it usually follows by itself. */
  #catchUpSoon(): void {
    this.#cancelCatchUp ??= this.world.later(CATCH_UP_AFTER_MS, () => {
      this.#cancelCatchUp = null;
      for (const [stream, { after }] of this.#followed) {
        this.#tell({ type: 'follow', stream, after });
      }
    });
  }

  #close(stream: string, code: string): void {
    const followed = this.#followed.get(stream);
    if (!followed) return;
    this.#followed.delete(stream);
    followed.follower.closed(code);
  }

  #startPolling(): void {
    if (this.#polling) return;
    this.#polling = true;
    void this.#poll();
  }

  async #poll(): Promise<void> {
    let reached = true;
    const asked = [...this.#followed];
    await Promise.all(
      asked.map(async ([stream, followed]) => {
        try {
          const answer = await this.world.fetch(this.options.poll(stream, followed.after));
          if (!this.#polling || this.#followed.get(stream) !== followed) return;
          if (answer.ok) {
            const { events, head } = (await answer.json()) as {
              events: StreamEvent[];
              head: number;
            };
            this.#deliver(stream, events, head);
          } else if (answer.status === 401) {
            this.end('signed-out');
          } else if (answer.status === 403 || answer.status === 404) {
            this.#close(stream, 'reach-ended');
          } else {
            reached = false;
          }
        } catch {
          reached = false;
        }
      }),
    );
    if (!this.#polling) return;
    if (reached && asked.length > 0) {
      this.#toState({ is: 'open', via: 'poll' });
    } else {
      this.#toState({
        is: 'lost',
        attempt: this.#failures,
        since: this.#lostAt ?? this.world.now(),
      });
    }
    this.#cancelPoll = this.world.later(POLL_EVERY_MS, () => void this.#poll());
  }

  #tell(frame: object): void {
    if (this.#open) this.#socket?.send(JSON.stringify(frame));
  }

  #toState(state: LinkState): void {
    if (this.#state.is === 'ended') return;
    const same =
      state.is === this.#state.is && JSON.stringify(state) === JSON.stringify(this.#state);
    this.#state = state;
    if (!same) this.options.state?.(state);
  }
}

/** The browser as it is. */
export function browser(): Surroundings {
  return {
    socket(path) {
      const url = new URL(path, location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      return new WebSocket(url) as unknown as SocketLike;
    },
    fetch: (url) => fetch(url, { credentials: 'same-origin', cache: 'no-store' }),
    now: () => Date.now(),
    later(ms, then) {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
    chance: () => Math.random(),
  };
}
