// The editor of one part: ProseMirror over the subset, with its keys, its rules for typing and its
// own way of taking what is pasted.
import {
  baseKeymap,
  chainCommands,
  exitCode,
  setBlockType,
  toggleMark,
  wrapIn,
} from 'prosemirror-commands';
import { history, redo, undo } from 'prosemirror-history';
import { inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import { keymap } from 'prosemirror-keymap';
import { Fragment, Slice, type Node, type NodeType } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import { EditorState, Selection, TextSelection, type Command } from 'prosemirror-state';
import { EditorView } from 'prosemirror-view';
import type { Finding } from '../types';
import { fromHtml, fromText, MAX_PART, MAX_PASTED } from './clean';
import { hintsPlugin, locate, withHints } from './hints';
import { toDoc, toMarkdown } from './markdown';
import { leadsSomewhere, schema } from './schema';

const { nodes, marks } = schema;

export type PasteRefusal = 'too-big' | 'nothing';

export interface FieldSettings {
  markdown: string;
  /** Id of the element that names it. */
  labelledby: string;
  describedby?: string;
  id: string;
  onchange: (markdown: string) => void;
  onfocus: (field: Field) => void;
  /** The selection is elsewhere: the bar looks again. */
  onmove: () => void;
  onrefuse: (why: PasteRefusal) => void;
  onbar: () => void;
  onlink: () => void;
}

/** What the bar can do, by name. */
export type Act =
  | 'bold'
  | 'italic'
  | 'link'
  | 'heading'
  | 'bullets'
  | 'numbers'
  | 'quote'
  | 'indent'
  | 'outdent'
  | 'table'
  | 'row-add'
  | 'row-remove'
  | 'column-add'
  | 'column-remove'
  | 'undo'
  | 'redo';

export const KEYS: Partial<Record<Act, string>> = {
  bold: 'Mod-b',
  italic: 'Mod-i',
  link: 'Mod-Shift-l',
  heading: 'Mod-Shift-6',
  numbers: 'Mod-Shift-7',
  bullets: 'Mod-Shift-8',
  quote: 'Mod-Shift-9',
  indent: 'Alt-Shift-ArrowRight',
  outdent: 'Alt-Shift-ArrowLeft',
  undo: 'Mod-z',
  redo: 'Mod-y',
};

const insideOf = (state: EditorState, type: NodeType): { node: Node; pos: number } | null => {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const node = $from.node(depth);
    if (node.type === type) return { node, pos: $from.before(depth) };
  }
  return null;
};

/** Makes a list of the lines, turns one kind into the other, or takes the list away. */
function list(type: NodeType): Command {
  const other = type === nodes.bullet_list ? nodes.ordered_list! : nodes.bullet_list!;
  return (state, dispatch) => {
    const { $from } = state.selection;
    const parent = $from.depth > 1 ? $from.node($from.depth - 2) : null;
    if (parent?.type === type) return liftListItem(nodes.list_item!)(state, dispatch);
    if (parent?.type === other) {
      const pos = $from.before($from.depth - 2);
      dispatch?.(state.tr.setNodeMarkup(pos, type, { tight: parent.attrs.tight as boolean }));
      return true;
    }
    return wrapInList(type)(state, dispatch);
  };
}

const heading: Command = (state, dispatch) =>
  state.selection.$from.parent.type === nodes.heading
    ? setBlockType(nodes.paragraph!)(state, dispatch)
    : setBlockType(nodes.heading!, { level: 3 })(state, dispatch);

const quote: Command = (state, dispatch) => {
  const quoted = insideOf(state, nodes.blockquote!);
  if (!quoted) return wrapIn(nodes.blockquote!)(state, dispatch);
  dispatch?.(
    state.tr.replaceWith(quoted.pos, quoted.pos + quoted.node.nodeSize, quoted.node.content),
  );
  return true;
};

const table: Command = (state, dispatch) => {
  if (insideOf(state, nodes.table!)) return false;
  if (!dispatch) return true;
  const cells = (header: boolean) => [0, 1].map(() => nodes.table_cell!.create({ header }));
  const made = nodes.table!.create(null, [
    nodes.table_row!.create(null, cells(true)),
    nodes.table_row!.create(null, cells(false)),
  ]);
  const at = state.selection.$from.after(1);
  const tr = state.tr.insert(at, made);
  dispatch(tr.setSelection(Selection.near(tr.doc.resolve(at + 1))).scrollIntoView());
  return true;
};

/** Writes the table around the caret anew. */
function reshape(by: (rows: Node[][], y: number, x: number) => Node[][] | null): Command {
  return (state, dispatch) => {
    const found = insideOf(state, nodes.table!);
    if (!found) return false;
    const { $from } = state.selection;
    const depth = $from.depth;
    const y = $from.index(depth - 2);
    const x = $from.index(depth - 1);
    const rows = found.node.children.map((row) => [...row.children]);
    const changed = by(rows, y, x);
    if (!changed) return false;
    if (!dispatch) return true;
    const end = found.pos + found.node.nodeSize;
    if (changed.length === 0 || changed[0]?.length === 0) {
      dispatch(state.tr.replaceWith(found.pos, end, nodes.paragraph!.create()));
      return true;
    }
    const made = nodes.table!.create(
      null,
      changed.map((row) => nodes.table_row!.create(null, row)),
    );
    const tr = state.tr.replaceWith(found.pos, end, made);
    // The caret stays in its cell, or where that was.
    let at = found.pos + 1;
    const row = Math.min(y, made.childCount - 1);
    for (let i = 0; i < row; i += 1) at += made.child(i).nodeSize;
    at += 1;
    const column = Math.min(x, made.child(row).childCount - 1);
    for (let i = 0; i < column; i += 1) at += made.child(row).child(i).nodeSize;
    dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 1)));
    return true;
  };
}

/**
 * Tells the editor where the caret is before a key acts there. The browser says so with the next
 * frame only (`selectionchange`): a key pressed before it would act where the caret was, and a mark
 * chosen with it would be forgotten when the news comes.
 */
function catchUp(view: EditorView): void {
  const { doc, selection } = view.state;
  const at = view.dom.ownerDocument.getSelection();
  if (view.composing || !(selection instanceof TextSelection)) return;
  if (!at?.anchorNode || !view.dom.contains(at.anchorNode) || !view.dom.contains(at.focusNode))
    return;
  const anchor = view.posAtDOM(at.anchorNode, at.anchorOffset);
  const head = at.isCollapsed ? anchor : view.posAtDOM(at.focusNode!, at.focusOffset);
  const now = TextSelection.between(doc.resolve(anchor), doc.resolve(head));
  if (!now.eq(selection)) view.dispatch(view.state.tr.setSelection(now));
}

const cell = (header: boolean) => nodes.table_cell!.create({ header });

export const ACTS: Record<Exclude<Act, 'link'>, Command> = {
  bold: toggleMark(marks.strong!),
  italic: toggleMark(marks.em!),
  heading,
  bullets: list(nodes.bullet_list!),
  numbers: list(nodes.ordered_list!),
  quote,
  indent: sinkListItem(nodes.list_item!),
  outdent: liftListItem(nodes.list_item!),
  table,
  'row-add': reshape((rows, y) => [
    ...rows.slice(0, y + 1),
    (rows[0] ?? []).map(() => cell(false)),
    ...rows.slice(y + 1),
  ]),
  'row-remove': reshape((rows, y) => (y === 0 ? null : rows.filter((_, i) => i !== y))),
  'column-add': reshape((rows, _, x) =>
    rows.map((row, i) => [...row.slice(0, x + 1), cell(i === 0), ...row.slice(x + 1)]),
  ),
  'column-remove': reshape((rows, _, x) => rows.map((row) => row.filter((__, i) => i !== x))),
  undo,
  redo,
};

const hardBreak: Command = (state, dispatch) => {
  if (!state.selection.$from.parent.type.contentMatch.matchType(nodes.hard_break!)) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break!.create()).scrollIntoView());
  return true;
};

export class Field {
  readonly view: EditorView;
  /** What was last told outside. */
  #told: string;

  constructor(
    place: HTMLElement,
    private readonly settings: FieldSettings,
  ) {
    this.#told = settings.markdown;
    const acts = Object.entries(KEYS).map(([act, key]) => [
      key,
      act === 'link'
        ? () => {
            settings.onlink();
            return true;
          }
        : ACTS[act as Exclude<Act, 'link'>],
    ]);
    this.view = new EditorView(place, {
      state: EditorState.create({
        doc: toDoc(settings.markdown),
        plugins: [
          inputRules({
            rules: [
              wrappingInputRule(/^\s*([-*•])\s$/, nodes.bullet_list!),
              wrappingInputRule(/^(\d{1,3})[.)]\s$/, nodes.ordered_list!, (match) => ({
                order: Number(match[1]),
              })),
              wrappingInputRule(/^\s*>\s$/, nodes.blockquote!),
              textblockTypeInputRule(/^#{1,4}\s$/, nodes.heading!, (match) => ({
                level: match[0].length > 4 ? 4 : 3,
              })),
            ],
          }),
          keymap({
            ...(Object.fromEntries(acts) as Record<string, Command>),
            'Mod-Shift-z': redo,
            'Alt-F10': () => {
              settings.onbar();
              return true;
            },
            Enter: splitListItem(nodes.list_item!),
            'Shift-Enter': chainCommands(exitCode, hardBreak),
          }),
          keymap(baseKeymap),
          history(),
          hintsPlugin(),
        ],
      }),
      attributes: {
        id: settings.id,
        role: 'textbox',
        'aria-multiline': 'true',
        'aria-labelledby': settings.labelledby,
        ...(settings.describedby ? { 'aria-describedby': settings.describedby } : {}),
        class: 'prose',
        spellcheck: 'true',
        lang: 'da',
      },
      handleKeyDown: (view, event) => {
        if (event.ctrlKey || event.metaKey || event.altKey) catchUp(view);
        return false;
      },
      handleDOMEvents: {
        // Ours before ProseMirror's: it would make HTML of what is pasted, which no page here may.
        paste: (_, event) => this.#paste(event, event.clipboardData),
        drop: (view, event) => {
          if (view.dragging) return false;
          return this.#paste(
            event,
            event.dataTransfer,
            view.posAtCoords({
              left: event.clientX,
              top: event.clientY,
            })?.pos,
          );
        },
        focus: () => {
          settings.onfocus(this);
          return false;
        },
        // A link in a text that is being written is words, not a way out.
        click: (_, event) => {
          if (event.target instanceof Element && event.target.closest('a')) event.preventDefault();
          return false;
        },
      },
      dispatchTransaction: (tr) => {
        this.view.updateState(this.view.state.apply(tr));
        if (tr.docChanged) {
          this.#told = this.markdown;
          settings.onchange(this.#told);
        }
        settings.onmove();
      },
    });
  }

  get markdown(): string {
    return toMarkdown(this.view.state.doc);
  }

  #paste(event: Event, data: DataTransfer | null, at?: number): boolean {
    event.preventDefault();
    if (!data) return true;
    const html = data.getData('text/html');
    const text = data.getData('text/plain');
    const { state } = this.view;
    const room = MAX_PART - this.markdown.length;
    // Looked at before it is read: ten million characters are not even counted twice.
    if (text.length > room || (html.length > MAX_PASTED && text === '')) {
      this.settings.onrefuse('too-big');
      return true;
    }
    const inCell = insideOf(state, nodes.table_cell!) !== null;
    let content =
      html !== '' && html.length <= MAX_PASTED && !inCell ? fromHtml(html) : Fragment.empty;
    if (content.size === 0) content = inCell ? lineOf(text) : fromText(text);
    if (content.size > room) {
      this.settings.onrefuse('too-big');
      return true;
    }
    if (content.size === 0) {
      this.settings.onrefuse('nothing');
      return true;
    }
    // One paragraph goes into the line, more stand as blocks of their own.
    const one = content.childCount === 1 && content.firstChild?.type === nodes.paragraph;
    const slice = inCell
      ? new Slice(content, 0, 0)
      : one
        ? new Slice(content, 1, 1)
        : new Slice(content, 0, 0);
    let { tr } = state;
    if (at !== undefined) tr = tr.setSelection(Selection.near(state.doc.resolve(at)));
    this.view.dispatch(tr.replaceSelection(slice).scrollIntoView());
    return true;
  }

  /** Takes a text that was changed outside; the caret stays where it can. */
  set(markdown: string): void {
    if (markdown === this.#told) return;
    this.#told = markdown;
    const { state } = this.view;
    const doc = toDoc(markdown);
    const tr = state.tr.replaceWith(0, state.doc.content.size, doc.content);
    tr.setMeta('addToHistory', false);
    this.view.updateState(state.apply(tr));
  }

  can(act: Act): boolean {
    if (act === 'link')
      return this.view.state.selection.$from.parent.type.allowsMarkType(marks.link!);
    return ACTS[act](this.view.state);
  }

  /** Whether it holds where the caret is. */
  on(act: Act): boolean {
    const { state } = this.view;
    const mark = { bold: marks.strong, italic: marks.em, link: marks.link }[act as string];
    if (mark) {
      const { from, $from, to, empty } = state.selection;
      return empty
        ? mark.isInSet(state.storedMarks ?? $from.marks()) !== undefined
        : state.doc.rangeHasMark(from, to, mark);
    }
    const type = {
      heading: nodes.heading,
      bullets: nodes.bullet_list,
      numbers: nodes.ordered_list,
      quote: nodes.blockquote,
      table: nodes.table,
    }[act as string];
    return type !== undefined && insideOf(state, type) !== null;
  }

  do(act: Exclude<Act, 'link'>): void {
    ACTS[act](this.view.state, this.view.dispatch);
    this.view.focus();
  }

  /** The link around the caret and the words it stands on. */
  get link(): { href: string; words: string } {
    const { state } = this.view;
    const { $from, from, to } = state.selection;
    const mark = marks.link!.isInSet($from.marks());
    const words = state.doc.textBetween(from, to, ' ');
    return { href: mark ? String(mark.attrs.href) : '', words };
  }

  /** Sets a link on the words chosen, or on words of its own; null takes it away. */
  setLink(href: string | null, words: string): void {
    const { state } = this.view;
    const { from, to, empty, $from } = state.selection;
    let { tr } = state;
    const around = marks.link!.isInSet($from.marks());
    if (href === null) {
      let start = from;
      let end = to;
      if (empty && around) ({ start, end } = this.#extent(around.attrs.href as string));
      tr = tr.removeMark(start, end, marks.link!);
    } else if (leadsSomewhere(href)) {
      const mark = marks.link!.create({ href });
      if (!empty) tr = tr.addMark(from, to, mark);
      else if (around) {
        const { start, end } = this.#extent(around.attrs.href as string);
        tr = tr.removeMark(start, end, marks.link!).addMark(start, end, mark);
      } else tr = tr.replaceSelectionWith(schema.text(words || href, [mark]), false);
    }
    this.view.dispatch(tr);
    this.view.focus();
  }

  #extent(href: string): { start: number; end: number } {
    const { $from } = this.view.state.selection;
    let start = $from.pos;
    let end = $from.pos;
    $from.parent.forEach((node, offset) => {
      const pos = $from.start() + offset;
      const has = marks.link!.isInSet(node.marks)?.attrs.href === href;
      if (has && pos <= $from.pos && pos + node.nodeSize >= $from.pos) {
        start = pos;
        end = pos + node.nodeSize;
      }
    });
    return { start, end };
  }

  hint(markdown: string, findings: Finding[]): void {
    this.view.updateState(this.view.state.apply(withHints(this.view.state, markdown, findings)));
  }

  /** Chooses the words of a finding and brings them into sight. */
  show(finding: Finding): void {
    const place = locate(this.view.state.doc, this.markdown, finding);
    const { state } = this.view;
    const tr = place
      ? state.tr.setSelection(TextSelection.create(state.doc, place.from, place.to))
      : state.tr.setSelection(Selection.atStart(state.doc));
    this.view.dispatch(tr.scrollIntoView());
    this.view.focus();
  }

  /** Puts the suggestion in the place of the words; false where they are no longer there. */
  apply(finding: Finding): boolean {
    const place = locate(this.view.state.doc, this.markdown, finding);
    if (!place || finding.suggestion === null) return false;
    const { state } = this.view;
    const held = state.doc.resolve(place.from + 1).marks();
    const tr =
      finding.suggestion === ''
        ? state.tr.delete(place.from, place.to)
        : state.tr.replaceWith(place.from, place.to, schema.text(finding.suggestion, held));
    this.view.dispatch(tr);
    return true;
  }

  destroy(): void {
    this.view.destroy();
  }
}

/** Plain text for a table's cell: all in one line. */
function lineOf(text: string): Fragment {
  const words = text.replace(/\s+/g, ' ').trim();
  return words ? Fragment.from(schema.text(words)) : Fragment.empty;
}
