// What somebody pastes from a web page, a mail or a word processor, cleaned to the subset. It is
// read by an own small reader and never becomes HTML of this page.
import { Fragment, type Mark, type Node } from 'prosemirror-model';
import { character, NAMED } from './entities';
import { toDoc } from './markdown';
import { leadsSomewhere, schema } from './schema';

/** The most that is read of one paste; the longest article has 6,000 characters. */
export const MAX_PASTED = 2 * 1024 * 1024;
/** The most that one part may hold: what is longer the citizen's page would cut. */
export const MAX_PART = 32 * 1024;

interface Element {
  tag: string;
  attributes: string;
  children: (Element | string)[];
}

/** Nothing of these is text for a reader. */
const SILENT = new Set([
  'script',
  'style',
  'head',
  'title',
  'template',
  'noscript',
  'svg',
  'math',
  'iframe',
  'object',
  'select',
  'button',
  'textarea',
  'xml',
  'o:p',
]);
const EMPTY = new Set(['br', 'hr', 'img', 'input', 'meta', 'link', 'col', 'wbr', 'area', 'base']);
/** Elements that end when another of theirs begins, and where that stops. */
const SIBLINGS: Record<string, { ends: string[]; within: string[] }> = {
  li: { ends: ['li', 'p'], within: ['ul', 'ol'] },
  tr: { ends: ['tr', 'td', 'th', 'p'], within: ['table'] },
  td: { ends: ['td', 'th', 'p'], within: ['tr', 'table'] },
  th: { ends: ['td', 'th', 'p'], within: ['tr', 'table'] },
  p: { ends: ['p'], within: ['li', 'td', 'th', 'div', 'blockquote', 'body'] },
};
const MAX_DEPTH = 40;
/** Characters that no reader sees: joiners, marks of direction, soft hyphens, controls. */
// eslint-disable-next-line no-control-regex
const HIDDEN =
  /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u0000-\u0008\u000b-\u001f\u007f]/g;

function decoded(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w{2,8}));?/gi, (all, dec, hex, name) => {
    if (typeof name === 'string') return NAMED[name] ?? all;
    return character(typeof dec === 'string' ? Number(dec) : parseInt(String(hex), 16));
  });
}

const visible = (text: string): string => text.replace(HIDDEN, '').replace(/\u00a0/g, ' ');

function attribute(of: Element, name: string): string {
  const found = new RegExp(`(?:^|\\s)${name}\\s*=\\s*("[^"]*"|'[^']*'|[^\\s>]+)`, 'i').exec(
    of.attributes,
  )?.[1];
  return decoded((found ?? '').replace(/^["']|["']$/g, ''));
}

/** Where a tag begins; a `<` before anything else is a sign in the text. */
const TAG = /<(?=[a-z!?/])/gi;

/** Reads HTML in one go from front to back; every tag is looked at once. */
function read(html: string): Element {
  const root: Element = { tag: 'body', attributes: '', children: [] };
  const open: Element[] = [root];
  const lower = html.toLowerCase();
  const top = () => open[open.length - 1] ?? root;
  const words = (text: string) => {
    if (text) top().children.push(visible(decoded(text)));
  };
  let at = 0;
  while (at < html.length) {
    TAG.lastIndex = at;
    const next = TAG.exec(html)?.index ?? -1;
    if (next < 0) {
      words(html.slice(at));
      break;
    }
    if (next > at) words(html.slice(at, next));
    // Word keeps the signs of its lists in comments of its own.
    if (html.startsWith('<!--', next)) {
      const end = html.indexOf('-->', next + 4);
      at = end < 0 ? html.length : end + 3;
      continue;
    }
    const end = html.indexOf('>', next);
    if (end < 0) break;
    const inside = html.slice(next + 1, end);
    at = end + 1;
    const name = /^\/?([a-z][\w:-]*)/i.exec(inside)?.[1]?.toLowerCase();
    if (!name) continue;
    if (inside.startsWith('/')) {
      const back = open.findLastIndex((element) => element.tag === name);
      if (back > 0) open.length = back;
      continue;
    }
    if (SILENT.has(name)) {
      if (inside.endsWith('/')) continue;
      // One that never ends swallows the rest, as in a browser.
      const closing = lower.indexOf(`</${name}`, at);
      at = closing < 0 ? html.length : html.indexOf('>', closing) + 1 || html.length;
      continue;
    }
    const siblings = SIBLINGS[name];
    if (siblings) {
      for (let i = open.length - 1; i > 0; i -= 1) {
        const tag = open[i]?.tag ?? '';
        if (siblings.ends.includes(tag)) open.length = i;
        else if (siblings.within.includes(tag)) break;
      }
    }
    const element: Element = { tag: name, attributes: inside.slice(name.length), children: [] };
    top().children.push(element);
    if (!EMPTY.has(name) && !inside.endsWith('/') && open.length < MAX_DEPTH) open.push(element);
  }
  return root;
}

const BLOCKS = new Set([
  'p',
  'div',
  'section',
  'article',
  'header',
  'footer',
  'main',
  'aside',
  'nav',
  'ul',
  'ol',
  'li',
  'table',
  'thead',
  'tbody',
  'tfoot',
  'tr',
  'td',
  'th',
  'blockquote',
  'pre',
  'hr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'dl',
  'dt',
  'dd',
  'figure',
  'figcaption',
  'address',
  'form',
  'fieldset',
  'center',
  'body',
  'html',
  'details',
  'summary',
]);

const { nodes, marks } = schema;

function marked(of: Element, outer: readonly Mark[]): readonly Mark[] {
  const style = attribute(of, 'style').toLowerCase();
  const add = (mark: Mark) => mark.addToSet(outer);
  switch (of.tag) {
    case 'b':
    case 'strong':
      // Google writes everything within <b style="font-weight:normal">.
      return /font-weight:\s*(normal|400)/.test(style) ? outer : add(marks.strong!.create());
    case 'i':
    case 'em':
      return /font-style:\s*normal/.test(style) ? outer : add(marks.em!.create());
    case 'a': {
      const href = attribute(of, 'href').trim();
      return leadsSomewhere(href) ? add(marks.link!.create({ href })) : outer;
    }
    case 'span': {
      let all = outer;
      if (/font-weight:\s*(bold|[67]00)/.test(style)) all = marks.strong!.create().addToSet(all);
      if (/font-style:\s*italic/.test(style)) all = marks.em!.create().addToSet(all);
      return all;
    }
    default:
      return outer;
  }
}

/** Gathers words into lines until a block ends them. */
class Gatherer {
  blocks: Node[] = [];
  #line: Node[] = [];

  word(text: string, under: readonly Mark[]): void {
    const last = this.#line[this.#line.length - 1];
    let words = text.replace(/\s+/g, ' ');
    if (!last || last.type === nodes.hard_break || /\s$/.test(last.text ?? ''))
      words = words.replace(/^ /, '');
    if (words) this.#line.push(schema.text(words, under));
  }

  break(): void {
    const line = this.#line;
    const last = line.pop();
    if (!last) return;
    const kept = (last.text ?? '').trimEnd();
    if (!last.isText) line.push(last);
    else if (kept) line.push(schema.text(kept, last.marks));
    line.push(nodes.hard_break!.create());
  }

  /** What has been gathered, without blanks and breaks at its end. */
  line(): Node[] {
    this.break();
    const line = this.#line;
    this.#line = [];
    while (line[line.length - 1]?.type === nodes.hard_break) line.pop();
    return line;
  }

  end(): void {
    const line = this.line();
    if (line.length > 0) this.blocks.push(nodes.paragraph!.create(null, joined(line)));
  }
}

const joined = (line: Node[]): Fragment => Fragment.from(line);

function gather(children: (Element | string)[], under: readonly Mark[], into: Gatherer): void {
  for (const child of children) {
    if (typeof child === 'string') {
      into.word(child, under);
    } else if (child.tag === 'br') {
      into.break();
    } else if (BLOCKS.has(child.tag)) {
      into.end();
      block(child, into);
    } else {
      gather(child.children, marked(child, under), into);
    }
  }
}

function blocksOf(of: Element): Node[] {
  const inner = new Gatherer();
  gather(of.children, [], inner);
  inner.end();
  return inner.blocks;
}

/** All the words of an element in one line. */
function lineOf(of: Element): Node[] {
  const line: Node[] = [];
  for (const node of blocksOf(of)) {
    if (line.length > 0) line.push(schema.text(' '));
    node.descendants((inner) => {
      if (inner.isText) line.push(inner);
      else if (inner.type === nodes.hard_break) line.push(schema.text(' '));
      return true;
    });
  }
  return line;
}

function elementsOf(of: Element, tags: string[], found: Element[] = []): Element[] {
  for (const child of of.children) {
    if (typeof child === 'string') continue;
    if (tags.includes(child.tag)) found.push(child);
    else if (['thead', 'tbody', 'tfoot'].includes(child.tag)) elementsOf(child, tags, found);
  }
  return found;
}

function block(of: Element, into: Gatherer): void {
  switch (of.tag) {
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6': {
      const line = lineOf(of);
      const level = of.tag < 'h4' ? 3 : 4;
      if (line.length > 0)
        into.blocks.push(nodes.heading!.create({ level }, joined(line.map((n) => n.mark([])))));
      return;
    }
    case 'ul':
    case 'ol': {
      const items = of.children.flatMap((child) => {
        if (typeof child === 'string') return [];
        const blocks = blocksOf(child);
        return blocks.length > 0 ? [nodes.list_item!.create(null, blocks)] : [];
      });
      const list = of.tag === 'ul' ? nodes.bullet_list! : nodes.ordered_list!;
      if (items.length > 0) into.blocks.push(list.create({ tight: true }, items));
      return;
    }
    case 'table': {
      const rows = elementsOf(of, ['tr']).map((row) => elementsOf(row, ['td', 'th']).map(lineOf));
      const width = Math.max(0, ...rows.map((row) => row.length));
      if (width === 0 || rows.every((row) => row.every((cell) => cell.length === 0))) return;
      // A table of one column only sets things below each other.
      if (width === 1) {
        for (const [line] of rows)
          if (line && line.length > 0)
            into.blocks.push(nodes.paragraph!.create(null, joined(line)));
        return;
      }
      into.blocks.push(
        nodes.table!.create(
          null,
          rows.map((row, y) =>
            nodes.table_row!.create(
              null,
              Array.from({ length: width }, (_, x) =>
                nodes.table_cell!.create({ header: y === 0 }, joined(row[x] ?? [])),
              ),
            ),
          ),
        ),
      );
      return;
    }
    case 'blockquote': {
      const blocks = blocksOf(of);
      if (blocks.length > 0) into.blocks.push(nodes.blockquote!.create(null, blocks));
      return;
    }
    case 'hr':
      into.blocks.push(nodes.horizontal_rule!.create());
      return;
    default: {
      const item = wordItem(of);
      if (item) {
        into.blocks.push(item);
        return;
      }
      into.blocks.push(...blocksOf(of));
    }
  }
}

/** Word writes a list as paragraphs of a class of its own, with the sign as text. */
function wordItem(of: Element): Node | null {
  if (of.tag !== 'p' || !/mso-list|MsoListParagraph/i.test(of.attributes)) return null;
  const line = blocksOf(of)[0]?.children ?? [];
  const first = line[0];
  if (!first?.isText) return null;
  const sign = /^(?:[·•o§\-–]|(\d{1,3}|[a-z])[.)])\s+/i.exec(first.text ?? '');
  const rest = (first.text ?? '').slice(sign?.[0].length ?? 0);
  const words = [...(rest ? [schema.text(rest, first.marks)] : []), ...line.slice(1)];
  if (words.length === 0) return null;
  const list = sign?.[1] ? nodes.ordered_list! : nodes.bullet_list!;
  const paragraph = nodes.paragraph!.create(null, joined(words));
  return list.create({ tight: true }, nodes.list_item!.create(null, paragraph));
}

/** Lists of one kind that follow each other are one list. */
function merged(blocks: Node[]): Node[] {
  const out: Node[] = [];
  for (const node of blocks) {
    const last = out[out.length - 1];
    const list = node.type === nodes.bullet_list || node.type === nodes.ordered_list;
    if (last && list && last.type === node.type)
      out[out.length - 1] = last.copy(last.content.append(node.content));
    else out.push(node);
  }
  return out;
}

/** Pasted HTML as blocks of the subset. */
export function fromHtml(html: string): Fragment {
  // What Word says of its own settings stands in conditions that other programs pass over.
  const told = html
    .replace(/<!\[if[^\]]*\]>/gi, '')
    .replace(/<!\[endif\]>/gi, '')
    .replace(/<!--\[if !supportLists\]-->|<!--\[endif\]-->/gi, '');
  const into = new Gatherer();
  gather(read(told).children, [], into);
  into.end();
  return Fragment.fromArray(merged(into.blocks));
}

/** Pasted plain text: blank lines part paragraphs, short lines keep their break. */
export function fromText(text: string): Fragment {
  const lines = visible(text.replace(/\r\n?/g, '\n')).split('\n');
  const out: Node[] = [];
  let run: string[] = [];
  const end = () => {
    if (run.length === 0) return;
    const list = run.every((line) => /^\s*(?:[-•*·]|\d{1,3}[.)])\s+\S/.test(line));
    if (list) {
      out.push(...toDoc(run.map((l) => l.trim().replace(/^[•·*]\s+/, '- ')).join('\n')).children);
    } else {
      const into = new Gatherer();
      run.forEach((line, i) => {
        into.word(`${line} `, []);
        if (i < run.length - 1 && line.length < 50) into.break();
      });
      into.end();
      out.push(...into.blocks);
    }
    run = [];
  };
  for (const line of lines) {
    if (line.trim() === '') end();
    else run.push(line);
  }
  end();
  return Fragment.fromArray(out);
}
