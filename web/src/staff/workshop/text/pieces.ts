// A text as the named pieces that somebody chooses between, piece by piece.
import type { Body, Part } from '../types';
import { isVariant } from '../types';

/** What a piece is called: a field of the head, or `part:ID`. */
export type PieceKey = string;

export interface Piece {
  key: PieceKey;
  /** The part's own heading; null for a field of the head. */
  heading: string | null;
  /** As it is read, for laying two beside each other. */
  text: string;
}

/** Fields of the head that are never chosen between: they say which text this is. */
const IDENTITY = new Set(['topic', 'kind', 'version', 'of', 'municipality', 'demo', 'parts']);

function read(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.map(read).join('\n');
  return Object.values(value)
    .map(read)
    .filter((text) => text !== '')
    .join(' · ');
}

export function piecesOf(body: Body): Piece[] {
  const head = Object.entries(body)
    .filter(([key]) => !IDENTITY.has(key))
    .map(([key, value]) => ({ key, heading: null, text: read(value) }));
  const parts = body.parts.map((part) => ({
    key: `part:${part.id}`,
    heading: part.heading,
    text: part.heading ? `${part.heading}\n${part.markdown}` : part.markdown,
  }));
  return [...head, ...parts];
}

export interface Difference {
  key: PieceKey;
  heading: string | null;
  mine: string;
  theirs: string;
}

/** The pieces in which two forms of one text differ, in the order in which they stand. */
export function differences(mine: Body, theirs: Body): Difference[] {
  const own = piecesOf(mine);
  const other = piecesOf(theirs);
  const keys = new Set([...own, ...other].map((piece) => piece.key));
  const found: Difference[] = [];
  for (const key of keys) {
    const a = own.find((piece) => piece.key === key);
    const b = other.find((piece) => piece.key === key);
    if ((a?.text ?? '') === (b?.text ?? '')) continue;
    found.push({
      key,
      heading: a?.heading ?? b?.heading ?? null,
      mine: a?.text ?? '',
      theirs: b?.text ?? '',
    });
  }
  return found;
}

/** `theirs` with the pieces named from `mine`: what neither of the two loses. */
export function joined(mine: Body, theirs: Body, fromMine: ReadonlySet<PieceKey>): Body {
  const out = structuredClone(theirs) as Body & Record<string, unknown>;
  for (const key of fromMine) {
    if (key.startsWith('part:')) {
      const id = key.slice('part:'.length);
      const at = mine.parts.findIndex((part) => part.id === id);
      out.parts = withPart(out.parts, mine.parts[at] ?? null, id, at);
    } else if (!IDENTITY.has(key)) {
      const value = (mine as unknown as Record<string, unknown>)[key];
      if (value === undefined) delete out[key];
      else out[key] = structuredClone(value);
    }
  }
  return out;
}

/** The parts with one of them put, or taken away where it is null. */
export function withPart(parts: Part[], part: Part | null, id: string, at: number): Part[] {
  const known = parts.some((other) => other.id === id);
  if (!part) return parts.filter((other) => other.id !== id);
  if (known) return parts.map((other) => (other.id === id ? { ...part } : other));
  const out = [...parts];
  out.splice(at < 0 ? out.length : at, 0, { ...part });
  return out;
}

/** An id for a new part, of its heading: a-z, 0-9 and `-`, at most 40, none that is there. */
export function partId(heading: string, taken: readonly string[]): string {
  const plain = heading
    .toLowerCase()
    .replace(/æ/g, 'ae')
    .replace(/ø/g, 'oe')
    .replace(/å/g, 'aa')
    .normalize('NFD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 34)
    .replace(/-+$/, '');
  const base = plain || 'del';
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
