// What the improvement loop's part of the staff API answers with.

export type State = 'open' | 'doing' | 'done' | 'declined';

/** A share with its interval (95 %), 0 to 1; null when nothing was counted. */
export interface Rate {
  found: number;
  n: number;
  share: number | null;
  low: number | null;
  high: number | null;
}

export interface Near {
  topic: string;
  title: string;
}

export type Suggestion = { accepted: boolean } & (
  | { kind: 'synonym'; from: string; to: string; topic: string; title: string; times: number }
  | {
      kind: 'new-article';
      title: string;
      questions: string[];
      nearest: Near[];
      department: string;
    }
  | { kind: 'missing-part'; topic: string; title: string; questions: string[]; times: number }
  | { kind: 'guide-node'; topic: string; title: string; node: string; question: string }
);

export interface Improvement {
  id: string;
  title: string;
  municipality: string;
  audience: 'citizen' | 'staff';
  area: string;
  state: State;
  owner: string | null;
  owner_name: string | null;
  due: string;
  overdue: boolean;
  made_at: number;
  done_on: string | null;
  note: string | null;
  failed: number;
  visitors: number;
  searches: number;
  zero_hits: number;
  reformulated: number;
  contacts: number;
  not_helped: number;
  /** Failed searches of the last weeks, the newest last. */
  weeks: number[];
  phrases: { text: string; searches: number; failed: number }[];
  hidden: number;
  suggestions: Suggestion[];
  near: Near[];
  guide: {
    topic: string;
    title: string;
    node: string;
    question: string;
    asked: number;
    left: number;
  } | null;
  before: Rate;
  after: Rate;
  surely_better: boolean;
  version: number;
}

export interface Worklist {
  improvements: Improvement[];
  searches: number;
  found: Rate;
  not_kept: number;
  people: { id: string; name: string; municipality: string }[];
}

export interface Change {
  state?: State;
  owner?: string;
  due?: string;
  accept?: number;
  note?: string;
}
