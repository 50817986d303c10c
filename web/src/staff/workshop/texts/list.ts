// The list of texts, narrowed down.
import type { RemovedText, TextRow } from '../types';

export const STATES = ['draft', 'review', 'stale', 'overdue', 'english', 'expiring'] as const;
export type State = (typeof STATES)[number];

export interface Filter {
  q: string;
  area: string;
  /** Whose: a municipality's, `-` the common ones, `*` everybody's, empty the common ones and one's
   * own. */
  municipality: string;
  /** `removed` are the texts that stand no more. */
  state: State | 'removed' | '';
}
export const NO_FILTER: Filter = { q: '', area: '', municipality: '', state: '' };

const is: Record<State, (row: TextRow) => boolean> = {
  draft: (row) => row.draft !== null,
  review: (row) => row.draft?.phase === 'in-review',
  stale: (row) => row.stale,
  overdue: (row) => row.overdue,
  english: (row) => row.missing_english,
  expiring: (row) => row.expires_at !== null,
};

/** The texts that a filter leaves, whatever their state: every word asked for is found in what names
 * the text. */
export function matching<R extends TextRow | RemovedText>(
  rows: R[],
  filter: Filter,
  own: ReadonlySet<string>,
  short: (municipality: string) => string,
): R[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  const whose: Record<string, (key: string | null) => boolean> = {
    '': (key) => key === null || own.has(key),
    '-': (key) => key === null,
    '*': () => true,
  };
  const wanted = whose[filter.municipality] ?? ((key) => key === filter.municipality);
  return rows.filter((row) => {
    if (filter.area && row.area !== filter.area) return false;
    if (!wanted(row.municipality)) return false;
    const named = `${row.title} ${row.title_en} ${row.topic} ${
      row.municipality ? short(row.municipality) : ''
    }`.toLowerCase();
    return words.every((word) => named.includes(word));
  });
}

export function inState(rows: TextRow[], state: State | ''): TextRow[] {
  return state === '' ? rows : rows.filter(is[state]);
}
