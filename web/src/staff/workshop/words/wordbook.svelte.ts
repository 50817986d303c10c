// What editors have said about words, and what became of the last thing they asked.
import { msg } from '../../../generated/workshop';
import { reason } from '../../staff.svelte';
import { circleOf, type BestBet, type Exception, type Synonym, type WordsApi } from './words';

export class Wordbook {
  synonyms = $state.raw<Synonym[]>([]);
  bets = $state.raw<BestBet[]>([]);
  exceptions = $state.raw<Exception[]>([]);
  loaded = $state(false);
  busy = $state(false);
  failed = $state<string | null>(null);
  told = $state('');

  constructor(readonly api: WordsApi) {}

  async load(): Promise<void> {
    try {
      const { api } = this;
      const [a, b, c] = await Promise.all([api.synonyms(), api.bets(), api.exceptions()]);
      this.synonyms = a.synonyms;
      this.bets = b.best_bets;
      this.exceptions = c.exceptions;
      this.loaded = true;
      this.failed = null;
    } catch (error) {
      this.failed = reason(error);
    }
  }

  /** Asks for a change and tells what came of it; false when it was refused. */
  async act(what: () => Promise<unknown>, done: string): Promise<boolean> {
    this.busy = true;
    this.told = '';
    try {
      await what();
      await this.load();
      this.told = done;
      return true;
    } catch (error) {
      const circle = circleOf(error);
      this.failed = circle ? msg.word_circle({ circle: circle.join(' → ') }) : reason(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  remove(path: 'synonyms' | 'best-bets' | 'word-exceptions', id: string): Promise<boolean> {
    return this.act(() => this.api.remove(path, id), msg.word_removed());
  }
}
