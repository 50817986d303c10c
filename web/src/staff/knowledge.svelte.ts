// The knowledge beside a conversation (or on its own page): searched, opened, walked.

import type { ArticleRef } from '../shared/live';
import { Refusal, type StaffApi } from './api';
import type { ArticleView, GuideView, Hit } from './types';

export type Found = 'idle' | 'searching' | 'ready' | 'none' | 'failed';

/** An article as it was asked for: `municipality` is whose facts it shows. */
export interface OpenArticle {
  article: ArticleView;
  municipality: string | null;
}

export class Knowledge {
  query = $state('');
  /** The agent has typed the words; otherwise they are the citizen's. */
  own = $state(false);
  found = $state<Found>('idle');
  hits = $state.raw<Hit[]>([]);
  open = $state.raw<OpenArticle | null>(null);
  opening = $state<string | null>(null);
  walk = $state.raw<{ topic: string; path: string; view: GuideView } | null>(null);
  /** Why the last article could not be opened. */
  refused = $state<string | null>(null);
  #asked = 0;

  constructor(
    private readonly api: StaffApi,
    /** The conversation whose words are searched; `null` on the page of its own. */
    readonly contact: string | null,
    public municipality: string | null,
    /** In which the answers are read. */
    readonly language: string = 'da',
  ) {}

  /** Searches from what the citizen has written, unless the agent has typed something. */
  async fromWords(): Promise<void> {
    if (this.own || this.contact === null) return;
    await this.#search('');
  }

  async search(query: string): Promise<void> {
    this.query = query;
    this.own = query.trim() !== '';
    if (!this.own && this.contact === null) {
      this.#asked += 1;
      this.hits = [];
      this.found = 'idle';
      return;
    }
    await this.#search(query.trim());
  }

  async #search(words: string): Promise<void> {
    const asked = ++this.#asked;
    if (this.found !== 'ready') this.found = 'searching';
    try {
      const answer =
        this.contact === null
          ? await this.api.knowledge(words, this.municipality)
          : await this.api.knowledgeFor(this.contact, words);
      if (asked !== this.#asked) return;
      if (!this.own) this.query = answer.query;
      this.hits = answer.hits;
      this.found = answer.hits.length > 0 ? 'ready' : 'none';
      const first = answer.hits[0];
      // The answer is already there; what the agent has opened stays open.
      if (first && this.open === null && this.walk === null && this.contact !== null) {
        await this.show(first.topic);
      }
    } catch (error) {
      if (asked !== this.#asked) return;
      this.found = 'failed';
      if (error instanceof Refusal && error.status === 404) this.hits = [];
    }
  }

  /** Opens an article with the facts of the citizen's municipality. */
  async show(topic: string): Promise<void> {
    const municipality = this.municipality;
    this.opening = topic;
    this.refused = null;
    try {
      const article = await this.api.article(topic, municipality, this.language);
      if (this.opening !== topic) return;
      this.open = { article, municipality };
      this.walk = null;
    } catch (error) {
      if (this.opening !== topic) return;
      this.refused = error instanceof Refusal ? error.detail || error.code : '';
    } finally {
      if (this.opening === topic) this.opening = null;
    }
  }

  close(): void {
    this.open = null;
    this.walk = null;
    this.refused = null;
  }

  /** Goes to a place in a guide. Beside a conversation it begins where the citizen's answers have
      led, and every step after that is an answer given for the citizen. */
  async goTo(topic: string, path: string): Promise<void> {
    try {
      const at = this.walk?.topic === topic ? this.walk.view.edition : null;
      const view =
        this.contact === null
          ? await this.api.guide(topic, this.municipality, path, this.language)
          : at === null
            ? await this.api.contactGuide(this.contact, topic, this.language)
            : await this.api.answerGuide(this.contact, topic, at, path, this.language);
      this.walk = { topic, path: view.path, view };
    } catch (error) {
      this.refused = error instanceof Refusal ? error.detail || error.code : '';
    }
  }

  /** The citizen's municipality is another than was thought: its facts, not those shown. */
  async belongsTo(municipality: string | null): Promise<void> {
    if (municipality === this.municipality) return;
    this.municipality = municipality;
    const topic = this.open?.article.topic;
    this.open = null;
    this.walk = null;
    if (topic) await this.show(topic);
    await this.fromWords();
  }
}

/** Whether the open answer may go into this conversation: its local facts must be the citizen's. */
export function mayInsert(open: OpenArticle | null, municipality: string | null): boolean {
  if (!open) return false;
  const hasLocal =
    open.article.local_facts.length > 0 || open.article.sections.some((section) => section.local);
  return !hasLocal || open.municipality === municipality;
}

export function sourceOf(article: ArticleView): ArticleRef {
  return { topic: article.topic, title: article.title, url: article.url };
}
