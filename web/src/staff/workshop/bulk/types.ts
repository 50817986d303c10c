// Bulk changes as the staff API answers with them.
import type { Named, Span } from '../types';

export const FIELDS = ['titles', 'summary', 'facts', 'parts', 'nodes', 'words'] as const;
export type FieldKind = (typeof FIELDS)[number];
export type BulkPhase =
  'preview' | 'in-review' | 'approved' | 'scheduled' | 'published' | 'cancelled';

/** What is changed, and where. No fields and no areas mean all of them. */
export interface Rule {
  find: string;
  replace: string;
  whole_word: boolean;
  fields: FieldKind[];
  areas: string[];
  local: boolean;
}

export interface BulkRow {
  id: string;
  find: string;
  replace: string;
  phase: BulkPhase;
  by: Named;
  made_at: number;
  publish_at: number | null;
  refused: string;
  texts: number;
  changed: number;
  waits_for_me: boolean;
}

export interface Place {
  field: string;
  heading: string;
  spans: Span[];
  count: number;
  left_out: boolean;
}

export interface Change {
  topic: string;
  municipality: string | null;
  kind: string;
  title: string;
  area: string;
  places: Place[];
  left_out: boolean;
  changed_since: boolean;
  /** Codes of the checks' findings. */
  findings: string[];
  asks_approval: boolean;
  approved_by: Named | null;
}

export interface Bulk extends Rule {
  id: string;
  phase: BulkPhase;
  by: Named;
  made_at: number;
  publish_at: number | null;
  refused: string;
  /** Given back when approving. */
  revision: number;
  changes: Change[];
  out_of_reach: number;
  can: { edit: boolean; approve: boolean; publish: boolean };
}
