// A text as the named pieces that somebody chooses between, piece by piece.
import { msg } from '../../../generated/workshop';
import type { Branches, Node, Way } from '../guides/model';
import { choicesOf, waysOf } from '../guides/model';
import type { Body, Part } from '../types';
import { isVariant } from '../types';

/** What a piece is called: a field of the head, `part:ID`, or `node:ID` for a step of a guide. */
export type PieceKey = string;

export interface Piece {
  key: PieceKey;
  /** The part's or step's own heading; null for a field of the head. */
  heading: string | null;
  /** As it is read, for laying two beside each other. */
  text: string;
  /** What tells whether two are the same, where that is not the text: a step names its neighbours. */
  exact?: string;
}

/** The lists whose members are pieces of their own, by what a member is called. */
const LISTS = { part: 'parts', node: 'nodes' } as const;
type Member = { id: string };

/** Fields of the head that are never chosen between: they say which text this is. */
const IDENTITY = new Set([
  'topic',
  'kind',
  'version',
  'of',
  'municipality',
  'demo',
  ...Object.values(LISTS),
]);

function read(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(read).join('\n');
  return Object.values(value)
    .map(read)
    .filter((text) => text !== '')
    .join(' · ');
}

function readWay(way: Way): string {
  if (way === 'person') return msg.gd_way_person();
  if ('topic' in way) return `${msg.gd_way_topic()}: ${way.topic}`;
  if ('department' in way) return `${msg.gd_way_department()}: ${way.department}`;
  return `${way.link.label} ${way.link.url}`.trim();
}

/** A step as it is read: what it says, then each answer with where it leads. */
function readNode(node: Node, named: (id: string) => string): string {
  const choices = choicesOf(node).map((choice) => `${choice.text} → ${named(choice.to)}`);
  const ways = (waysOf(node) ?? []).map((way) => `→ ${readWay(way)}`);
  return [node.title, node.markdown, ...choices, ...ways, node.until ?? '']
    .filter((line) => line !== '')
    .join('\n');
}

const membersOf = (body: Body, list: string): Member[] =>
  ((body as unknown as Record<string, unknown>)[list] as Member[] | undefined) ?? [];

export function piecesOf(body: Body): Piece[] {
  const nodes = membersOf(body, 'nodes') as Node[];
  const named = (id: string) => nodes.find((node) => node.id === id)?.title || id;
  const head = Object.entries(body)
    .filter(([key]) => !IDENTITY.has(key))
    .map(([key, value]) => ({
      key,
      heading: null,
      text:
        key === 'choices'
          ? (value as Branches['choices'])
              .map(({ at, choice }) => `${at}: ${choice.text} → ${named(choice.to)}`)
              .join('\n')
          : read(value),
    }));
  const parts = (membersOf(body, 'parts') as Part[]).map((part) => ({
    key: `part:${part.id}`,
    heading: part.heading,
    text: part.heading ? `${part.heading}\n${part.markdown}` : part.markdown,
  }));
  const steps = nodes.map((node) => ({
    key: `node:${node.id}`,
    heading: node.title || node.id,
    text: readNode(node, named),
    exact: JSON.stringify(node),
  }));
  return [...head, ...parts, ...steps];
}

export interface Difference {
  key: PieceKey;
  heading: string | null;
  mine: string;
  theirs: string;
  /** Who has changed it since both began; both, where nobody knows what they began from. */
  by: 'mine' | 'theirs' | 'both';
}

/**
 * The pieces in which two forms of one text differ, in the order in which they stand. `base` is
 * what both were written over.
 */
export function differences(mine: Body, theirs: Body, base: Body | null = null): Difference[] {
  const own = piecesOf(mine);
  const other = piecesOf(theirs);
  const before = base && piecesOf(base);
  const keys = new Set([...own, ...other].map((piece) => piece.key));
  const found: Difference[] = [];
  for (const key of keys) {
    const named = (pieces: Piece[]) => pieces.find((piece) => piece.key === key);
    const said = (piece: Piece | undefined) => piece?.exact ?? piece?.text ?? '';
    const a = named(own);
    const b = named(other);
    if (said(a) === said(b)) continue;
    const stood = before && said(named(before));
    found.push({
      key,
      heading: a?.heading ?? b?.heading ?? null,
      mine: a?.text ?? '',
      theirs: b?.text ?? '',
      by: stood === said(a) ? 'theirs' : stood === said(b) ? 'mine' : 'both',
    });
  }
  return found;
}

const orderOf = (body: Body, list: string): string =>
  membersOf(body, list)
    .map((member) => member.id)
    .join();

/** Whether two bodies say the same in the same order; the version they count may differ. */
export function sameText(a: Body, b: Body): boolean {
  return (
    differences(a, b).length === 0 &&
    Object.values(LISTS).every((list) => orderOf(a, list) === orderOf(b, list))
  );
}

/**
 * `theirs` with the pieces named from `mine`: what neither of the two loses. They stand in the order
 * of `theirs`, unless only `mine` has changed that since `base`.
 */
export function joined(
  mine: Body,
  theirs: Body,
  fromMine: ReadonlySet<PieceKey>,
  base: Body | null = null,
): Body {
  const out = structuredClone(theirs) as Body & Record<string, unknown>;
  for (const key of fromMine) {
    const [what = '', id] = key.split(':');
    if (id !== undefined && what in LISTS) {
      const list = LISTS[what as keyof typeof LISTS];
      const own = membersOf(mine, list);
      const at = own.findIndex((member) => member.id === id);
      const members = withMember(membersOf(out, list), own[at] ?? null, id, at);
      Object.assign(out, { [list]: members });
    } else if (!IDENTITY.has(key)) {
      const value = (mine as unknown as Record<string, unknown>)[key];
      if (value === undefined) delete out[key];
      else out[key] = structuredClone(value);
    }
  }
  for (const list of Object.values(LISTS)) {
    if (!base || !(list in out) || orderOf(theirs, list) !== orderOf(base, list)) continue;
    const order = membersOf(mine, list).map((member) => member.id);
    const place = ({ id }: Member) => (order.includes(id) ? order.indexOf(id) : order.length);
    const members = [...membersOf(out, list)].sort((a, b) => place(a) - place(b));
    Object.assign(out, { [list]: members });
  }
  return out;
}

/** The list with one member put, or taken away where it is null. */
function withMember<M extends Member>(list: M[], member: M | null, id: string, at: number): M[] {
  if (!member) return list.filter((other) => other.id !== id);
  const own = structuredClone(member);
  if (list.some((other) => other.id === id))
    return list.map((other) => (other.id === id ? own : other));
  const out = [...list];
  out.splice(at < 0 ? out.length : at, 0, own);
  return out;
}

/** Words as a key: a-z, 0-9 and single `-`, at most 64; empty where there is nothing of these. */
export function keyOf(words: string): string {
  return words
    .toLowerCase()
    .replace(/æ/g, 'ae')
    .replace(/ø/g, 'oe')
    .replace(/å/g, 'aa')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64);
}

/** An id for a new part, of its heading: a key, at most 40, none that is there. */
export function partId(heading: string, taken: readonly string[]): string {
  const base = keyOf(heading).slice(0, 34).replace(/-+$/, '') || 'del';
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}

/** Local facts, parts and links: how many pieces of a variant are its own. */
export function localPieces(body: Body): number {
  if (!isVariant(body)) return 0;
  return body.parts.length + (body.facts.length > 0 ? 1 : 0) + (body.self_service ? 1 : 0);
}
