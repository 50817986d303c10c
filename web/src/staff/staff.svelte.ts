// All parts of the application together, handed down by context.

import { getContext, setContext } from 'svelte';
import { StaffApi } from './api';
import { Announcer } from './announcer.svelte';
import { Chime } from './chime';
import { ServerClock } from './clock.svelte';
import type { Conversation } from './conversation.svelte';
import { Desk } from './desk.svelte';
import { Drafts } from './drafts';
import { Inbox } from './inbox.svelte';
import { mayInsert, sourceOf } from './knowledge.svelte';
import { msg } from '../generated/texts';
import { Room } from './room.svelte';
import { Roster } from './roster.svelte';
import { Router, type Page } from './router.svelte';
import { Session } from './session.svelte';
import type { Telephone } from './calls/telephone.svelte';
import type { Follower } from '../shared/live';
import { paint } from './theme';
import { channelName } from './wording';

type Follow = (stream: string, after: number, follower: Follower) => () => void;

export type Open = 'palette' | 'help' | 'transfer';

const WORKSHOP_RIGHTS = [
  'edit-knowledge',
  'approve-knowledge',
  'manage-people',
  'manage-consortium',
];

export class Staff {
  readonly api = new StaffApi();
  readonly clock = new ServerClock();
  readonly session = new Session(this.api, this.clock);
  readonly announcer = new Announcer();
  readonly router = new Router();
  readonly chime = new Chime();
  readonly drafts = new Drafts();
  readonly inbox = new Inbox(this.api);
  readonly roster = new Roster(this.api);
  readonly room: Room;
  readonly desk: Desk;
  /** The dialog over the work, if any. */
  open = $state<Open | null>(null);
  /** A part that the agent has asked for takes the focus when it appears; nothing else does. */
  focusCard = $state(false);
  /** Which pane is shown where three do not fit. */
  pane = $state<'list' | 'talk' | 'knowledge'>('list');
  /** The hand-over card opens at this department. */
  handOverTo = $state<{ municipality: string; department: string } | null>(null);
  /** The colleagues' chat is unfolded. */
  roomShown = $state(false);
  /** A contact whose wrap-up is being corrected. */
  correcting = $state<string | null>(null);
  /** Loaded with the first call; it outlives pages, as the call does. */
  telephone = $state.raw<Telephone | null>(null);

  constructor() {
    const follow: Follow = (stream, after, follower) =>
      this.session.live?.follow(stream, after, follower) ?? (() => {});
    const later = (ms: number, then: () => void) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    };
    this.room = new Room(this.api, follow);
    this.desk = new Desk(
      {
        api: this.api,
        clock: this.clock,
        drafts: this.drafts,
        follow,
        typing: (contact) => this.session.live?.typing(contact),
        later,
      },
      {
        offered: (offer) => {
          this.announcer.interrupt(
            msg.staff_offer_announced({
              channel: channelName(offer.channel),
              municipality: this.session.short(offer.municipality),
              title: offer.title || msg.staff_talk_no_topic(),
            }),
          );
          this.chime.ring();
        },
        heard: (conversation) => this.#heard(conversation),
        locked: (conversation) =>
          this.announcer.interrupt(
            msg.staff_locked_announced({
              municipality:
                conversation.view?.municipality?.short ?? msg.staff_unknown_municipality(),
            }),
          ),
        telephoned: () => void this.#telephoned(),
      },
    );
    this.desk.inboxChanged = calm(later, () => void this.inbox.load());
    this.desk.dutyChanged = calm(later, () => {
      void this.session.again();
      if (this.roster.monday) void this.roster.load();
    });
    this.session.reached = (me, first) => {
      paint([...(me.members ?? []), ...me.municipalities]);
      void this.desk.reach(me);
      // The room is for those on duty together, and those who plan it.
      if (me.duty.on || me.rights.includes('plan-duty')) void this.room.open();
      else this.room.close();
      if (me.rights.includes('work-inbox') && (first || this.inbox.loaded)) void this.inbox.load();
    };
    this.session.linkBack = () => {
      for (const conversation of this.desk.conversations.values()) conversation.resendAll();
      void this.desk.refresh();
    };
    this.session.left = () => {
      this.desk.clear();
      this.telephone?.hangUp();
      this.room.close();
      this.inbox.errand = null;
      this.inbox.items = [];
      this.inbox.loaded = false;
      this.drafts.keepOnly([]);
      this.open = null;
    };
  }

  async #telephoned(): Promise<void> {
    (await this.useTelephone()).follow(this.desk);
  }

  async useTelephone(): Promise<Telephone> {
    const { Telephone } = await import('./calls/telephone.svelte');
    return (this.telephone ??= new Telephone(this.api, this.announcer, this.chime));
  }

  #heard(conversation: Conversation): void {
    if (conversation === this.desk.current) return;
    // The row's number follows; the line is gathered until then.
    this.announcer.gather(() => {
      const unread = this.desk.rows.filter((row) => row.unread > 0);
      return msg.staff_others_announced({
        count: unread.reduce((sum, row) => sum + row.unread, 0),
        total: unread.length,
      });
    });
  }

  /** The pages this person may open, in the order of the rail. */
  get pages(): Page[] {
    const can = (right: string) => this.session.can(right);
    const pages: Page[] = [];
    if (can('work-contacts')) pages.push('desk');
    if (can('work-inbox')) pages.push('inbox');
    if (can('read-knowledge')) pages.push('knowledge');
    if (can('read-directory')) pages.push('directory');
    if (can('read-duty') || can('plan-duty')) pages.push('duty');
    if (can('supervise-calls') || can('manage-consortium')) pages.push('calls');
    if (WORKSHOP_RIGHTS.some(can)) pages.push('workshop');
    if (can('guard-privacy')) pages.push('privacy');
    return pages;
  }

  /** Chooses a conversation because the agent asked for it. */
  choose(contact: string): void {
    this.desk.select(contact);
    this.router.go('desk');
    this.pane = 'talk';
    this.correcting = null;
    const view = this.desk.current?.view;
    if (view) {
      this.announcer.say(
        msg.staff_chosen_announced({
          municipality: view.municipality?.short ?? msg.staff_unknown_municipality(),
          name: view.citizen_name ?? msg.staff_anonymous(),
          title: view.title || msg.staff_talk_no_topic(),
        }),
      );
    }
  }

  async takeOffer(): Promise<void> {
    const conversation = await this.desk.accept();
    if (conversation) {
      this.open = null;
      this.choose(conversation.id);
      focusComposer();
    }
  }

  /** Whether the citizen of the open conversation reads what is written: a caller who has not joined
   * in writing does not. */
  get writes(): boolean {
    const { current } = this.desk;
    if (current?.phase !== 'owned') return false;
    return current.view?.channel !== 'call' || (this.telephone?.view?.text ?? false);
  }

  /** Puts the open answer into the composer. */
  insertOpen(): void {
    const conversation = this.desk.current;
    if (!conversation || !this.writes) return;
    const open = this.desk.knowledgeOf(conversation).open;
    if (!open || !mayInsert(open, conversation.view?.municipality?.key ?? null)) return;
    conversation.insert(open.article.insert, sourceOf(open.article));
    this.pane = 'talk';
    focusComposer();
  }

  handOver(to: { municipality: string; department: string } | null = null): void {
    const conversation = this.desk.current;
    if (!conversation || conversation.locked) return;
    this.open = null;
    this.handOverTo = to;
    this.focusCard = true;
    this.pane = 'talk';
    conversation.card = 'hand-over';
  }

  async wrapUp(): Promise<void> {
    const conversation = this.desk.current;
    if (!conversation || conversation.locked) return;
    // The citizen has ended it: the card stands there and waits to be gone to.
    const unfolded = conversation.card === 'wrap-up';
    if (conversation.phase === 'owned') {
      if (conversation.pending.some((message) => message.state !== 'sent')) {
        this.desk.refused = msg.staff_wrap_unsent();
        return;
      }
      // Before asking: the end may come back by the line first and unfold the card.
      this.focusCard = true;
      try {
        await this.api.endContact(conversation.id);
        conversation.phase = 'wrapping-up';
      } catch (error) {
        this.focusCard = false;
        this.desk.refused = reason(error);
        return;
      }
    }
    if (unfolded || conversation.card !== 'wrap-up') this.focusCard = true;
    this.pane = 'talk';
    conversation.card = 'wrap-up';
  }
}

/** Runs what is asked for at most every 200 ms, the last time too. */
function calm(later: (ms: number, then: () => void) => void, act: () => void): () => void {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    later(200, () => {
      waiting = false;
      act();
    });
  };
}

/** What a failed request says to a person. */
export function reason(error: unknown): string {
  if (error instanceof Error && 'detail' in error) {
    const detail = (error as { detail: unknown }).detail;
    if (typeof detail === 'string' && detail !== '') return detail;
  }
  return msg.staff_unreachable_now();
}

export function focusComposer(): void {
  // After the screen has caught up with what was just changed.
  requestAnimationFrame(() => {
    const field = document.getElementById('composer');
    if (!(field instanceof HTMLTextAreaElement)) {
      document.getElementById('pane-talk')?.focus();
      return;
    }
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    field.scrollTop = field.scrollHeight;
  });
}

const KEY = Symbol('staff');

export function provideStaff(staff: Staff): Staff {
  return setContext(KEY, staff);
}

export function useStaff(): Staff {
  return getContext<Staff>(KEY);
}
