// The duty list of one week.

import { daysAfter, isoDate, mondayOf } from '../shared/moments';
import { Refusal, type StaffApi } from './api';
import type { DutyListView, DutyView, PersonView } from './types';

export interface DutyForm {
  id: string | null;
  version: number;
  date: string;
  from: string;
  to: string;
  serving: string;
  people: string[];
  kind: string;
  department: string | null;
}

export class Roster {
  monday = $state('');
  view = $state.raw<DutyListView | null>(null);
  failed = $state(false);
  form = $state<DutyForm | null>(null);
  people = $state.raw<PersonView[]>([]);
  busy = $state(false);
  refused = $state<string | null>(null);
  #asked = 0;

  constructor(private readonly api: StaffApi) {}

  get days(): string[] {
    if (!this.monday) return [];
    return Array.from({ length: 7 }, (_, i) => daysAfter(this.monday, i));
  }

  async week(date: string): Promise<void> {
    this.monday = mondayOf(date);
    await this.load();
  }

  async load(): Promise<void> {
    if (!this.monday) return;
    const asked = ++this.#asked;
    try {
      const view = await this.api.duties(this.monday, daysAfter(this.monday, 6));
      if (asked !== this.#asked) return;
      this.view = view;
      this.failed = false;
    } catch {
      if (asked === this.#asked) this.failed = true;
    }
  }

  turn(weeks: number): Promise<void> {
    return this.week(daysAfter(this.monday, 7 * weeks));
  }

  /** The municipality's turns on that day. */
  on(serving: string, date: string): DutyView[] {
    return (this.view?.duties ?? []).filter(
      (duty) => duty.serving === serving && duty.date === date && !duty.cancelled,
    );
  }

  /** Who serves on that day, whoever it is. */
  of(date: string): DutyView[] {
    return (this.view?.duties ?? []).filter((duty) => duty.date === date && !duty.cancelled);
  }

  async edit(duty: DutyView): Promise<void> {
    this.#fill({
      id: duty.id,
      version: duty.version,
      date: duty.date,
      from: duty.from,
      to: duty.to,
      serving: duty.serving,
      people: duty.people.map((person) => person.id),
      kind: duty.kind,
      department: duty.department,
    });
    await this.#loadPeople(duty.serving);
  }

  async begin(serving: string, date: string): Promise<void> {
    const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
    this.#fill({
      id: null,
      version: 0,
      date,
      from: weekday === 5 ? '13:00' : '15:00',
      to: weekday === 5 ? '18:00' : '22:00',
      serving,
      people: [],
      kind: 'hotline',
      department: null,
    });
    await this.#loadPeople(serving);
  }

  #fill(form: DutyForm): void {
    this.form = form;
    this.refused = null;
  }

  async servedBy(serving: string): Promise<void> {
    if (!this.form) return;
    this.form.serving = serving;
    this.form.people = [];
    await this.#loadPeople(serving);
  }

  async #loadPeople(municipality: string): Promise<void> {
    try {
      this.people = await this.api.people(municipality);
    } catch {
      this.people = [];
    }
  }

  async save(): Promise<boolean> {
    const form = this.form;
    if (!form || this.busy) return false;
    return this.#do(async () => {
      const { id, ...duty } = form;
      await this.api.saveDuty(id, duty);
    });
  }

  async cancel(): Promise<boolean> {
    const form = this.form;
    const id = form?.id;
    if (!form || !id || this.busy) return false;
    return this.#do(async () => {
      await this.api.cancelDuty(id, form.version);
    });
  }

  async #do(act: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.refused = null;
    try {
      await act();
      this.form = null;
      await this.load();
      return true;
    } catch (error) {
      if (error instanceof Refusal) {
        this.refused = error.detail || error.code;
      } else {
        this.refused = 'unreachable';
      }
      return false;
    } finally {
      this.busy = false;
    }
  }
}

/** The duties of one person that have not ended, the next first. */
export function upcomingOf(duties: DutyView[], person: string, now: number): DutyView[] {
  return duties
    .filter((duty) => !duty.cancelled && duty.ends_at > now)
    .filter((duty) => duty.people.some((p) => p.id === person))
    .sort((a, b) => a.starts_at - b.starts_at);
}

export function isToday(date: string, now: number): boolean {
  return date === isoDate(now);
}
