// What citizens looked for and did not find, as it stands, and what is done about it.
import { msg } from '../../../generated/workshop';
import { Refusal } from '../../api';
import { addressOf } from '../../router.svelte';
import { reason, type Staff } from '../../staff.svelte';
import { WorkshopApi } from '../api';
import { textAddress } from '../tabs';
import type { Change, Improvement, Suggestion, Worklist } from './types';

export class Improving {
  list = $state.raw<Worklist | null>(null);
  failed = $state<string | null>(null);
  told = $state('');
  busy = $state(false);
  readonly #workshop: WorkshopApi;

  constructor(private readonly staff: Pick<Staff, 'api'>) {
    this.#workshop = new WorkshopApi(staff.api);
  }

  find(id: string | null): Improvement | null {
    return this.list?.improvements.find((item) => item.id === id) ?? null;
  }

  async load(): Promise<void> {
    try {
      this.list = await this.#ask<Worklist>('GET');
      this.failed = null;
    } catch (error) {
      this.failed = reason(error);
    }
  }

  /** Joins what was searched since to the list. */
  async refresh(): Promise<void> {
    await this.#act(async () => {
      const joined = await this.#ask<{ searches: number; made: number }>('POST', '/refresh', {});
      await this.load();
      this.told = msg.imp_refreshed({ searches: joined.searches, made: joined.made }).trim();
    });
  }

  /** A piece of work as it is after the change; null when that was refused. */
  async change(item: Improvement, what: Change): Promise<Improvement | null> {
    const done = await this.#act(async () => {
      const path = `/${encodeURIComponent(item.id)}`;
      const now = await this.#ask<Improvement>('POST', path, { version: item.version, ...what });
      if (this.list) {
        const improvements = this.list.improvements.map((one) => (one.id === now.id ? now : one));
        this.list = { ...this.list, improvements };
      }
      this.told = msg.imp_saved();
      return now;
    });
    // It may be another's by now.
    if (done === null) {
      const { failed } = this;
      await this.load();
      this.failed = failed;
    }
    return done;
  }

  /**
   * Takes a suggestion up; the address where that is written on, if there is one. A new article stands
   * in `area`.
   */
  async accept(
    item: Improvement,
    accept: number,
    suggestion: Suggestion,
    area: string,
  ): Promise<string | null> {
    const topic =
      suggestion.kind === 'new-article'
        ? await this.#act(() => this.#begun(item, suggestion.title, area))
        : 'topic' in suggestion
          ? suggestion.topic
          : null;
    if (suggestion.kind === 'new-article' && topic === null) return null;
    if (!(await this.change(item, { accept }))) return null;
    if (topic === null || suggestion.kind === 'synonym') return null;
    return suggestion.kind === 'guide-node'
      ? addressOf('workshop', 'guides', topic)
      : textAddress(topic, null);
  }

  /** The article with the suggested title: a new one with its outline, or what a colleague began. */
  async #begun(item: Improvement, title: string, area: string): Promise<string> {
    try {
      const draft = await this.#workshop.begin({
        topic: null,
        kind: 'article',
        area,
        municipality: null,
        title,
        improvement: item.id,
      });
      return draft.topic;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 409) throw error;
      const { texts } = await this.#workshop.texts();
      const there = texts.find((text) => text.municipality === null && text.title === title);
      if (!there) throw error;
      return there.topic;
    }
  }

  /** What came of something asked; null when it was refused, and why stands in `failed`. */
  async #act<A>(what: () => Promise<A>): Promise<A | null> {
    this.busy = true;
    this.told = '';
    this.failed = null;
    try {
      return await what();
    } catch (error) {
      this.failed = reason(error);
      return null;
    } finally {
      this.busy = false;
    }
  }

  #ask<A>(method: 'GET' | 'POST', path = '', body?: unknown): Promise<A> {
    return this.staff.api.ask<A>(method, `/workshop/improvements${path}`, body);
  }
}
