// Who is signed in, with which reach, over which line. One object for the whole application.

import { browser, Live, type LinkState, type Surroundings } from '../shared/live';
import { Refusal, StaffApi } from './api';
import { ServerClock } from './clock.svelte';
import type { Me, Municipality, Presence, PresenceState } from './types';

/** Duty that ends within this time is said beforehand. */
export const ENDING_SOON_MS = 10 * 60_000;

export type SessionState = 'asking' | 'signed-out' | 'signed-in' | 'unreachable';

export class Session {
  state = $state<SessionState>('asking');
  me = $state.raw<Me | null>(null);
  link = $state.raw<LinkState>({ is: 'connecting' });
  /** The line was lost and is back: shown for a moment. */
  back = $state(false);
  live: Live | null = null;
  /** Told after rights have been read anew. */
  reached: (me: Me, first: boolean) => void = () => {};
  left: () => void = () => {};
  linkBack: () => void = () => {};

  /** Every municipality seen in this sign-in, so that names stay when reach ends. */
  #seen = new Map<string, Municipality>();
  #retry: (() => void) | null = null;
  #asking = 0;
  #edge: (() => void) | null = null;

  constructor(
    readonly api: StaffApi = new StaffApi(),
    readonly clock: ServerClock = new ServerClock(),
    private readonly world: Surroundings = browser(),
  ) {
    api.signedOut = () => this.#gone();
  }

  async begin(): Promise<void> {
    try {
      this.#take(await this.api.me());
    } catch (error) {
      if (error instanceof Refusal) {
        this.state = 'signed-out';
        return;
      }
      this.state = 'unreachable';
      this.#retry = this.world.later(2_000, () => void this.begin());
    }
  }

  async signIn(login: string, password: string): Promise<void> {
    this.#take(await this.api.signIn(login, password));
  }

  async signOut(): Promise<void> {
    try {
      await this.api.signOut();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
    }
    this.#gone();
  }

  #take(me: Me): void {
    const first = this.me === null;
    this.clock.set(me.now);
    for (const municipality of [...(me.members ?? []), ...me.municipalities])
      this.#seen.set(municipality.key, municipality);
    this.me = me;
    this.state = 'signed-in';
    if (first) this.#connect();
    this.reached(me, first);
    // The server says so too; this holds when the line is down at that minute.
    this.#edge?.();
    const left = Math.min(me.until - this.clock.read(), 2 ** 31 - 1_000);
    this.#edge = left > 0 ? this.world.later(left + 300, () => void this.again()) : null;
  }

  #connect(): void {
    this.live = new Live(
      {
        socket: '/api/v1/live',
        poll: (stream, after) =>
          `/api/v1/live/poll?stream=${encodeURIComponent(stream)}&after=${after}`,
        changed: (what) => {
          if (what === 'me') void this.again();
        },
        state: (state) => this.#linked(state),
      },
      this.world,
    );
    this.live.start();
  }

  #linked(state: LinkState): void {
    const before = this.link;
    this.link = state;
    if (state.is === 'ended' && state.code === 'signed-out') {
      this.#gone();
    } else if (before.is === 'lost' && state.is === 'open') {
      this.back = true;
      this.world.later(5_000, () => {
        this.back = false;
      });
      void this.again();
      this.linkBack();
    }
  }

  /** Rights may be different now: ask what they are. */
  async again(): Promise<void> {
    if (this.state !== 'signed-in') return;
    const asking = ++this.#asking;
    try {
      const me = await this.api.me();
      if (asking === this.#asking && this.state === 'signed-in') this.#take(me);
    } catch (error) {
      if (!(error instanceof Refusal) && asking === this.#asking) {
        this.#retry = this.world.later(2_000, () => void this.again());
      }
    }
  }

  async setPresence(
    state: PresenceState,
    reason = '',
    back_at: number | null = null,
  ): Promise<void> {
    const presence: Presence = await this.api.setPresence({ state, reason, back_at });
    if (this.me) this.me = { ...this.me, presence };
  }

  #gone(): void {
    if (this.state === 'signed-out') return;
    this.state = 'signed-out';
    this.#retry?.();
    this.#retry = null;
    this.#edge?.();
    this.#edge = null;
    this.live?.end('signed-out');
    this.live = null;
    this.me = null;
    this.link = { is: 'connecting' };
    this.left();
  }

  can(right: string): boolean {
    return this.me?.rights.includes(right) ?? false;
  }

  hasRole(role: string): boolean {
    return this.me?.roles.some((r) => r.role === role) ?? false;
  }

  municipality(key: string | null | undefined): Municipality | null {
    return (key && this.#seen.get(key)) || null;
  }

  /** The municipality's short name; its key, written like a name, when it was never told. */
  short(key: string | null | undefined): string {
    if (!key) return '';
    return this.municipality(key)?.short ?? key.charAt(0).toUpperCase() + key.slice(1);
  }

  /** Whether it is one of those in reach now. */
  reaches(key: string): boolean {
    return this.me?.municipalities.some((m) => m.key === key) ?? false;
  }

  /** The duty ends within ten minutes: no new offers come. */
  endingSoon(now: number): number | null {
    const until = this.me?.duty.on ? this.me.duty.until : null;
    if (until === null || until === undefined) return null;
    const left = until - now;
    return left > 0 && left <= ENDING_SOON_MS ? Math.ceil(left / 60_000) : null;
  }
}
