// The desk: offers, own conversations, queues, colleagues. The server's answer is the truth; events
// only say that it has changed.

import { SvelteMap } from 'svelte/reactivity';
import { isNotice, type Follower } from '../shared/live';
import { Refusal, type StaffApi } from './api';
import { claimLine } from './calls/devices';
import type { ServerClock } from './clock.svelte';
import { Conversation } from './conversation.svelte';
import type { Drafts } from './drafts';
import { Knowledge } from './knowledge.svelte';
import type { Colleague, DeskView, Me, Offer, QueueLine, Ring, Row } from './types';

/** How an offer went away without being taken here. */
export interface GoneOffer {
  offer: Offer;
  how: 'lapsed' | 'taken' | 'withdrawn';
  at: number;
}

/** A contact that was wrapped up lately and may still be corrected. */
export interface Registered {
  contact: string;
  municipality: string | null;
  title: string;
  topic: string | null;
  outcome: string;
  at: number;
}

export interface DeskWorld {
  api: StaffApi;
  clock: ServerClock;
  drafts: Drafts;
  follow(stream: string, after: number, follower: Follower): () => void;
  typing(contact: string): void;
  later(ms: number, then: () => void): () => void;
}

/** What the screen does about things that happen; none of it moves the focus. */
export interface DeskNews {
  offered(offer: Offer): void;
  heard(conversation: Conversation): void;
  locked(conversation: Conversation): void;
  /** There is a call, or there is still one. */
  telephoned(): void;
}

const REFRESH_EVERY_MS = 200;
const GONE_SHOWN_MS = 4_000;
/** A citizen who has waited so long for an answer is shown in amber. */
export const LATE_AFTER_MS = 120_000;
/** Under so many seconds the ring of an offer is red. */
export const SOON_S = 5;
const CORRECTABLE_MS = 10 * 60_000;
/** So many lapsed offers in a row, and a pause is proposed. */
const MISSED_FOR_PAUSE = 2;

export class Desk {
  loaded = $state(false);
  failed = $state(false);
  offer = $state.raw<Offer | null>(null);
  gone = $state.raw<GoneOffer | null>(null);
  taking = $state(false);
  missed = $state(0);
  rows = $state.raw<Row[]>([]);
  rings = $state.raw<Ring[]>([]);
  queues = $state.raw<QueueLine[]>([]);
  colleagues = $state.raw<Colleague[]>([]);
  capacity = $state(0);
  selected = $state<string | null>(null);
  /** Why the last thing that was tried here did not work. */
  refused = $state<string | null>(null);
  registered = $state<Registered[]>([]);
  conversations = new SvelteMap<string, Conversation>();
  /** Told that an inbox or the duty list has changed. */
  inboxChanged: () => void = () => {};
  dutyChanged: () => void = () => {};

  #knowledge = new Map<string, Knowledge>();
  #unfollow = new Map<string, () => void>();
  #cursors: Record<string, number> = {};
  #me: Me | null = null;
  #refreshing = false;
  #again = false;
  #calm: (() => void) | null = null;
  #answered = new Set<string>();

  constructor(
    private readonly world: DeskWorld,
    private readonly news: DeskNews,
  ) {}

  /** Begins, or takes up new rights: follows what is in reach and lets go of what is not. */
  async reach(me: Me): Promise<void> {
    this.#me = me;
    if (me.rights.includes('work-contacts')) await this.refresh();
    else this.loaded = true;
    this.#followReach(me);
  }

  #followReach(me: Me): void {
    const wanted = new Map<string, () => void>();
    wanted.set(`agent/${me.person.id}`, () => this.stir());
    for (const { key } of me.municipalities) {
      if (me.rights.includes('work-contacts')) wanted.set(`queue/${key}`, () => this.stir());
      if (me.rights.includes('work-inbox')) wanted.set(`inbox/${key}`, () => this.inboxChanged());
    }
    if (me.rights.includes('read-duty') || me.rights.includes('plan-duty')) {
      wanted.set('duty/all', () => this.dutyChanged());
    }
    for (const [stream, stop] of [...this.#unfollow]) {
      if (wanted.has(stream)) continue;
      stop();
      this.#unfollow.delete(stream);
    }
    for (const [stream, then] of wanted) {
      if (this.#unfollow.has(stream)) continue;
      const stop = this.world.follow(stream, this.#cursors[stream] ?? 0, {
        events: then,
        closed: () => {
          this.#unfollow.delete(stream);
          this.stir();
        },
      });
      this.#unfollow.set(stream, stop);
    }
  }

  /** Something has changed: read the desk again, at most every 200 ms. */
  stir(): void {
    if (this.#calm) {
      this.#again = true;
      return;
    }
    this.#calm = this.world.later(REFRESH_EVERY_MS, () => {
      this.#calm = null;
      if (!this.#again) return;
      this.#again = false;
      this.stir();
    });
    void this.refresh();
  }

  async refresh(): Promise<void> {
    if (!this.#me?.rights.includes('work-contacts')) return;
    if (this.#refreshing) {
      this.#again = true;
      return;
    }
    this.#refreshing = true;
    try {
      this.take(await this.world.api.desk());
      this.failed = false;
    } catch (error) {
      if (!(error instanceof Refusal)) this.failed = true;
    } finally {
      this.#refreshing = false;
      if (this.#again && !this.#calm) {
        this.#again = false;
        this.stir();
      }
    }
  }

  /** Takes the server's whole answer. */
  take(view: DeskView): void {
    // Who is let go by the last call must hear of that too.
    const telephoned = this.onTelephone;
    this.world.clock.set(view.now);
    this.#cursors = view.cursors;
    this.capacity = view.capacity;
    this.queues = view.queues;
    this.colleagues = view.colleagues;
    this.rings = view.rings;
    this.rows = view.conversations.filter((row) => row.phase !== 'closed');
    this.#takeOffer(view.offer);
    this.#takeConversations();
    this.loaded = true;
    if (telephoned || this.onTelephone) this.news.telephoned();
  }

  /** Whether there is anything for the telephone. */
  get onTelephone(): boolean {
    return this.rings.length > 0 || this.rows.some((row) => row.channel === 'call');
  }

  #takeOffer(offer: Offer | null): void {
    const before = this.offer;
    if (offer && this.#answered.has(offerKey(offer))) offer = null;
    if (before && (!offer || offerKey(before) !== offerKey(offer))) {
      if (!this.#answered.has(offerKey(before))) {
        const mine = this.rows.some((row) => row.contact === before.contact);
        if (!mine) {
          this.#away(
            before,
            this.world.clock.read() >= before.until - 500 ? 'lapsed' : 'withdrawn',
          );
        } else {
          this.missed = 0;
        }
      }
    }
    this.offer = offer;
    if (offer && (!before || offerKey(before) !== offerKey(offer))) {
      this.gone = null;
      this.news.offered(offer);
    }
  }

  #away(offer: Offer, how: GoneOffer['how']): void {
    if (how === 'lapsed') this.missed += 1;
    const gone: GoneOffer = { offer, how, at: this.world.clock.read() };
    this.gone = gone;
    // A proposed pause waits for an answer; the rest leaves by itself.
    if (this.pauseProposed) return;
    this.world.later(GONE_SHOWN_MS, () => {
      if (this.gone === gone) this.gone = null;
    });
  }

  get pauseProposed(): boolean {
    return this.missed >= MISSED_FOR_PAUSE;
  }

  /** The pause was taken or refused. */
  pauseAnswered(): void {
    this.missed = 0;
    this.gone = null;
  }

  #takeConversations(): void {
    const live = new Set(this.rows.map((row) => row.contact));
    for (const row of this.rows) {
      const known = this.conversations.get(row.contact);
      if (known && !known.locked) {
        if (row.phase === 'wrapping-up' || row.phase === 'owned') known.phase = row.phase;
        if (known.failed) void known.load();
        continue;
      }
      known?.drop();
      void this.#open(row.contact).load();
    }
    for (const [id, conversation] of [...this.conversations]) {
      if (live.has(id) || conversation.locked) continue;
      // Ours no longer: wrapped up, transferred or given to someone else.
      conversation.drop();
      this.#forget(id);
      if (this.selected === id) this.selected = null;
    }
    this.world.drafts.keepOnly(live);
    if (this.selected === null && this.rows.length > 0) {
      this.selected = this.rows[0]?.contact ?? null;
    }
  }

  #forget(id: string): void {
    this.conversations.delete(id);
    this.#knowledge.delete(id);
  }

  #open(id: string): Conversation {
    const conversation = new Conversation(id, {
      api: this.world.api,
      drafts: this.world.drafts,
      follow: (stream, after, follower) =>
        this.world.follow(stream, after, {
          ...follower,
          closed: (code) => {
            follower.closed(code);
            this.#locked(conversation);
          },
        }),
      typing: (contact) => this.world.typing(contact),
      now: () => this.world.clock.read(),
      later: (ms, then) => this.world.later(ms, then),
    });
    conversation.heard = (entry) => {
      if (!isNotice(entry)) this.news.heard(conversation);
      void this.knowledgeOf(conversation).fromWords();
      this.stir();
    };
    conversation.turned = () => this.stir();
    this.conversations.set(id, conversation);
    return conversation;
  }

  #locked(conversation: Conversation): void {
    this.#knowledge.delete(conversation.id);
    this.rows = this.rows.filter((row) => row.contact !== conversation.id);
    if (conversation.leaving) {
      this.dismiss(conversation.id);
      this.stir();
      return;
    }
    this.news.locked(conversation);
    if (this.selected !== conversation.id) this.#forget(conversation.id);
    this.stir();
  }

  /** Takes the locked pane off the screen. */
  dismiss(id: string): void {
    this.conversations.get(id)?.drop();
    this.rows = this.rows.filter((row) => row.contact !== id);
    this.#forget(id);
    if (this.selected === id) this.selected = this.rows[0]?.contact ?? null;
  }

  knowledgeOf(conversation: Conversation): Knowledge {
    let knowledge = this.#knowledge.get(conversation.id);
    if (!knowledge) {
      knowledge = new Knowledge(
        this.world.api,
        conversation.id,
        conversation.view?.municipality?.key ?? null,
        conversation.view?.language,
      );
      this.#knowledge.set(conversation.id, knowledge);
    }
    return knowledge;
  }

  get current(): Conversation | null {
    return this.selected === null ? null : (this.conversations.get(this.selected) ?? null);
  }

  get unread(): number {
    return this.rows.reduce((sum, row) => sum + row.unread, 0);
  }

  select(id: string): void {
    const before = this.current;
    if (before?.locked && before.id !== id) this.#forget(before.id);
    this.selected = id;
  }

  /** The nth own conversation, from 1. */
  selectNth(n: number): boolean {
    const row = this.rows[n - 1];
    if (row) this.select(row.contact);
    return row !== undefined;
  }

  secondsLeft(now: number): number {
    return this.offer ? Math.max(0, Math.ceil((this.offer.until - now) / 1000)) : 0;
  }

  async accept(): Promise<Conversation | null> {
    const offer = this.offer;
    if (!offer || this.taking) return null;
    this.taking = true;
    this.refused = null;
    if (offer.channel === 'call') claimLine(offer.contact);
    try {
      const view = await this.world.api.accept(offer.contact);
      this.#answered.add(offerKey(offer));
      this.offer = null;
      this.missed = 0;
      const conversation = this.conversations.get(offer.contact) ?? this.#open(offer.contact);
      conversation.show(view);
      this.select(offer.contact);
      await this.refresh();
      return conversation;
    } catch (error) {
      if (error instanceof Refusal) {
        this.#answered.add(offerKey(offer));
        this.offer = null;
        const taken = error.code === 'taken-by-another';
        this.#away(offer, taken ? 'taken' : 'withdrawn');
        void this.refresh();
      } else {
        this.refused = 'unreachable';
      }
      return null;
    } finally {
      this.taking = false;
    }
  }

  async decline(): Promise<void> {
    const offer = this.offer;
    if (!offer || this.taking) return;
    this.#answered.add(offerKey(offer));
    this.offer = null;
    this.missed = 0;
    try {
      await this.world.api.decline(offer.contact);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.#answered.delete(offerKey(offer));
        this.refused = 'unreachable';
      }
    }
    await this.refresh();
  }

  /** The countdown has run out here before the server said so: the buttons go. */
  lapse(now: number): void {
    const offer = this.offer;
    if (!offer || this.taking || now < offer.until) return;
    this.#answered.add(offerKey(offer));
    this.offer = null;
    this.#away(offer, 'lapsed');
    this.stir();
  }

  /** A wrap-up was saved; it may be corrected for ten minutes. */
  registeredAs(entry: Registered): void {
    this.registered = [entry, ...this.registered.filter((r) => r.contact !== entry.contact)];
    this.#forget(entry.contact);
    this.world.drafts.drop(entry.contact);
    this.rows = this.rows.filter((row) => row.contact !== entry.contact);
    if (this.selected === entry.contact) this.selected = this.rows[0]?.contact ?? null;
    this.stir();
  }

  correctable(now: number): Registered[] {
    return this.registered.filter((entry) => now - entry.at < CORRECTABLE_MS);
  }

  /** The sign-in has ended: nothing of anyone stays. */
  clear(): void {
    for (const conversation of this.conversations.values()) conversation.drop();
    for (const stop of this.#unfollow.values()) stop();
    this.#unfollow.clear();
    this.conversations.clear();
    this.#knowledge.clear();
    this.#calm?.();
    this.#calm = null;
    this.offer = this.gone = null;
    this.rows = [];
    this.rings = [];
    this.queues = [];
    this.colleagues = [];
    this.registered = [];
    this.selected = null;
    this.loaded = false;
    this.#me = null;
  }
}

function offerKey(offer: Offer): string {
  return `${offer.contact}@${offer.until}`;
}

/** Whether the citizen has waited too long for an answer. */
export function isLate(row: Row, now: number): boolean {
  return row.waiting_since !== null && now - row.waiting_since >= LATE_AFTER_MS;
}
