// The colleagues' chat of the evening. Resumes like everything else and is never a citizen's text.

import { SvelteMap } from 'svelte/reactivity';
import type { Follower } from '../shared/live';
import { newId, Refusal, type StaffApi } from './api';
import type { RoomMessage } from './types';

export class Room {
  #messages = new SvelteMap<number, RoomMessage>();
  messages = $derived([...this.#messages.values()].sort((a, b) => a.seq - b.seq));
  draft = $state('');
  sending = $state(false);
  failed = $state<string | null>(null);
  readUpTo = $state(0);
  #unfollow: (() => void) | null = null;
  #id: string | null = null;

  constructor(
    private readonly api: StaffApi,
    private readonly follow: (stream: string, after: number, follower: Follower) => () => void,
  ) {}

  get head(): number {
    return this.messages[this.messages.length - 1]?.seq ?? 0;
  }

  get unread(): number {
    return this.messages.filter((message) => message.seq > this.readUpTo).length;
  }

  async open(): Promise<void> {
    if (this.#unfollow) return;
    try {
      const view = await this.api.room(0);
      for (const message of view.entries) this.#messages.set(message.seq, message);
      this.readUpTo = Math.max(this.readUpTo, view.head);
      this.#unfollow = this.follow('room/all', view.head, {
        events: () => void this.#fetch(),
        closed: () => this.close(),
      });
    } catch {
      // Outside duty there may be no room; the next change of reach tries again.
    }
  }

  async #fetch(): Promise<void> {
    try {
      const view = await this.api.room(this.head);
      for (const message of view.entries) this.#messages.set(message.seq, message);
    } catch {
      // The next event or the line's return fetches it.
    }
  }

  async say(): Promise<void> {
    const text = this.draft.trim();
    if (!text || this.sending) return;
    this.sending = true;
    this.failed = null;
    // The same id until it is acknowledged: a second try cannot say it twice.
    this.#id ??= newId();
    try {
      await this.api.sayInRoom(this.#id, text);
      this.#id = null;
      this.draft = '';
      await this.#fetch();
    } catch (error) {
      this.failed = error instanceof Refusal ? error.detail || error.code : 'unreachable';
      if (error instanceof Refusal) this.#id = null;
    } finally {
      this.sending = false;
    }
  }

  read(): void {
    this.readUpTo = this.head;
  }

  close(): void {
    this.#unfollow?.();
    this.#unfollow = null;
    this.#messages.clear();
    this.draft = '';
    this.#id = null;
  }
}
