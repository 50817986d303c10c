// A draft on a screen, whatever is written in it: opened, left, found changed by a colleague, sent
// on, brought back, taken away. The editor of texts and the editor of guides both live by it.
import { msg } from '../../../generated/workshop';
import { daysAfter, isoDate } from '../../../shared/moments';
import { Refusal } from '../../api';
import type { Staff } from '../../staff.svelte';
import { when } from '../../wording';
import { WorkshopApi } from '../api';
import { dayOf } from '../parts/moments';
import type { Draft, TextKind } from '../types';
import { Writing } from './writing.svelte';

/** What can be next for a draft. */
export type Step = 'submit' | 'approve' | 'return' | 'publish' | 'schedule' | 'drop';
/** So many days before its review a text says so. */
const REVIEW_SOON_DAYS = 30;
/** A text that was looked through is looked through again after so many days. */
const REVIEW_AFTER_DAYS = 365;

function shelf(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

export class Life {
  readonly api: WorkshopApi;
  readonly writing: Writing;
  dialog = $state<'preview' | 'versions' | 'conflict' | 'remove' | null>(null);
  next = $state<Step | null>(null);
  /** What was done last, in a line that stays until it is closed. */
  told = $state<string | null>(null);

  constructor(
    private readonly staff: Staff,
    /** The list that it is opened from. */
    readonly tab: 'texts' | 'guides',
    topic: string,
    municipality: string | null,
  ) {
    this.api = new WorkshopApi(staff.api);
    this.writing = new Writing(
      {
        api: this.api,
        shelf: shelf(),
        now: () => staff.clock.read(),
        later: (ms, then) => {
          const timer = setTimeout(then, ms);
          return () => clearTimeout(timer);
        },
        person: staff.session.me?.person.id ?? '',
      },
      topic,
      municipality,
    );
  }

  /** Opens the text and follows it until the answer is called. */
  run(): () => void {
    const { writing } = this;
    const online = () => writing.again();
    // Who comes back to it sees it as it is now.
    const seen = () => {
      if (document.visibilityState === 'visible') void writing.look();
    };
    const leaving = (event: BeforeUnloadEvent) => {
      if (!writing.dirty) return;
      void writing.save();
      // What the line cannot take is kept in this browser; only a running save is worth a question.
      if (writing.saved.is === 'changed' || writing.saved.is === 'saving') event.preventDefault();
    };
    addEventListener('online', online);
    addEventListener('beforeunload', leaving);
    document.addEventListener('visibilitychange', seen);
    return () => {
      removeEventListener('online', online);
      removeEventListener('beforeunload', leaving);
      document.removeEventListener('visibilitychange', seen);
      writing.close();
    };
  }

  /** A municipality has nothing of its own here yet. */
  get notBegun(): boolean {
    const { view, body, failed, municipality } = this.writing;
    if (municipality === null) return false;
    return view ? body === null : failed instanceof Refusal && failed.status === 404;
  }

  /** A municipality's own text over the common one. */
  async begin(kind: TextKind): Promise<void> {
    const { topic, municipality } = this.writing;
    try {
      await this.api.begin({ topic, kind, area: '', municipality, title: '' });
    } catch (error) {
      // Somebody else has begun it a moment ago.
      if (!(error instanceof Refusal && error.status === 409)) {
        this.writing.failed = error;
        return;
      }
    }
    await this.writing.open();
  }

  /** Said to who listens. */
  announce(text: string): void {
    this.staff.announcer.say(text);
  }

  /** Said, and shown until it is closed. */
  say(text: string): void {
    this.told = text;
    this.announce(text);
  }

  /** A step was taken; null when the draft is no more. */
  done(step: Step, draft: Draft | null): void {
    const { clock, router } = this.staff;
    const { writing } = this;
    this.next = null;
    const removed = step === 'publish' && writing.draft?.removes === true;
    const said: Record<Step, () => string> = {
      submit: () => msg.ws_done_submit(),
      approve: () => msg.ws_done_approve(),
      return: () => msg.ws_done_return(),
      publish: () => (removed ? msg.ws_done_remove() : msg.ws_done_publish()),
      schedule: () =>
        msg.ws_done_schedule({ when: when(draft?.publish_at ?? clock.read(), clock.now) }),
      drop: () => msg.ws_done_drop(),
    };
    this.say(said[step]());
    const nothing = removed || (step === 'drop' && !writing.view?.body);
    writing.adopt(draft);
    if (nothing) router.go('workshop', this.tab);
    else void writing.open();
  }

  restored(draft: Draft, version: number): void {
    this.dialog = null;
    this.say(msg.ws_done_restore({ version: String(version) }));
    this.writing.adopt(draft, true);
  }

  /** A draft that takes the text away was begun. */
  removing(draft: Draft): void {
    this.dialog = null;
    this.writing.adopt(draft);
    this.told = null;
    this.announce(msg.ws_removes());
    void this.writing.look();
  }

  /** When the text is to be looked through, where that day is near or past. */
  get review(): { day: string; overdue: boolean } | null {
    const { body, draft } = this.writing;
    const day = body && 'review' in body ? body.review : null;
    if (!day || draft?.removes) return null;
    const today = isoDate(this.staff.clock.read());
    if (day > daysAfter(today, REVIEW_SOON_DAYS)) return null;
    return { day, overdue: day < today };
  }

  /** It was looked through today; that goes out with the next version. */
  reviewed(): void {
    const today = isoDate(this.staff.clock.read());
    const again = daysAfter(today, REVIEW_AFTER_DAYS);
    this.writing.change((body) => {
      body.reviewed = today;
      if ('review' in body) body.review = again;
    });
    this.say(msg.ws_done_reviewed({ day: dayOf(again) }));
  }
}
