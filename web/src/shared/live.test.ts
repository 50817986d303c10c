import { beforeEach, describe, expect, it } from 'vitest';
import { Live, type Follower, type LinkState, type StreamEvent, type Surroundings } from './live';

class FakeSocket {
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  sent: Record<string, unknown>[] = [];
  closed = false;
  send(text: string) {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }
  close() {
    this.closed = true;
  }
  open() {
    this.onopen?.();
  }
  cut() {
    this.onclose?.();
  }
  say(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

class World implements Surroundings {
  time = 0;
  timers: { at: number; then: () => void; id: number }[] = [];
  sockets: FakeSocket[] = [];
  polls: string[] = [];
  answer: (url: string) => { status: number; body: unknown } = () => ({ status: 503, body: {} });
  #id = 0;

  socket() {
    const socket = new FakeSocket();
    this.sockets.push(socket);
    return socket as never;
  }
  fetch(url: string) {
    this.polls.push(url);
    const { status, body } = this.answer(url);
    return Promise.resolve({ ok: status === 200, status, json: () => Promise.resolve(body) });
  }
  now() {
    return this.time;
  }
  later(ms: number, then: () => void) {
    const id = ++this.#id;
    this.timers.push({ at: this.time + ms, then, id });
    return () => {
      this.timers = this.timers.filter((timer) => timer.id !== id);
    };
  }
  chance() {
    return 1;
  }
  pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      this.timers.sort((a, b) => a.at - b.at);
      const next = this.timers[0];
      if (!next || next.at > end) break;
      this.timers.shift();
      this.time = next.at;
      next.then();
    }
    this.time = end;
  }
  get last(): FakeSocket {
    const socket = this.sockets[this.sockets.length - 1];
    if (!socket) throw new Error('no socket');
    return socket;
  }
}

const event = (seq: number): StreamEvent => ({ seq, at: seq, kind: 'message', entry: null });

function listener() {
  const heard: number[] = [];
  const ends: string[] = [];
  const follower: Follower = {
    events: (events) => heard.push(...events.map((e) => e.seq)),
    closed: (code) => ends.push(code),
  };
  return { heard, ends, follower };
}

describe('the live line', () => {
  let world: World;
  let live: Live;
  let states: LinkState[];
  let changed: string[];

  beforeEach(() => {
    world = new World();
    states = [];
    changed = [];
    live = new Live(
      {
        socket: '/live',
        poll: (stream, after) => `/poll?${stream}&${after}`,
        state: (state) => states.push(state),
        changed: (what) => changed.push(what),
      },
      world,
    );
  });

  it('follows what was asked for before it was open', () => {
    const { follower } = listener();
    live.follow('contact/1', 7, follower);
    live.start();
    world.last.open();
    expect(world.last.sent).toContainEqual({ type: 'follow', stream: 'contact/1', after: 7 });
    expect(live.state).toEqual({ is: 'open', via: 'socket' });
  });

  it('resumes after a cut from the last number, without gap and without double', () => {
    const { heard, follower } = listener();
    live.follow('contact/1', 0, follower);
    live.start();
    world.last.open();
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(1), event(2)], head: 2 });
    world.last.cut();
    world.pass(3_000);
    world.last.open();
    expect(world.last.sent).toContainEqual({ type: 'follow', stream: 'contact/1', after: 2 });
    world.last.say({
      type: 'events',
      stream: 'contact/1',
      events: [event(2), event(3), event(4)],
      head: 4,
    });
    expect(heard).toEqual([1, 2, 3, 4]);
  });

  it('asks for what is missing before it shows what follows', () => {
    const { heard, follower } = listener();
    live.follow('contact/1', 1, follower);
    live.start();
    world.last.open();
    world.last.sent = [];
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(4)], head: 4 });
    expect(heard).toEqual([]);
    expect(world.last.sent).toEqual([{ type: 'follow', stream: 'contact/1', after: 1 }]);
    const all = [event(2), event(3), event(4)];
    world.last.say({ type: 'events', stream: 'contact/1', events: all, head: 4 });
    expect(heard).toEqual([2, 3, 4]);
  });

  it('takes a gap that stays for the truth, and asks only once', () => {
    const { heard, follower } = listener();
    live.follow('contact/1', 1, follower);
    live.start();
    world.last.open();
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(5)], head: 5 });
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(5)], head: 5 });
    expect(heard).toEqual([5]);
  });

  it('puts events that come out of order in order', () => {
    const { heard, follower } = listener();
    live.follow('contact/1', 0, follower);
    live.start();
    world.last.open();
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(2), event(1)], head: 2 });
    expect(heard).toEqual([1, 2]);
  });

  it('catches up when the server said there is more than it sent', () => {
    const { follower } = listener();
    live.follow('contact/1', 0, follower);
    live.start();
    world.last.open();
    world.last.sent = [];
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(1)], head: 9 });
    world.pass(1_000);
    expect(world.last.sent).toContainEqual({ type: 'follow', stream: 'contact/1', after: 1 });
  });

  it('tries again within two and a half seconds, then ever more rarely', () => {
    live.start();
    world.last.open();
    world.last.cut();
    expect(live.state).toMatchObject({ is: 'lost', attempt: 1, since: 0 });
    world.pass(2_500);
    expect(world.sockets.length).toBeGreaterThanOrEqual(2);
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      const before = world.sockets.length;
      const from = world.time;
      world.last.cut();
      while (world.sockets.length === before) world.pass(100);
      waits.push(world.time - from);
    }
    expect(waits[5]).toBeGreaterThan(waits[0] ?? 0);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_100);
  });

  it('notices a line that is dead without saying so', () => {
    live.start();
    world.last.open();
    world.pass(15_000);
    expect(world.last.sent).toContainEqual({ type: 'ping' });
    world.pass(8_000);
    expect(live.state.is).toBe('lost');
  });

  it('keeps a line that answers', () => {
    live.start();
    world.last.open();
    const socket = world.last;
    socket.send = (text) => {
      if (text.includes('ping')) socket.say({ type: 'pong' });
    };
    world.pass(300_000);
    expect(live.state).toEqual({ is: 'open', via: 'socket' });
    expect(world.sockets.length).toBe(1);
  });

  it('polls by the same law where sockets are blocked', async () => {
    const { heard, follower } = listener();
    live.follow('contact/1', 3, follower);
    world.answer = () => ({ status: 200, body: { events: [event(4)], head: 4 } });
    live.start();
    world.last.cut();
    world.pass(2_000);
    world.last.cut();
    await Promise.resolve();
    await new Promise((done) => setTimeout(done));
    expect(world.polls[0]).toBe('/poll?contact/1&3');
    expect(heard).toEqual([4]);
    expect(live.state).toEqual({ is: 'open', via: 'poll' });
  });

  it('stops polling when a socket opens after all', async () => {
    const { follower } = listener();
    live.follow('contact/1', 0, follower);
    world.answer = () => ({ status: 200, body: { events: [], head: 0 } });
    live.start();
    world.last.cut();
    world.pass(2_000);
    world.last.cut();
    await new Promise((done) => setTimeout(done));
    world.pass(3_000);
    world.last.open();
    const polled = world.polls.length;
    world.pass(10_000);
    expect(world.polls.length).toBe(polled);
    expect(live.state).toEqual({ is: 'open', via: 'socket' });
  });

  it('gives up a socket that never says whether it opened', () => {
    live.start();
    world.pass(8_000);
    expect(live.state.is).toBe('lost');
  });

  it('drops a stream whose reach has ended, at once', () => {
    const { heard, ends, follower } = listener();
    live.follow('contact/1', 0, follower);
    live.start();
    world.last.open();
    world.last.say({ type: 'closed', stream: 'contact/1', code: 'reach-ended' });
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(1)], head: 1 });
    expect(ends).toEqual(['reach-ended']);
    expect(heard).toEqual([]);
  });

  it('tells that rights may have changed', () => {
    live.start();
    world.last.open();
    world.last.say({ type: 'changed', what: 'me' });
    expect(changed).toEqual(['me']);
  });

  it('says that somebody writes at most every three seconds', () => {
    live.start();
    world.last.open();
    for (let i = 0; i < 10; i++) {
      live.typing('1');
      world.pass(500);
    }
    expect(world.last.sent.filter((frame) => frame.type === 'typing')).toHaveLength(2);
  });

  it('ends for good when the sign-in has ended, and comes back when the server only drains', () => {
    live.start();
    world.last.open();
    world.last.say({ type: 'bye', code: 'draining' });
    expect(live.state.is).toBe('lost');
    world.pass(2_500);
    world.last.open();
    world.last.say({ type: 'bye', code: 'signed-out' });
    expect(live.state).toEqual({ is: 'ended', code: 'signed-out' });
    const before = world.sockets.length;
    world.pass(60_000);
    expect(world.sockets.length).toBe(before);
  });

  it('is not disturbed by frames it does not know', () => {
    live.start();
    world.last.open();
    world.last.onmessage?.({ data: 'no json {' });
    world.last.say({ type: 'of-tomorrow' });
    expect(live.state).toEqual({ is: 'open', via: 'socket' });
  });

  it('no longer tells a follower that has gone', () => {
    const { heard, follower } = listener();
    const stop = live.follow('contact/1', 0, follower);
    live.start();
    world.last.open();
    stop();
    world.last.say({ type: 'events', stream: 'contact/1', events: [event(1)], head: 1 });
    expect(heard).toEqual([]);
    expect(world.last.sent).toContainEqual({ type: 'unfollow', stream: 'contact/1' });
  });
});
