// One text that is being written: opened, changed, saved by itself, and never lost. The screen
// shows what stands here; nothing here knows a screen.
import { Refusal, Unreachable } from '../../api';
import type { Shelf } from '../../drafts';
import type { WorkshopApi } from '../api';
import type { Article, Body, Draft, Finding, TextView } from '../types';
import { joined, type PieceKey } from './pieces';

/** So long nothing is typed before it is saved. */
export const SAVE_AFTER_MS = 1_500;
/** How often one says that one is here, and asks who else is. */
export const HERE_EVERY_MS = 20_000;
const AGAIN_AFTER_MS = [2_000, 5_000, 15_000, 30_000];

export type Saved =
  | { is: 'unchanged' }
  | { is: 'changed' }
  | { is: 'saving' }
  | { is: 'saved'; at: number }
  /** Kept in this browser; sent when the server answers. */
  | { is: 'kept' }
  | { is: 'refused'; why: string };

export interface Surroundings {
  api: WorkshopApi;
  /** Survives the tab: an editor may shut it while the line is down. */
  shelf: Shelf | null;
  now: () => number;
  later: (ms: number, then: () => void) => () => void;
  /** Whose copy it is on a machine that several use. */
  person: string;
}

interface Kept {
  draft: string | null;
  revision: number;
  body: Body;
}

export class Writing {
  view = $state.raw<TextView | null>(null);
  draft = $state.raw<Draft | null>(null);
  /** What stands in the fields. Every change goes through `change`. */
  body = $state.raw<Body | null>(null);
  saved = $state.raw<Saved>({ is: 'unchanged' });
  /** Somebody else has saved in between: both texts, until one has chosen. */
  conflict = $state.raw<{ theirs: Draft; mine: Body } | null>(null);
  findings = $state.raw<Finding[]>([]);
  /** The findings are of an earlier text. */
  checking = $state(false);
  failed = $state.raw<unknown>(null);
  /** Another's saved changes were taken in, because there were none of one's own. */
  taken = $state.raw<{ name: string; at: number } | null>(null);
  /** A copy that this browser had kept was taken up again. */
  recovered = $state(false);
  /** Counts up when the text in the fields was replaced from outside. */
  replaced = $state(0);
  /** What stood here before an earlier version was brought back, until something else is written. */
  before = $state.raw<Body | null>(null);

  #timer: (() => void) | null = null;
  #here: (() => void) | null = null;
  #saving: Promise<void> | null = null;
  #tries = 0;
  #edits = 0;
  #over = false;

  constructor(
    private readonly around: Surroundings,
    readonly topic: string,
    readonly municipality: string | null,
  ) {}

  get #key(): string {
    return `straks-text/${this.around.person}/${this.topic}/${this.municipality ?? ''}`;
  }

  get mayEdit(): boolean {
    const phase = this.draft?.phase ?? 'editing';
    return (
      this.view?.can.edit === true &&
      phase === 'editing' &&
      this.conflict === null &&
      this.draft?.removes !== true &&
      !this.view.imported_from
    );
  }

  /** The common text as it stands now. */
  get master(): Article | null {
    return this.view?.master?.body ?? null;
  }

  get dirty(): boolean {
    return ['changed', 'saving', 'kept', 'refused'].includes(this.saved.is);
  }

  async open(): Promise<void> {
    try {
      const view = await this.around.api.text(this.topic, this.municipality);
      if (this.#over) return;
      this.view = view;
      this.failed = null;
      this.#take(view.draft, view);
      const kept = this.#kept();
      if (kept && view.can.edit && !same(kept.body, this.body)) {
        if (!view.draft || view.draft.revision === kept.revision) {
          this.body = kept.body;
          this.recovered = true;
          this.#changed();
        } else {
          this.conflict = { theirs: view.draft, mine: kept.body };
        }
      } else {
        this.#forget();
      }
      if (this.draft) void this.check();
      this.#beHere();
    } catch (error) {
      this.failed = error;
    }
  }

  #take(draft: Draft | null, view: TextView | null = this.view): void {
    this.draft = draft;
    const body = draft?.body ?? view?.body ?? null;
    if (same(body, this.body)) return;
    this.body = body;
    this.replaced += 1;
  }

  /** Changes the text: `edit` gets a copy and may write into it. */
  change(edit: (body: Body) => void): void {
    if (!this.body || !this.mayEdit) return;
    const copy = structuredClone(this.body);
    edit(copy);
    if (same(copy, this.body)) return;
    this.body = copy;
    this.#changed();
  }

  /** Takes back that an earlier version was brought back. */
  takeBack(): void {
    const { before } = this;
    if (!before || !this.mayEdit) return;
    this.body = before;
    this.replaced += 1;
    this.#changed();
  }

  #changed(): void {
    this.#edits += 1;
    this.before = null;
    if (this.saved.is !== 'saving') this.saved = { is: 'changed' };
    this.taken = null;
    this.#keep();
    this.#saveIn(SAVE_AFTER_MS);
  }

  #saveIn(ms: number): void {
    this.#timer?.();
    // What was left unsaved is kept, and taken up when the text is opened again.
    this.#timer = this.#over ? null : this.around.later(ms, () => void this.save());
  }

  /** Saves what has changed; asked while it saves, it saves once more afterwards. */
  async save(): Promise<void> {
    this.#timer?.();
    this.#timer = null;
    while (this.#saving) await this.#saving;
    if (!this.body || !this.dirty || this.conflict) return;
    this.#saving = this.#send();
    try {
      await this.#saving;
    } finally {
      this.#saving = null;
    }
  }

  async #send(): Promise<void> {
    const body = this.body!;
    const edits = this.#edits;
    this.saved = { is: 'saving' };
    try {
      if (!this.draft) {
        const opened = await this.around.api.openDraft(this.topic, this.municipality);
        const before = this.view?.body ?? null;
        // A draft that somebody else began meanwhile is not written over.
        if (before && !samePieces(opened.body, before)) {
          this.#differ(opened, body);
          return;
        }
        this.draft = opened;
      }
      const saved = await this.around.api.save(this.draft.id, this.draft.revision, body);
      this.#tries = 0;
      this.draft = saved;
      if (this.#edits === edits) {
        this.saved = { is: 'saved', at: this.around.now() };
        this.#forget();
      } else {
        this.saved = { is: 'changed' };
        this.#keep();
        this.#saveIn(SAVE_AFTER_MS);
      }
      void this.check();
    } catch (error) {
      this.#notSaved(error, body);
    }
  }

  #notSaved(error: unknown, body: Body): void {
    if (error instanceof Refusal && error.code === 'draft-changed') {
      const theirs = error.problem.theirs as Draft | undefined;
      if (theirs) {
        this.#differ(theirs, this.body ?? body);
        return;
      }
    }
    this.#keep();
    if (error instanceof Unreachable) {
      this.saved = { is: 'kept' };
      const wait = AGAIN_AFTER_MS[Math.min(this.#tries, AGAIN_AFTER_MS.length - 1)] ?? 30_000;
      this.#tries += 1;
      this.#saveIn(wait);
    } else {
      this.saved = { is: 'refused', why: error instanceof Refusal ? error.detail : String(error) };
    }
  }

  #differ(theirs: Draft, mine: Body): void {
    this.#keep();
    this.conflict = { theirs, mine };
    this.saved = { is: 'changed' };
  }

  /** One has chosen, piece by piece: those named are one's own, all others are theirs. */
  async choose(fromMine: ReadonlySet<PieceKey>): Promise<void> {
    const { conflict } = this;
    if (!conflict) return;
    this.draft = conflict.theirs;
    this.body = joined(conflict.mine, conflict.theirs.body, fromMine);
    this.replaced += 1;
    this.conflict = null;
    if (same(this.body, conflict.theirs.body)) {
      this.saved = { is: 'saved', at: conflict.theirs.changed_at };
      this.#forget();
      return;
    }
    this.#changed();
    await this.save();
  }

  /** The draft is another now, by something other than writing: settled, restored, moved on. */
  adopt(draft: Draft | null, mayTakeBack = false): void {
    this.#timer?.();
    this.#forget();
    const before = this.body;
    this.#take(draft);
    this.before = mayTakeBack && before !== this.body ? before : null;
    this.saved = draft ? { is: 'saved', at: draft.changed_at } : { is: 'unchanged' };
    if (draft) void this.check();
  }

  async check(): Promise<void> {
    const draft = this.draft;
    if (!draft) return;
    this.checking = true;
    try {
      const { findings } = await this.around.api.check(draft.id);
      if (this.draft?.id === draft.id) this.findings = findings;
    } catch {
      // The hints of a moment ago stay; what keeps a text back is asked again when it is sent.
    } finally {
      this.checking = false;
    }
  }

  /** The line is back. */
  again(): void {
    if (this.saved.is === 'kept') void this.save();
  }

  #beHere(): void {
    this.#here?.();
    if (this.#over) return;
    this.#here = this.around.later(HERE_EVERY_MS, () => {
      void this.look().finally(() => this.#beHere());
    });
    if (this.draft && this.mayEdit) void this.around.api.here(this.draft.id).catch(() => {});
  }

  /** Who else is here, and whether they have saved. */
  async look(): Promise<void> {
    try {
      const view = await this.around.api.text(this.topic, this.municipality);
      if (this.#over || !this.view) return;
      const theirs = view.draft;
      const moved = theirs?.id !== this.draft?.id || theirs?.revision !== this.draft?.revision;
      this.view = view;
      // With changes of one's own, saving them finds the difference.
      if (moved && !this.dirty && !this.conflict && this.#saving === null) {
        this.#take(theirs, view);
        if (theirs) this.taken = { name: theirs.last_author.name, at: theirs.changed_at };
        void this.check();
      }
    } catch {
      // Asked again in a while.
    }
  }

  /** The screen is left: what is not saved yet is, and is kept until it is. */
  close(): void {
    void this.save();
    this.#here?.();
    this.#here = null;
    this.#over = true;
    this.#timer?.();
  }

  #keep(): void {
    if (!this.body) return;
    const kept: Kept = {
      draft: this.draft?.id ?? null,
      revision: this.draft?.revision ?? 0,
      body: this.body,
    };
    try {
      this.around.shelf?.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Full or forbidden: it lives on in memory.
    }
  }

  #kept(): Kept | null {
    try {
      const text = this.around.shelf?.getItem(this.#key);
      return text ? (JSON.parse(text) as Kept) : null;
    } catch {
      return null;
    }
  }

  #forget(): void {
    try {
      this.around.shelf?.removeItem(this.#key);
    } catch {
      // Forbidden: then nothing was kept either.
    }
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Whether two bodies say the same; the version they count may differ. */
function samePieces(a: Body, b: Body): boolean {
  return same({ ...a, version: 0, of: 0 }, { ...b, version: 0, of: 0 });
}
