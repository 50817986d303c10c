// A part's Markdown as a document and back. What is not of the subset keeps its words.
import {
  defaultMarkdownParser,
  MarkdownParser,
  MarkdownSerializer,
  defaultMarkdownSerializer,
} from 'prosemirror-markdown';
import { Fragment, type Mark, type Node } from 'prosemirror-model';
import { schema } from './schema';

const tokenizer = defaultMarkdownParser.tokenizer;
tokenizer.enable('table');
// There are no pictures in the subset: the words that stand for one stay.
tokenizer.core.ruler.push('words-for-images', (state) => {
  for (const token of state.tokens) {
    for (const child of token.children ?? []) {
      if (child.type !== 'image') continue;
      child.type = 'text';
      child.tag = '';
    }
  }
});

interface Token {
  tag: string;
  info: string;
  attrGet(name: string): string | null;
}

/** A list is tight when its first item's paragraph is not one of its own. */
function tight(tokens: readonly { type: string; hidden: boolean }[], at: number): boolean {
  for (let i = at + 1; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token && token.type !== 'list_item_open') return token.hidden;
  }
  return false;
}

const aligned = (token: Token): string =>
  /text-align:(left|center|right)/.exec(token.attrGet('style') ?? '')?.[1] ?? '';

const parser = new MarkdownParser(schema, tokenizer, {
  paragraph: { block: 'paragraph' },
  heading: {
    block: 'heading',
    getAttrs: (token) => ({ level: Number(token.tag.slice(1)) > 3 ? 4 : 3 }),
  },
  blockquote: { block: 'blockquote' },
  bullet_list: {
    block: 'bullet_list',
    getAttrs: (_, tokens, at) => ({ tight: tight(tokens, at) }),
  },
  ordered_list: {
    block: 'ordered_list',
    getAttrs: (token, tokens, at) => ({
      order: Number(token.attrGet('start') ?? 1),
      tight: tight(tokens, at),
    }),
  },
  list_item: { block: 'list_item' },
  table: { block: 'table' },
  thead: { ignore: true },
  tbody: { ignore: true },
  tr: { block: 'table_row' },
  th: { block: 'table_cell', getAttrs: (token) => ({ header: true, align: aligned(token) }) },
  td: { block: 'table_cell', getAttrs: (token) => ({ align: aligned(token) }) },
  code_block: { block: 'code_block', noCloseToken: true },
  fence: {
    block: 'code_block',
    getAttrs: (token) => ({ params: token.info || '' }),
    noCloseToken: true,
  },
  hr: { node: 'horizontal_rule' },
  hardbreak: { node: 'hard_break' },
  em: { mark: 'em' },
  strong: { mark: 'strong' },
  link: { mark: 'link', getAttrs: (token) => ({ href: token.attrGet('href') ?? '' }) },
  code_inline: { mark: 'code', noCloseToken: true },
});

const { em, strong, link, code } = defaultMarkdownSerializer.marks;
const { blockquote, code_block, list_item, paragraph, hard_break, text } =
  defaultMarkdownSerializer.nodes;

const RULES: Record<string, string> = { left: ':--', center: ':-:', right: '--:' };
/** Which of two marks over the same words is the outer one. */
const OUTER = ['strong', 'em', 'link', 'code'];

/** The marks of every piece with the one that reaches farthest outermost, so that none is opened
 * twice where once will do: a link in bold words stays one link in one pair of stars. */
function nested(node: Node): Node {
  const pieces = node.children;
  const reach = (mark: Mark, at: number) => {
    let from = at;
    let to = at;
    while (from > 0 && mark.isInSet(pieces[from - 1]!.marks)) from -= 1;
    while (to + 1 < pieces.length && mark.isInSet(pieces[to + 1]!.marks)) to += 1;
    return to - from;
  };
  const ordered = pieces.map((piece, at) =>
    piece.marks.length < 2
      ? piece
      : piece.mark(
          [...piece.marks].sort(
            (a, b) =>
              Number(a.type.name === 'code') - Number(b.type.name === 'code') ||
              reach(b, at) - reach(a, at) ||
              OUTER.indexOf(a.type.name) - OUTER.indexOf(b.type.name),
          ),
        ),
  );
  return node.copy(Fragment.fromArray(ordered));
}

const serializer = new MarkdownSerializer(
  {
    blockquote: blockquote!,
    code_block: code_block!,
    list_item: list_item!,
    paragraph: (state, node, parent, at) => paragraph!(state, nested(node), parent, at),
    hard_break: hard_break!,
    text: text!,
    heading(state, node) {
      state.write(`${'#'.repeat(Number(node.attrs.level))} `);
      state.renderInline(nested(node), false);
      state.closeBlock(node);
    },
    horizontal_rule(state, node) {
      state.write('---');
      state.closeBlock(node);
    },
    bullet_list(state, node) {
      state.renderList(node, '  ', () => '- ');
    },
    ordered_list(state, node) {
      const first = Number(node.attrs.order);
      const width = String(first + node.childCount - 1).length + 2;
      state.renderList(node, ' '.repeat(width), (i) => `${first + i}. `.padEnd(width));
    },
    table(state, node) {
      node.forEach((row, _, i) => {
        if (i > 0) state.ensureNewLine();
        state.write('|');
        row.forEach((cell) => {
          state.write(' ');
          // A bar in a cell would end it.
          const out = state as unknown as { out: string };
          const before = out.out.length;
          state.renderInline(nested(cell), false);
          out.out = out.out.slice(0, before) + out.out.slice(before).replace(/\|/g, '\\|');
          state.write(cell.childCount > 0 ? ' |' : '|');
        });
        if (i > 0) return;
        state.ensureNewLine();
        state.write('|');
        row.forEach((cell) => {
          const align = String(cell.attrs.align);
          state.write(`${RULES[align] ?? '---'}|`);
        });
      });
      state.closeBlock(node);
    },
  },
  { em: em!, strong: strong!, link: link!, code: code! },
  // What would be read as HTML or as an entity is text here and stays text.
  { escapeExtraCharacters: /<(?=[a-z/!?])|&(?=#?\w+;)/gi },
);

export function toDoc(markdown: string): Node {
  return parser.parse(markdown);
}

export function toMarkdown(doc: Node): string {
  return serializer.serialize(doc).trim();
}

/** The citizen's view of a text, as far as the browser can tell: for comparing, never for showing. */
export function renderedForm(markdown: string): string {
  return tokenizer.render(markdown).replace(/\s+/g, ' ').trim();
}
