// Where a finding of the checks stands in a document, and how its suggestion is put there.
import type { Node } from 'prosemirror-model';
import { Plugin, PluginKey, type EditorState, type Transaction } from 'prosemirror-state';
import { Decoration, DecorationSet } from 'prosemirror-view';
import type { Finding } from '../types';

/** The characters of a document in a row, each with its place; blocks are parted by a newline. */
function flat(doc: Node): { text: string; at: number[] } {
  let text = '';
  const at: number[] = [];
  doc.descendants((node, pos) => {
    if (node.isTextblock && text) {
      text += '\n';
      at.push(pos);
    }
    if (!node.isText) return true;
    for (let i = 0; i < (node.text ?? '').length; i += 1) at.push(pos + i);
    text += node.text ?? '';
    return false;
  });
  return { text, at };
}

/** The words of a stretch of Markdown, without its signs. */
function words(markdown: string): string {
  return markdown
    .replace(/\]\([^)]*\)/g, '')
    .replace(/[*[\]`]|\\(?=\W)/g, '')
    .replace(/^(?:[#>|-]+|\d+\.)\s+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

/** The place of a finding, or null where its words are not found as they were. */
export function locate(
  doc: Node,
  markdown: string,
  finding: Pick<Finding, 'from' | 'to'>,
): { from: number; to: number } | null {
  const characters = [...markdown];
  const sought = words(characters.slice(finding.from, finding.to).join(''));
  if (!sought) return null;
  // It is the n-th of its kind: Markdown and document count alike.
  const before = words(characters.slice(0, finding.from).join(''));
  let n = before.split(sought).length - 1;
  const { text, at } = flat(doc);
  const plain = text.replace(/\s/g, ' ');
  let found = plain.indexOf(sought);
  while (n > 0 && found >= 0) {
    const next = plain.indexOf(sought, found + sought.length);
    if (next < 0) break;
    found = next;
    n -= 1;
  }
  if (found < 0) return null;
  const from = at[found];
  const last = at[found + sought.length - 1];
  return from === undefined || last === undefined ? null : { from, to: last + 1 };
}

const KEY = new PluginKey<DecorationSet>('hints');

export function hintsPlugin(): Plugin<DecorationSet> {
  return new Plugin<DecorationSet>({
    key: KEY,
    state: {
      init: () => DecorationSet.empty,
      apply(tr, set) {
        const given = tr.getMeta(KEY) as DecorationSet | undefined;
        return given ?? set.map(tr.mapping, tr.doc);
      },
    },
    props: {
      decorations: (state) => KEY.getState(state),
    },
  });
}

/** Underlines the findings; an earlier set goes. */
export function withHints(state: EditorState, markdown: string, findings: Finding[]): Transaction {
  const marks = findings.flatMap((finding) => {
    const place = locate(state.doc, markdown, finding);
    return place
      ? [Decoration.inline(place.from, place.to, { class: `hint is-${finding.severity}` })]
      : [];
  });
  return state.tr
    .setMeta(KEY, DecorationSet.create(state.doc, marks))
    .setMeta('addToHistory', false);
}
