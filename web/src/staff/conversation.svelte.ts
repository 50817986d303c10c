// One conversation as the agent sees it. Everything shown of it comes through here.

import { SvelteMap } from 'svelte/reactivity';
import {
  isNotice,
  type ArticleRef,
  type Entry,
  type Follower,
  type StreamEvent,
} from '../shared/live';
import { newId, Refusal, type StaffApi } from './api';
import type { Drafts } from './drafts';
import type { ContactView, Phase } from './types';

/** A message of ours that the server has not (visibly) taken yet. */
export interface Pending {
  message_id: string;
  text: string;
  article: ArticleRef | null;
  at: number;
  /** `sent`: acknowledged, its line has not come yet. */
  state: 'sending' | 'sent' | 'unsent';
  /** Why the server will never take it, in words. */
  refused: string | null;
}

export interface ConversationWorld {
  api: StaffApi;
  drafts: Drafts;
  follow(stream: string, after: number, follower: Follower): () => void;
  typing(contact: string): void;
  now(): number;
  later(ms: number, then: () => void): () => void;
}

/** A message is tried again so often by itself; then a person is asked. */
const RETRY_AFTER_MS = [500, 1_500, 4_000];
const TYPING_SHOWN_MS = 5_000;
const LINE_WITHIN_MS = 1_500;

export class Conversation {
  view = $state.raw<ContactView | null>(null);
  /** By number: an entry that comes twice stands once. */
  #entries = new SvelteMap<number, Entry>();
  entries = $derived([...this.#entries.values()].sort((a, b) => a.seq - b.seq));
  pending = $state<Pending[]>([]);
  draft = $state('');
  article = $state.raw<ArticleRef | null>(null);
  typing = $state(false);
  readByCitizen = $state(0);
  phase = $state<Phase>('owned');
  /** The server masked something in our last message. */
  masked = $state(false);
  /** The agent is just giving it away or finishing it: its end is no surprise. */
  leaving = false;
  /** Set when the reach has ended: nothing of the conversation may be seen any more. */
  locked = $state<string | null>(null);
  failed = $state(false);
  /** What the agent has open below the log. */
  card = $state<'none' | 'wrap-up' | 'hand-over'>('none');

  #unfollow: (() => void) | null = null;
  #readUpTo = 0;
  #typingCancel: (() => void) | null = null;
  #loading: Promise<void> | null = null;
  /** Told when a message of the citizen has come. */
  heard: (entry: Entry) => void = () => {};
  /** Told when something beside messages has changed (ended, transferred, handed over). */
  turned: (kind: string) => void = () => {};

  constructor(
    readonly id: string,
    private readonly world: ConversationWorld,
  ) {
    const kept = world.drafts.get(id);
    this.draft = kept.text;
    this.article = kept.article;
    this.pending = kept.unsent.map((message) => ({
      ...message,
      at: world.now(),
      state: 'unsent',
      refused: null,
    }));
  }

  /** Reads the conversation whole and follows it from there. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load(): Promise<void> {
    try {
      this.show(await this.world.api.contact(this.id));
      this.failed = false;
    } catch (error) {
      if (error instanceof Refusal && (error.status === 404 || error.status === 403)) {
        this.lock('reach-ended');
      } else {
        this.failed = true;
      }
    }
  }

  /** Takes a whole view: from loading or from accepting the offer. */
  show(view: ContactView): void {
    if (this.locked) return;
    this.view = view;
    this.phase = view.phase;
    this.readByCitizen = Math.max(this.readByCitizen, view.read_by_citizen);
    for (const entry of view.entries) this.#put(entry);
    if (!this.#unfollow) {
      this.#unfollow = this.world.follow(`contact/${this.id}`, view.head, {
        events: (events) => this.receive(events),
        closed: (code) => this.lock(code),
        typing: () => this.#sawTyping(),
      });
    }
    if (this.pending.length > 0) this.resendAll();
  }

  receive(events: StreamEvent[]): void {
    if (this.locked) return;
    const turns = new Set<string>();
    for (const event of events) {
      if (event.entry) {
        const isNew = this.#put(event.entry);
        if (isNew && !isNotice(event.entry) && event.entry.from === 'citizen') {
          this.typing = false;
          this.heard(event.entry);
        }
      }
      if (event.kind !== 'message') turns.add(event.kind);
      if (event.kind === 'ended' && this.phase === 'owned') this.phase = 'wrapping-up';
    }
    for (const kind of turns) this.turned(kind);
    // Marks carry no entry and a hand-over changes the head of the pane: read those anew.
    if ([...turns].some((kind) => kind !== 'read')) void this.load();
    else if (turns.has('read')) void this.#refreshMarks();
  }

  async #refreshMarks(): Promise<void> {
    try {
      const answer = await this.world.api.entries(this.id, this.#head());
      if (this.locked) return;
      this.readByCitizen = Math.max(this.readByCitizen, answer.state.read_by_citizen);
      for (const entry of answer.entries) this.#put(entry);
    } catch {
      // The mark comes with the next answer.
    }
  }

  #head(): number {
    return this.entries[this.entries.length - 1]?.seq ?? 0;
  }

  #put(entry: Entry): boolean {
    const isNew = !this.#entries.has(entry.seq);
    this.#entries.set(entry.seq, entry);
    if (!isNotice(entry)) {
      const before = this.pending.length;
      this.pending = this.pending.filter((p) => p.message_id !== entry.message_id);
      if (this.pending.length !== before) this.#keep();
    }
    return isNew;
  }

  #sawTyping(): void {
    this.typing = true;
    this.#typingCancel?.();
    this.#typingCancel = this.world.later(TYPING_SHOWN_MS, () => {
      this.typing = false;
    });
  }

  write(text: string): void {
    if (this.locked) return;
    if (text && text !== this.draft) this.world.typing(this.id);
    this.draft = text;
    this.#keep();
  }

  /** Puts an answer from the knowledge base into the draft, with its source. */
  insert(text: string, article: ArticleRef): void {
    if (this.locked) return;
    const draft = this.draft.trimEnd();
    this.draft = draft ? `${draft}\n\n${text}` : text;
    this.article = article;
    this.#keep();
  }

  /** Attaches the source alone. */
  attach(article: ArticleRef | null): void {
    if (this.locked) return;
    this.article = article;
    this.#keep();
  }

  get canSend(): boolean {
    return (
      this.locked === null &&
      this.phase === 'owned' &&
      (this.draft.trim() !== '' || this.article !== null)
    );
  }

  /** Sends the draft. It is on the screen at once and is tried until the server has it. */
  send(): void {
    if (!this.canSend) return;
    const message: Pending = {
      message_id: newId(),
      // A link alone is said by its title: a message is never empty.
      text: this.draft.trim() || (this.article?.title ?? ''),
      article: this.article,
      at: this.world.now(),
      state: 'sending',
      refused: null,
    };
    this.pending.push(message);
    this.draft = '';
    this.article = null;
    this.masked = false;
    this.#keep();
    void this.#deliver(message.message_id, 0);
  }

  resend(message_id: string): void {
    const message = this.pending.find((p) => p.message_id === message_id);
    if (!message || message.state !== 'unsent' || message.refused) return;
    message.state = 'sending';
    void this.#deliver(message_id, 0);
  }

  /** The line is back: what was not acknowledged goes again, under its old id. */
  resendAll(): void {
    for (const message of this.pending) this.resend(message.message_id);
  }

  /** Takes a message that was not sent back into the draft. */
  takeBack(message_id: string): void {
    const message = this.pending.find((p) => p.message_id === message_id);
    if (!message || message.state !== 'unsent') return;
    this.pending = this.pending.filter((p) => p !== message);
    this.draft = [message.text, this.draft].filter((text) => text !== '').join('\n\n');
    this.article ??= message.article;
    this.#keep();
  }

  async #deliver(message_id: string, tries: number): Promise<void> {
    const message = this.pending.find((p) => p.message_id === message_id);
    if (!message || message.state !== 'sending') return;
    try {
      const said = await this.world.api.say(this.id, {
        message_id,
        text: message.text,
        article: message.article?.topic ?? null,
      });
      if (said.masked) this.masked = true;
      const still = this.pending.find((p) => p.message_id === message_id);
      if (still) {
        still.state = 'sent';
        this.#keep();
        this.world.later(LINE_WITHIN_MS, () => void this.#fetchLine(message_id));
      }
    } catch (error) {
      const still = this.pending.find((p) => p.message_id === message_id);
      if (!still) return;
      if (error instanceof Refusal) {
        if (error.status === 404) return this.lock('reach-ended');
        still.state = 'unsent';
        still.refused = error.detail || error.code;
        return;
      }
      const wait = RETRY_AFTER_MS[tries];
      if (wait === undefined) still.state = 'unsent';
      else this.world.later(wait, () => void this.#deliver(message_id, tries + 1));
    }
  }

  /** Acknowledged, but the line on which it comes back is cut: read it. */
  async #fetchLine(message_id: string): Promise<void> {
    if (this.locked || !this.pending.some((p) => p.message_id === message_id)) return;
    try {
      const answer = await this.world.api.entries(this.id, this.#head());
      if (this.locked) return;
      for (const entry of answer.entries) this.#put(entry);
    } catch {
      // It comes when the line is back; the server has it.
    }
  }

  /** The agent sees the conversation: everything up to its end is read. */
  markRead(): void {
    const head = this.#head();
    if (this.locked || head <= this.#readUpTo || this.view?.mine === false) return;
    this.#readUpTo = head;
    this.world.api.read(this.id, head).catch(() => {
      if (this.#readUpTo === head) this.#readUpTo = 0;
    });
  }

  /** The reach has ended: text, draft and unsent messages leave this browser. */
  lock(code: string): void {
    if (this.locked) return;
    this.locked = code;
    this.drop();
    this.#entries.clear();
    this.pending = [];
    this.draft = '';
    this.article = null;
    this.typing = false;
    this.card = 'none';
    const view = this.view;
    // What stays is whose it was, so that the pane can say so.
    if (view) {
      this.view = {
        ...view,
        entries: [],
        trail: [],
        notes: [],
        hand_overs: [],
        citizen_name: null,
        title: null,
      };
    }
  }

  /** Stops following and forgets the draft. */
  drop(): void {
    this.#unfollow?.();
    this.#unfollow = null;
    this.#typingCancel?.();
    this.world.drafts.drop(this.id);
  }

  #keep(): void {
    if (this.locked) return;
    this.world.drafts.put(this.id, {
      text: this.draft,
      article: this.article,
      unsent: this.pending
        .filter((p) => p.state !== 'sent' && !p.refused)
        .map(({ message_id, text, article }) => ({ message_id, text, article })),
    });
  }
}
