// One text that is being written: opened, changed, saved by itself, and never lost. The screen
// shows what stands here; nothing here knows a screen.
import { Refusal, Unreachable } from '../../api';
import type { Shelf } from '../../drafts';
import type { WorkshopApi } from '../api';
import type { Article, Body, Draft, Finding, Named, TextView } from '../types';
import { differences, joined, sameText, type Difference, type PieceKey } from './pieces';

/** So long nothing is typed before it is saved. */
export const SAVE_AFTER_MS = 1_500;
/** Whoever types on and on is saved after so long all the same. */
export const SAVE_WITHIN_MS = 10_000;
/** So long a line stands at least that tells of words by somebody else. */
const TOLD_MS = 30_000;
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

/** What the words in the fields are written over. */
interface Ground {
  draft: string | null;
  revision: number;
  /** The published version. */
  version: number;
  /** What stood there; null when nobody knows. */
  base: Body | null;
}

interface Kept extends Ground {
  body: Body;
}

/** A text as it stands on the server: its draft, or without one what is published. */
interface Stand {
  draft: Draft | null;
  version: number;
  body: Body;
}

/** Two texts that somebody chooses between, piece by piece. */
export interface Conflict {
  theirs: Stand;
  mine: Body;
  /** What both were written over, where that is known. */
  base: Body | null;
  pieces: Difference[];
}

export class Writing {
  view = $state.raw<TextView | null>(null);
  draft = $state.raw<Draft | null>(null);
  /** What stands in the fields. Every change goes through `change`. */
  body = $state.raw<Body | null>(null);
  saved = $state.raw<Saved>({ is: 'unchanged' });
  /** Somebody else has saved in between: both texts, until one has chosen. */
  conflict = $state.raw<Conflict | null>(null);
  findings = $state.raw<Finding[]>([]);
  /** The findings are of an earlier text. */
  checking = $state(false);
  failed = $state.raw<unknown>(null);
  /** Other words were taken in where one has none of one's own. */
  taken = $state.raw<{ by: Named | null; at: number } | null>(null);
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
  #ground: Ground = { draft: null, revision: 0, version: 0, base: null };
  /** Since when there is something to save. */
  #since: number | null = null;
  #takenAt = 0;
  /** Somebody's saved words were left out on purpose: the server keeps them beside. */
  #instead = false;

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

  /** When citizens see the text no longer, unless something else is said. */
  get ends(): number | null {
    return this.draft ? this.draft.expires_at : (this.view?.expires_at ?? null);
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
      this.#takeUp(view);
      if (this.draft) void this.check();
      this.#beHere();
    } catch (error) {
      this.failed = error;
    }
  }

  /** The copy that this browser kept, where it may be written now; else it stays where it is. */
  #takeUp(view: TextView): void {
    const kept = this.#kept();
    const stand = standOf(view);
    if (!kept || !stand) return;
    if (same(kept.body, stand.body)) {
      this.#forget();
      return;
    }
    if (!this.mayEdit) return;
    const here = groundOf(stand);
    const asLeft =
      kept.draft === here.draft &&
      kept.revision === here.revision &&
      (here.draft !== null || kept.version === here.version);
    if (asLeft) {
      this.body = kept.body;
      this.#changed();
    } else {
      this.#meet(stand, kept.body, kept);
    }
    this.recovered = this.conflict === null && this.dirty;
  }

  #take(draft: Draft | null, view: TextView | null = this.view): void {
    this.draft = draft;
    const body = draft?.body ?? view?.body ?? null;
    if (body) this.#ground = groundOf({ draft, version: view?.version ?? 0, body });
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
    const now = this.around.now();
    if (now - this.#takenAt > TOLD_MS) this.taken = null;
    this.#keep();
    this.#since ??= now;
    this.#saveIn(Math.min(SAVE_AFTER_MS, Math.max(0, this.#since + SAVE_WITHIN_MS - now)));
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
    const { version, base } = this.#ground;
    this.saved = { is: 'saving' };
    this.#since = null;
    try {
      if (!this.draft) {
        const opened = await this.around.api.openDraft(this.topic, this.municipality);
        // What somebody else has written or published meanwhile is not written over.
        if (base && !sameText(opened.body, base)) {
          this.#meet({ draft: opened, version, body: opened.body }, this.body!, this.#ground);
          return;
        }
        this.draft = opened;
        this.#ground = { draft: opened.id, revision: opened.revision, version, base };
      }
      const { id, revision } = this.draft;
      const saved = await this.around.api.save(id, revision, body, this.#instead);
      this.#tries = 0;
      this.#instead = false;
      this.draft = saved;
      this.#ground = { draft: saved.id, revision: saved.revision, version, base: body };
      if (this.#edits === edits) {
        this.saved = { is: 'saved', at: this.around.now() };
        this.#forget();
        // The server has masked a number: that is what stands.
        if (differences(body, saved.body).some((piece) => piece.mine !== piece.theirs))
          this.#take(saved);
      } else {
        this.saved = { is: 'changed' };
        this.#keep();
        this.#saveIn(SAVE_AFTER_MS);
      }
      void this.check();
    } catch (error) {
      await this.#notSaved(error, body);
    }
  }

  async #notSaved(error: unknown, body: Body): Promise<void> {
    if (error instanceof Refusal && error.code === 'draft-changed') {
      try {
        const theirs = await this.#standing(error.problem.theirs as Draft | undefined);
        if (theirs) {
          this.#meet(theirs, this.body ?? body, this.#ground);
          return;
        }
      } catch (another) {
        error = another;
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

  /** What one's own words meet: the draft, or what stands now that it was published or dropped. */
  async #standing(theirs: Draft | undefined): Promise<Stand | null> {
    if (theirs && theirs.ended_at === null)
      return { draft: theirs, version: this.#ground.version, body: theirs.body };
    this.view = await this.around.api.text(this.topic, this.municipality);
    return standOf(this.view);
  }

  /** Lays one's own words beside others'. What only one of the two has changed since both began is
   * joined; what both have changed somebody chooses. */
  #meet(theirs: Stand, mine: Body, over: Ground): void {
    // What a thrown away draft had is in neither: nothing of it goes without being seen.
    const dropped =
      over.draft !== null && over.draft !== theirs.draft?.id && over.version === theirs.version;
    const base = dropped ? null : over.base;
    // What is on its way to citizens already is taken back by nobody who was not asked.
    const sent = theirs.draft !== null && theirs.draft.phase !== 'editing';
    const pieces = differences(mine, theirs.body, base).map((piece) =>
      sent && piece.by === 'mine' ? { ...piece, by: 'both' as const } : piece,
    );
    this.#timer?.();
    if (pieces.some((piece) => piece.by === 'both')) {
      this.conflict = { theirs, mine, base, pieces };
      this.saved = { is: 'changed' };
      return;
    }
    this.#join({ theirs, mine, base, pieces }, new Set());
    if (pieces.some((piece) => piece.by === 'theirs') || theirs.version > over.version)
      this.#tell(theirs.draft);
  }

  #tell(draft: Draft | null): void {
    const now = this.around.now();
    const by = writerOf(draft);
    this.taken = { by, at: (by ? draft?.changed_at : this.view?.published_at) ?? now };
    this.#takenAt = now;
  }

  /** Goes on over `theirs`, with the pieces named and those that nobody else has changed. */
  #join({ theirs, mine, base, pieces }: Conflict, fromMine: ReadonlySet<PieceKey>): void {
    const own = pieces.filter((piece) => piece.by === 'mine').map((piece) => piece.key);
    this.draft = theirs.draft;
    this.#ground = groundOf(theirs);
    this.body = joined(mine, theirs.body, new Set([...fromMine, ...own]), base);
    this.replaced += 1;
    this.conflict = null;
    if (same(this.body, theirs.body)) {
      const { draft } = theirs;
      this.saved = draft ? { is: 'saved', at: draft.changed_at } : { is: 'unchanged' };
      this.#forget();
      return;
    }
    this.saved = { is: 'changed' };
    this.#changed();
  }

  /** One has chosen, piece by piece: those named are one's own, of the others that both have
   * changed theirs stand. */
  async choose(fromMine: ReadonlySet<PieceKey>): Promise<void> {
    const { conflict } = this;
    if (!conflict) return;
    this.#instead =
      conflict.theirs.draft !== null &&
      conflict.pieces.some((piece) => piece.by === 'both' && fromMine.has(piece.key));
    this.#join(conflict, fromMine);
    await this.save();
  }

  /** The draft is another now, by something other than writing: settled, restored, moved on. */
  adopt(draft: Draft | null, mayTakeBack = false): void {
    this.#timer?.();
    if (this.dirty) {
      // Written while that was on its way. Without a draft it is taken up when the text is read.
      if (draft && this.body) {
        const stand = { draft, version: this.#ground.version, body: draft.body };
        this.#meet(stand, this.body, this.#ground);
        return;
      }
    } else {
      this.#forget();
    }
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
    const asked = this.draft;
    try {
      const view = await this.around.api.text(this.topic, this.municipality);
      // Whatever has been saved since the question was asked is newer than the answer.
      if (this.#over || !this.view || this.draft !== asked) return;
      const theirs = view.draft;
      const { draft, revision, version } = this.#ground;
      const moved = theirs
        ? theirs.id !== draft || theirs.revision !== revision
        : draft !== null || view.version !== version;
      this.view = view;
      // With changes of one's own, saving them finds the difference.
      if (this.dirty || this.conflict || this.#saving !== null) return;
      if (moved) {
        this.#take(theirs, view);
        if (theirs) this.#tell(theirs);
        void this.check();
      } else {
        // The same words may be somewhere else on their way.
        this.draft = theirs;
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
    const kept: Kept = { ...this.#ground, body: this.body };
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

/** Who wrote what stands in a draft; null where that is the published text. */
export function writerOf(draft: Draft | null): Named | null {
  return draft && draft.revision > 1 ? draft.last_author : null;
}

function standOf(view: TextView): Stand | null {
  const body = view.draft?.body ?? view.body;
  return body && { draft: view.draft, version: view.version, body };
}

function groundOf({ draft, version, body }: Stand): Ground {
  return { draft: draft?.id ?? null, revision: draft?.revision ?? 0, version, base: body };
}
