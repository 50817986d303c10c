// The department's inbox of hand-overs.

import { Refusal, type StaffApi } from './api';
import type { HandOverView, InboxFilter } from './types';
import { daysAway } from '../shared/moments';

export interface Group {
  name: 'overdue' | 'today' | 'tomorrow' | 'later';
  items: HandOverView[];
}

const NEAR_MS = 4 * 3_600_000;

/** The list under the headings of its deadlines, the nearest first. */
export function byDeadline(items: HandOverView[], now: number): Group[] {
  const groups: Group[] = (['overdue', 'today', 'tomorrow', 'later'] as const).map((name) => ({
    name,
    items: [],
  }));
  for (const item of [...items].sort((a, b) => a.deadline - b.deadline)) {
    const days = daysAway(item.deadline, now);
    const late = item.deadline <= now && isOpen(item);
    const index = late ? 0 : days <= 0 ? 1 : days === 1 ? 2 : 3;
    groups[index]?.items.push(item);
  }
  return groups.filter((group) => group.items.length > 0);
}

export function isOpen(item: HandOverView): boolean {
  return item.phase === 'new' || item.phase === 'taken';
}

/** How urgent the deadline looks. */
export function pressure(item: HandOverView, now: number): 'passed' | 'near' | 'calm' {
  if (!isOpen(item)) return 'calm';
  if (item.deadline <= now) return 'passed';
  return item.deadline - now <= NEAR_MS ? 'near' : 'calm';
}

export class Inbox {
  filter = $state<InboxFilter>('open');
  items = $state.raw<HandOverView[]>([]);
  counts = $state.raw<Partial<Record<InboxFilter, number>>>({});
  selected = $state<string | null>(null);
  errand = $state.raw<HandOverView | null>(null);
  loaded = $state(false);
  failed = $state(false);
  busy = $state(false);
  refused = $state<string | null>(null);
  /** The citizen's address, shown after asking; asking is logged. */
  address = $state<string | null>(null);
  answers = $state<Record<string, string>>({});
  #asked = 0;

  constructor(private readonly api: StaffApi) {}

  async load(): Promise<void> {
    const asked = ++this.#asked;
    try {
      const view = await this.api.inbox(this.filter);
      if (asked !== this.#asked) return;
      this.items = view.items;
      this.counts = view.counts;
      this.failed = false;
      if (this.errand && !this.busy) await this.#read(this.errand.id);
    } catch (error) {
      if (asked !== this.#asked) return;
      this.failed = true;
      if (error instanceof Refusal) this.items = [];
    } finally {
      this.loaded = true;
    }
  }

  async show(filter: InboxFilter): Promise<void> {
    this.filter = filter;
    await this.load();
  }

  async select(id: string | null): Promise<void> {
    if (id !== this.selected) {
      this.address = null;
      this.refused = null;
      this.errand = null;
    }
    this.selected = id;
    if (id !== null) await this.#read(id);
  }

  async #read(id: string): Promise<void> {
    try {
      const errand = await this.api.errand(id);
      if (this.selected === id) this.errand = errand;
    } catch (error) {
      if (this.selected !== id) return;
      if (error instanceof Refusal) {
        this.errand = null;
        this.selected = null;
        this.refused = error.detail || error.code;
      }
    }
  }

  async #do(act: (id: string) => Promise<unknown>): Promise<boolean> {
    const id = this.selected;
    if (id === null || this.busy) return false;
    this.busy = true;
    this.refused = null;
    try {
      await act(id);
      await this.#read(id);
      return true;
    } catch (error) {
      this.refused = error instanceof Refusal ? error.detail || error.code : 'unreachable';
      return false;
    } finally {
      this.busy = false;
      void this.load();
    }
  }

  take = () => this.#do((id) => this.api.takeErrand(id));
  done = () => this.#do((id) => this.api.doneErrand(id));
  move = (deadline: number) => this.#do((id) => this.api.movePromise(id, deadline));
  /** Calls the citizen; the contact that the call belongs to. */
  call = async (): Promise<string | null> => {
    let contact: string | null = null;
    await this.#do(async (id) => {
      ({ contact } = await this.api.ask<{ contact: string }>('POST', `/inbox/${id}/call`, {}));
    });
    return contact;
  };
  showAddress = () =>
    this.#do(async (id) => {
      this.address = (await this.api.address(id)).address;
    });
  answer = async () => {
    const id = this.selected;
    const text = id === null ? '' : (this.answers[id] ?? '').trim();
    if (id === null || text === '') return false;
    const ok = await this.#do((errand) => this.api.answerErrand(errand, text));
    if (ok) delete this.answers[id];
    return ok;
  };
}
