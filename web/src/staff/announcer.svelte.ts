// What a screen reader is told. Only an offer, a lost line and the end of duty interrupt; other
// conversations share one polite line at most every ten seconds.

const POLITE_EVERY_MS = 10_000;

/** The same words twice are said twice: a line that does not change is silent. */
const anew = (before: string, text: string): string => (before === text ? `${text}\u00a0` : text);

export class Announcer {
  polite = $state('');
  assertive = $state('');
  #saidAt = -Infinity;
  #waiting: (() => string) | null = null;

  constructor(
    private readonly now: () => number = () => Date.now(),
    private readonly later: (ms: number, then: () => void) => void = (ms, then) =>
      void setTimeout(then, ms),
  ) {}

  say(text: string): void {
    this.polite = anew(this.polite, text);
  }

  interrupt(text: string): void {
    this.assertive = anew(this.assertive, text);
  }

  /** Says it now, or, when something was said just before, the newest of what piled up. */
  gather(text: () => string): void {
    const quiet = this.now() - this.#saidAt;
    if (quiet >= POLITE_EVERY_MS && this.#waiting === null) {
      this.#saidAt = this.now();
      this.say(text());
      return;
    }
    const first = this.#waiting === null;
    this.#waiting = text;
    if (!first) return;
    this.later(POLITE_EVERY_MS - quiet, () => {
      this.#saidAt = this.now();
      this.say(this.#waiting?.() ?? '');
      this.#waiting = null;
    });
  }
}
