// A guide that is being written: the text with its undo, the tree it makes, what is selected in it,
// what is wrong with it and how it is walked. The outline, the drawing and the form show this.
import { SvelteSet } from 'svelte/reactivity';
import { Refusal } from '../../api';
import type { Body } from '../types';
import type { Writing } from '../text/writing.svelte';
import type { GuideCalls } from './calls';
import { layout } from './layout';
import {
  isBranches,
  keysOf,
  outline,
  treeOf,
  type Branches,
  type Changed,
  type Fault,
  type Guide,
  type Row,
  type Statistics,
  type Text,
  type Tree,
} from './model';

/** So many changes can be undone. */
const MOST_UNDONE = 200;
export const CHECK_AFTER_MS = 500;

/** A text, and what was selected in it. */
interface Stood {
  text: Text;
  selected: string | null;
  line: string | null;
}

export class Guiding {
  branches = $state.raw<Branches[]>([]);
  faults = $state.raw<Fault[]>([]);
  checking = $state(false);
  counted = $state.raw<Statistics | null>(null);
  /** Key of the selected node. */
  selected = $state<string | null>(null);
  /** The line of the outline it was selected at. */
  line = $state<string | null>(null);
  #past = $state.raw<Stood[]>([]);
  #future = $state.raw<Stood[]>([]);
  #tag: string | null = null;
  #timer: (() => void) | null = null;
  #asked = 0;

  constructor(
    private readonly writing: Writing,
    private readonly calls: GuideCalls,
    private readonly later: (ms: number, then: () => void) => () => void,
  ) {}

  readonly text = $derived.by(() => this.writing.body as unknown as Text | null);
  readonly master = $derived.by(() =>
    this.text && isBranches(this.text)
      ? ((this.writing.view?.master?.body ?? null) as unknown as Guide | null)
      : (this.text as Guide | null),
  );
  readonly tree: Tree = $derived.by(() =>
    this.text ? this.build(this.text) : { nodes: new Map(), start: null },
  );
  readonly lines = $derived.by(() => outline(this.tree));
  readonly drawn = $derived.by(() => layout(this.tree));
  readonly node = $derived.by(() => this.tree.nodes.get(this.selected ?? '') ?? null);
  readonly row = $derived.by(
    () =>
      this.lines.rows.find((row) => row.key === this.line && row.at === this.selected) ??
      this.lines.rows.find((row) => row.at === this.selected && !row.again) ??
      null,
  );
  readonly bad = $derived.by(() => {
    const keys = new SvelteSet<string>();
    for (const fault of this.faults)
      if (fault.stops) for (const key of keysOf(fault, this.tree)) keys.add(key);
    return keys;
  });
  readonly stops = $derived.by(() => this.faults.filter((fault) => fault.stops).length);

  get mayEdit(): boolean {
    return this.writing.mayEdit;
  }
  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  build = (text: Text): Tree =>
    treeOf(
      text,
      isBranches(text)
        ? ((this.writing.view?.master?.body ?? null) as unknown as Guide | null)
        : null,
      this.branches,
    );

  select(key: string | null, line: string | null = null): void {
    this.selected = key;
    this.line = line;
    this.#tag = null;
  }

  /** Another text. Typing in one field (`tag`) is undone as one change. */
  put(next: Text, tag: string | null = null): void {
    const before = this.text;
    if (!before || next === before || !this.mayEdit) return;
    if (JSON.stringify(next) === JSON.stringify(before)) return;
    if (tag === null || tag !== this.#tag) {
      this.#past = [...this.#past, this.#stood(before)].slice(-MOST_UNDONE);
    }
    this.#tag = tag;
    this.#future = [];
    this.#write(next);
  }

  did(changed: Changed): void {
    this.put(changed.text);
    if (changed.select !== null) this.select(changed.select);
  }

  #stood(text: Text): Stood {
    return { text, selected: this.selected, line: this.line };
  }

  undo(): boolean {
    const back = this.#past[this.#past.length - 1];
    if (!back || !this.text || !this.mayEdit) return false;
    this.#future = [...this.#future, this.#stood(this.text)];
    this.#past = this.#past.slice(0, -1);
    this.#stand(back);
    return true;
  }

  redo(): boolean {
    const on = this.#future[this.#future.length - 1];
    if (!on || !this.text || !this.mayEdit) return false;
    this.#past = [...this.#past, this.#stood(this.text)];
    this.#future = this.#future.slice(0, -1);
    this.#stand(on);
    return true;
  }

  #stand({ text, selected, line }: Stood): void {
    this.#write(text);
    if (selected !== null && this.tree.nodes.has(selected)) this.select(selected, line);
    this.#tag = null;
  }

  #write(next: Text): void {
    this.writing.change((body) => {
      const fields = body as unknown as Record<string, unknown>;
      for (const name of Object.keys(fields)) delete fields[name];
      Object.assign(body, structuredClone(next) as unknown as Body);
    });
    // The version was counted up while it was written: that is not undone.
    if (this.selected !== null && !this.tree.nodes.has(this.selected)) {
      this.select(this.tree.start);
    }
  }

  /** The text was replaced from outside. An earlier version that was brought back is one change
      that can be undone; over a colleague's words nothing is. */
  replaced(): void {
    const before = this.writing.before as unknown as Text | null;
    this.#past = before ? [...this.#past, this.#stood(before)].slice(-MOST_UNDONE) : [];
    this.#future = [];
    this.#tag = null;
    if (this.selected === null || !this.tree.nodes.has(this.selected)) {
      this.select(this.tree.start);
    }
  }

  /** Asks what is wrong, when nothing has changed for a moment. */
  checkSoon(): void {
    this.#timer?.();
    this.#timer = this.later(CHECK_AFTER_MS, () => void this.check());
  }

  async check(): Promise<void> {
    const text = this.text;
    if (!text) return;
    const asked = ++this.#asked;
    this.checking = true;
    try {
      const { faults } = await this.calls.check(text);
      if (asked === this.#asked) this.faults = faults;
    } catch (error) {
      // A text the server cannot read is told where it is saved; a lost line is asked again.
      if (asked === this.#asked && error instanceof Refusal) this.faults = [];
    } finally {
      if (asked === this.#asked) this.checking = false;
    }
  }

  async load(): Promise<void> {
    try {
      this.branches = (await this.calls.branches(this.writing.topic)).branches;
    } catch {
      // The guide is written without them; they are checked by the server all the same.
    }
  }

  async count(municipality: string | null, from: string, to: string): Promise<void> {
    try {
      this.counted = await this.calls.statistics(this.writing.topic, municipality, from, to);
    } catch {
      this.counted = null;
    }
  }

  /** The line above or below in the outline; the parent's or the first child's. */
  step(key: string): Row | null {
    const { rows, lost } = this.lines;
    const all = [...rows, ...lost.map((at): Row => lostRow(at))];
    const here = all.findIndex((row) => row.key === (this.row?.key ?? this.selected));
    const row = all[here];
    switch (key) {
      case 'ArrowDown':
        return all[Math.min(all.length - 1, here + 1)] ?? null;
      case 'ArrowUp':
        return all[Math.max(0, here - 1)] ?? null;
      case 'ArrowRight':
        return row && row.children > 0 ? (all[here + 1] ?? null) : null;
      case 'ArrowLeft':
        return all.find((other) => other.key === row?.parent) ?? null;
      case 'Home':
        return all[0] ?? null;
      case 'End':
        return all[all.length - 1] ?? null;
      default:
        return null;
    }
  }
}

/** The line of a node that no answer leads to. */
export function lostRow(at: string): Row {
  return { key: at, at, depth: 0, via: null, parent: null, again: false, children: 0 };
}
