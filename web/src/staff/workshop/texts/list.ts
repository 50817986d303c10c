// The list of texts, narrowed down.
import type { TextRow } from '../types';

export const STATES = ['draft', 'review', 'stale', 'overdue', 'english', 'expiring'] as const;
export type State = (typeof STATES)[number];

export interface Filter {
  q: string;
  area: string;
  /** `-` is the common texts only. */
  municipality: string;
  state: State | '';
}
export const NO_FILTER: Filter = { q: '', area: '', municipality: '', state: '' };

const is: Record<State, (row: TextRow) => boolean> = {
  draft: (row) => row.draft !== null,
  review: (row) => row.draft?.phase === 'in-review',
  stale: (row) => row.stale || row.variants.some((variant) => variant.stale),
  overdue: (row) => row.overdue,
  english: (row) => row.missing_english,
  expiring: (row) => row.expires_at !== null,
};

/** The rows that a filter leaves: every word asked for is found in what names the text. */
export function filtered(
  rows: TextRow[],
  filter: Filter,
  short: (municipality: string) => string,
): TextRow[] {
  const words = filter.q.toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    if (filter.area && row.area !== filter.area) return false;
    if (filter.municipality === '-' && row.municipality !== null) return false;
    if (
      filter.municipality &&
      filter.municipality !== '-' &&
      row.municipality !== filter.municipality
    )
      return false;
    if (filter.state && !is[filter.state](row)) return false;
    if (words.length === 0) return true;
    const named = `${row.title} ${row.title_en} ${row.topic} ${
      row.municipality ? short(row.municipality) : ''
    }`.toLowerCase();
    return words.every((word) => named.includes(word));
  });
}
