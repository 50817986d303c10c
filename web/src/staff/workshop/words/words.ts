// Words of the workshop: their shapes and requests.
import { msg } from '../../../generated/workshop';
import type { StaffApi } from '../../api';
import { query } from '../api';

/** One thing an editor said. */
export interface Word {
  id: string;
  /** Null or not there: for all members. */
  municipality?: string | null;
  by_name: string;
  can_edit: boolean;
}

export interface Synonym extends Word {
  municipality: string | null;
  said: string;
  means: string;
  both_ways: boolean;
  weight: number;
  live: boolean;
  made_at: number;
  used: number;
}

export type NewSynonym = Pick<
  Synonym,
  'municipality' | 'said' | 'means' | 'both_ways' | 'weight' | 'live'
>;

export interface BestBet extends Word {
  municipality: string | null;
  query: string;
  topic: string;
  title: string;
  until: number | null;
}

export interface Exception extends Word {
  kind: 'whole' | 'split' | 'not-typo' | 'not-offered';
  word: string;
  says: string;
}

export interface Hit {
  key: string;
  title: string;
  score: number;
  explain: {
    words: { word: string; matched: string; by: string; weight: number; score: number }[];
    coverage: number;
    phrase: number;
    name: number;
    intent: number;
    favour: { views: number; helped: number };
    best_bet: boolean;
  };
}

export interface Answer {
  abstained: boolean;
  hits: Hit[];
  confidence: { share: number };
}

const part = encodeURIComponent;

export class WordsApi {
  constructor(private readonly staff: Pick<StaffApi, 'ask'>) {}

  #ask<A>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<A> {
    return this.staff.ask<A>(method, `/workshop${path}`, body);
  }

  synonyms = () => this.#ask<{ synonyms: Synonym[] }>('GET', '/synonyms');
  addSynonym = (one: NewSynonym) => this.#ask<{ id: string }>('POST', '/synonyms', one);
  changeSynonym = ({ id, municipality, said, means, both_ways, weight, live }: Synonym) =>
    this.#ask<{ id: string }>('PUT', `/synonyms/${part(id)}`, {
      municipality,
      said,
      means,
      both_ways,
      weight,
      live,
    });
  bets = () => this.#ask<{ best_bets: BestBet[] }>('GET', '/best-bets');
  addBet = (one: Pick<BestBet, 'municipality' | 'query' | 'topic' | 'until'>) =>
    this.#ask<{ id: string }>('POST', '/best-bets', one);
  exceptions = () => this.#ask<{ exceptions: Exception[] }>('GET', '/word-exceptions');
  addException = (one: Pick<Exception, 'kind' | 'word' | 'says'>) =>
    this.#ask<{ id: string }>('POST', '/word-exceptions', one);
  remove = (path: string, id: string) => this.#ask<void>('DELETE', `/${path}/${part(id)}`);
  explain = (q: string, municipality: string | null, draft: string | null) =>
    this.#ask<{ answer: Answer }>('GET', `/search/explain${query({ q, municipality, draft })}`);
}

/** Both fields say something. */
export const needed = (...texts: string[]) => texts.every((text) => text.trim() !== '');

/** The phrases of a refused circle; null when the refusal is about something else. */
export function circleOf(error: unknown): string[] | null {
  const problem = (error as { problem?: { circle?: unknown } } | null)?.problem;
  return Array.isArray(problem?.circle) ? (problem.circle as string[]) : null;
}

/** How a word came to match, in plain words. */
export function byName(by: string): string {
  const names: Record<string, () => string> = {
    exact: msg.word_by_exact,
    digraph: msg.word_by_digraph,
    fold: msg.word_by_fold,
    spelling: msg.word_by_spelling,
    typo: msg.word_by_typo,
    split: msg.word_by_split,
    split_typo: msg.word_by_typo,
    joined: msg.word_by_joined,
    synonym: msg.word_by_synonym,
    noun_verb: msg.word_by_noun_verb,
    prefix: msg.word_by_prefix,
    english: msg.word_by_english,
    best_bet: msg.word_by_best_bet,
  };
  return names[by]?.() ?? by;
}
