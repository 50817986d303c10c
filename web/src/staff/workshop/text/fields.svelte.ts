// The fields of the text on screen: which one is being written in, and where a finding stands.
import type { Body, Finding } from '../types';
import type { Field, PasteRefusal } from './field';
import type { Writing } from './writing.svelte';

/** The id on the page of a part's text. */
export const partField = (part: string): string => `ws-part-${part}`;
/** The id on the page of a part's heading. */
export const partHeading = (part: string): string => `ws-head-${part}`;
/** The id on the page of a field of the head. */
export const headField = (name: string): string => `ws-f-${name}`;

export class Fields {
  /** The field the bar works on: the one written in last. */
  active = $state.raw<Field | null>(null);
  moved = $state(0);
  linking = $state(false);
  refused = $state.raw<PasteRefusal | null>(null);
  #known = new Map<string, Field>();

  ready = (id: string, field: Field | null): void => {
    if (field) {
      this.#known.set(id, field);
      return;
    }
    if (this.active === this.#known.get(id)) this.active = null;
    this.#known.delete(id);
  };

  focused = (field: Field): void => {
    this.active = field;
    this.refused = null;
  };

  at(part: string): Field | undefined {
    return this.#known.get(partField(part));
  }

  /** Goes to the place of a finding. */
  show(finding: Finding): void {
    const field = finding.part && finding.field === 'markdown' ? this.at(finding.part) : undefined;
    if (field) {
      field.show(finding);
      field.view.dom.scrollIntoView({ block: 'center' });
      return;
    }
    const [name = '', row] = finding.field.split('.');
    const place = finding.part
      ? document.getElementById(partHeading(finding.part))
      : (document.getElementById(`${headField(name)}-${row ?? ''}`) ??
        document.getElementById(headField(name)));
    const input = place?.matches('input, textarea, select')
      ? place
      : place?.querySelector<HTMLElement>('input, textarea, select, button');
    (input as HTMLElement | null | undefined)?.focus();
    place?.scrollIntoView({ block: 'center' });
  }

  /** Writes the suggestion of a finding; false where its words are no longer there. */
  apply(finding: Finding, writing: Writing): boolean {
    if (finding.suggestion === null) return false;
    if (finding.part && finding.field === 'markdown')
      return this.at(finding.part)?.apply(finding) ?? false;
    const { suggestion } = finding;
    let done = false;
    writing.change((body) => {
      const into = target(body, finding);
      if (!into) return;
      const characters = [...into.get()];
      const there = characters.slice(finding.from, finding.to).join('');
      const expected = finding.text.replace(/…$/, '');
      if (!there.startsWith(expected)) return;
      characters.splice(finding.from, finding.to - finding.from, suggestion);
      into.set(characters.join(''));
      done = true;
    });
    return done;
  }
}

/** The text of a body that a finding speaks of, by its path: `summary`, `facts.0.value`. */
function target(
  body: Body,
  finding: Finding,
): { get: () => string; set: (text: string) => void } | null {
  let at: unknown = finding.part
    ? body.parts.find((part) => part.id === finding.part)
    : (body as unknown);
  const path = finding.field.split('.');
  const last = path.pop() ?? '';
  for (const name of path) at = (at as Record<string, unknown> | null | undefined)?.[name];
  const holder = at as Record<string, unknown> | null | undefined;
  if (typeof holder?.[last] !== 'string') return null;
  return {
    get: () => String(holder[last]),
    set: (text) => {
      holder[last] = text;
    },
  };
}
