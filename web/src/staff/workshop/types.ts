// What the workshop's part of the staff API answers with. Ids and keys are strings, instants Unix
// ms, days 2026-06-10. Bodies are the forms in which the rules keep articles and variants.
import type { Competence, Fact } from '../types';

export interface Part {
  id: string;
  heading: string;
  markdown: string;
}

export interface SelfService {
  label: string;
  url: string;
}

/** The common text. */
export interface Article {
  topic: string;
  kind: 'article' | 'referral';
  version: number;
  title: string;
  title_en: string;
  area: string;
  department: string;
  competence: Competence;
  urgent: boolean;
  summary: string;
  summary_en: string;
  words: string[];
  words_en: string[];
  self_service?: SelfService | null;
  figures_year?: number | null;
  rules: string[];
  related: string[];
  owner: string;
  reviewed: string;
  review: string;
  authority?: { name: string; phone?: string | null; url: string } | null;
  facts: Fact[];
  parts: Part[];
}

/** What one municipality says differently or adds. */
export interface Variant {
  topic: string;
  of: number;
  municipality: string;
  department: string;
  reviewed: string;
  demo: boolean;
  words: string[];
  facts: Fact[];
  self_service?: SelfService | null;
  parts: Part[];
}

export type Body = Article | Variant;

export function isVariant(body: Body): body is Variant {
  return 'of' in body;
}

export type TextKind = 'article' | 'referral' | 'guide' | 'variant' | 'branches';

export interface Named {
  id: string;
  name: string;
}
export type Phase = 'editing' | 'in-review' | 'approved' | 'scheduled';

export interface TextRow {
  topic: string;
  kind: TextKind;
  area: string;
  municipality: string | null;
  title: string;
  title_en: string;
  owner: Named | null;
  version: number;
  published_at: number | null;
  review: string | null;
  overdue: boolean;
  draft: {
    id: string;
    phase: Phase;
    by: string;
    by_name: string;
    at: number;
    publish_at: number | null;
    removes: boolean;
  } | null;
  stale: boolean;
  missing_english: boolean;
  expires_at: number | null;
  variants: VariantMark[];
  origin: string | null;
}

/** A text that stands no more. */
export interface RemovedText {
  topic: string;
  kind: TextKind;
  municipality: string | null;
  area: string;
  title: string;
  title_en: string;
  /** The version to bring back. */
  version: number;
  what: 'removed' | 'expired';
  at: number;
  by_name: string | null;
}

/** A municipality's text over a master; `of` null: not published yet. */
export interface VariantMark {
  municipality: string;
  of: number | null;
  stale: boolean;
  draft_phase: Phase | null;
}

export interface Draft {
  id: string;
  topic: string;
  kind: TextKind;
  municipality: string | null;
  area: string;
  phase: Phase;
  /** Given back when writing, so that two notice each other. */
  revision: number;
  body: Body;
  /** Publishing it takes the text away. */
  removes: boolean;
  /** The parts of a changed master that have been decided about. */
  settled: string[];
  author: Named;
  last_author: Named;
  reviewer: Named | null;
  approved_by: Named | null;
  note: string;
  changed_at: number;
  publish_at: number | null;
  expires_at: number | null;
  ended_at: number | null;
}

/** Words that came too late for a draft, or were left out of it. */
export interface KeptText {
  id: string;
  by: Named;
  at: number;
  body: Body;
}

export interface TextView {
  topic: string;
  kind: TextKind;
  municipality: string | null;
  area: string;
  title: string;
  version: number;
  /** The published text; null when it never was. */
  body: Body | null;
  master: { version: number; body: Article } | null;
  /** The version of the master that the variant was written against. */
  base: { version: number; body: Article } | null;
  /** Of a local text: the parts of it that its changed master touches. */
  affected: string[];
  stale: boolean;
  draft: Draft | null;
  can: { edit: boolean; approve: boolean; publish: boolean };
  /** A second person's approval is asked for here. */
  approval: boolean;
  /** Who may approve, the reader not among them. */
  reviewers: Named[];
  owner_person: Named | null;
  reviewer_person: Named | null;
  published_at: number | null;
  expires_at: number | null;
  here: { id: string; name: string; seen_at: number }[];
  others: VariantMark[];
  imported_from: string | null;
}

export interface Finding {
  /** Its words stand in the catalogue under `check-CODE`. */
  code: string;
  severity: 'error' | 'warning' | 'hint';
  part: string | null;
  field: string;
  from: number;
  to: number;
  text: string;
  suggestion: string | null;
  args: Record<string, string>;
}

export interface VersionLine {
  version: number;
  at: number;
  by: string | null;
  by_name: string | null;
  /** `published`, `expired` or `removed`. */
  what: string;
  note: string;
  origin: string;
}

export interface Span {
  kind: 'same' | 'added' | 'removed';
  text: string;
}

export interface PartDiff {
  part: string;
  heading: string;
  spans: Span[];
}

export interface Task {
  id: string;
  kind: string;
  topic: string | null;
  title: string;
  municipality: string | null;
  area: string | null;
  why: string;
  args: Record<string, string>;
  owner: string | null;
  owner_name: string | null;
  due: string;
  overdue: boolean;
  made_at: number;
  /** `open`, `doing`, `done` or `dropped`. */
  state: string;
}

export interface TaskList {
  tasks: Task[];
  counts: Record<string, number>;
}
