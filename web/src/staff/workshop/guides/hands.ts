// What is done to a guide by key or by hand. Every act is said, and the focus stays with what was
// acted on, in the outline or in the drawing.
import { msg } from '../../../generated/workshop';
import type { Guiding } from './guiding.svelte';
import { beside } from './layout';
import {
  addAnswer,
  addNode,
  hang,
  moveChoice,
  outline,
  removeNode,
  removeRow,
  type Text,
} from './model';

/** The drawing's element. */
export const DRAWING = 'gd-drawing';

export class Hands {
  /** The last key was pressed in the drawing. */
  #drawn = false;

  constructor(
    private readonly guiding: Guiding,
    /** Said to who listens. */
    private readonly say: (text: string) => void,
    /** Said, and shown until it is closed. */
    private readonly tell: (text: string) => void,
  ) {}

  /** Back to where the step was chosen; the line may be another element now. */
  focusBack = (): void => {
    requestAnimationFrame(() => {
      const key = this.guiding.row?.key ?? this.guiding.selected ?? '';
      const line = document.querySelector<HTMLElement>(`[data-line="${CSS.escape(key)}"]`);
      const drawing = this.#drawn ? document.getElementById(DRAWING) : null;
      (drawing ?? line)?.focus();
    });
  };

  focusTitle(all: boolean): void {
    requestAnimationFrame(() => {
      const input = document.getElementById('gd-title');
      if (!(input instanceof HTMLInputElement)) return;
      input.focus();
      if (all) input.select();
    });
  }

  add(): void {
    const { guiding } = this;
    if (guiding.selected === null || !guiding.text) return;
    const words = { choice: msg.gd_new_answer(), node: msg.gd_new_step() };
    const changed = addAnswer(guiding.text, guiding.tree, guiding.selected, words);
    if (changed.select === null) {
      this.say(msg.gd_cannot_add());
      return;
    }
    guiding.did(changed);
    this.focusTitle(true);
  }

  addLoose = (): void => {
    const { guiding } = this;
    if (!guiding.text) return;
    guiding.did(addNode(guiding.text, guiding.tree, msg.gd_new_step()));
    this.focusTitle(true);
  };

  #put(text: Text): boolean {
    if (JSON.stringify(text) === JSON.stringify(this.guiding.text)) return false;
    this.guiding.put(text);
    return true;
  }

  /** Takes a step away with every answer that leads to it. */
  removeNode = (key: string): void => {
    const { guiding } = this;
    if (!guiding.text) return;
    const deleted = this.#put(removeNode(guiding.text, key));
    if (deleted) this.tell(msg.gd_deleted());
    else this.say(msg.gd_cannot_delete());
    this.focusBack();
  };

  /** Takes the line away: its answer, and what only that led to. */
  remove(): void {
    const { row, text, selected } = this.guiding;
    if (!text || selected === null) return;
    if (!row?.via) {
      if (this.guiding.lines.lost.includes(selected)) this.removeNode(selected);
      else this.say(msg.gd_cannot_delete());
      return;
    }
    const parent = this.guiding.lines.rows.find((other) => other.key === row.parent);
    if (this.#put(removeRow(text, this.guiding.build, row))) {
      this.guiding.select(parent?.at ?? this.guiding.tree.start, parent?.key ?? null);
      this.tell(msg.gd_deleted());
    } else this.say(msg.gd_cannot_delete());
    this.focusBack();
  }

  /** Up and down among its kind, in under the one above, out beside its parent. */
  move(key: string): void {
    const { guiding } = this;
    const { row, text } = guiding;
    const moved = row?.via && text ? this.#moved(key) : null;
    if (!row || !moved || !this.#put(moved)) {
      this.say(msg.gd_cannot_move());
      return;
    }
    const { rows } = outline(guiding.build(moved));
    const line = rows.find((other) => other.at === row.at && !other.again);
    guiding.select(row.at, line?.key ?? null);
    this.say(msg.gd_moved());
    this.focusBack();
  }

  #moved(key: string): Text | null {
    const { row, text, tree, lines } = this.guiding;
    if (!row?.via || !text) return null;
    if (key === 'ArrowUp' || key === 'ArrowDown')
      return moveChoice(text, row.via, key === 'ArrowUp' ? -1 : 1);
    const parent = lines.rows.find((other) => other.key === row.parent);
    if (key === 'ArrowLeft') {
      const grand = lines.rows.find((other) => other.key === parent?.parent);
      return grand ? hang(text, tree, row.via, grand.at) : null;
    }
    const siblings = lines.rows.filter((other) => other.parent === row.parent);
    const above = siblings[siblings.indexOf(row) - 1];
    return above ? hang(text, tree, row.via, above.at) : null;
  }

  undo = (): void => {
    if (this.guiding.undo()) this.#stepped(msg.gd_undone());
  };

  redo = (): void => {
    if (this.guiding.redo()) this.#stepped(msg.gd_redone());
  };

  #stepped(said: string): void {
    this.say(said);
    const inTree = document.activeElement?.closest('[role="tree"]');
    requestAnimationFrame(() => {
      // The field that was written in may be gone with what was undone.
      if (inTree || document.activeElement === document.body) this.focusBack();
    });
  }

  onkey = (event: KeyboardEvent, drawn: boolean): void => {
    if (event.ctrlKey || event.metaKey) return;
    const { guiding } = this;
    this.#drawn = drawn;
    const arrow = event.key.startsWith('Arrow');
    if (event.altKey) {
      if (!arrow) return;
      event.preventDefault();
      if (guiding.mayEdit) this.move(event.key);
      return;
    }
    if (drawn && arrow) {
      event.preventDefault();
      const at = guiding.selected ?? guiding.tree.start;
      if (at !== null) guiding.select(beside(guiding.drawn, guiding.tree, at, event.key));
      return;
    }
    if (arrow || event.key === 'Home' || event.key === 'End') {
      event.preventDefault();
      const row = guiding.step(event.key);
      if (row) guiding.select(row.at, row.key);
      this.focusBack();
      return;
    }
    switch (event.key) {
      case 'Enter':
        event.preventDefault();
        this.focusTitle(false);
        break;
      case 'Insert':
      case '+':
        event.preventDefault();
        if (guiding.mayEdit) this.add();
        break;
      case 'Delete':
        event.preventDefault();
        if (guiding.mayEdit) this.remove();
        break;
    }
  };
}
