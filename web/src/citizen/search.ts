// Answers while somebody types: a list of links below the field. Without it the form does the same.
import { msg } from '../generated/citizen';

interface Hit {
  title: string;
  summary: string;
  url: string;
}

/** Wait for the next key, ms. */
const PAUSE = 120;
const LEAST = 2;
/** Which way a key leads through the list. */
const STEPS: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, Escape: 0 };

export class LiveSearch extends HTMLElement {
  #timer = 0;
  #asked: AbortController | null = null;
  #list = document.createElement('ul');
  #status = document.createElement('p');

  connectedCallback(): void {
    const input = this.querySelector('input');
    if (!input) return;
    this.#list.className = 'live';
    this.#list.hidden = true;
    this.#list.setAttribute('aria-label', msg.search_suggestions());
    this.#status.className = 'sr';
    this.#status.role = 'status';
    this.append(this.#list, this.#status);
    input.addEventListener('input', () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => void this.#ask(input.value.trim()), PAUSE);
    });
    this.addEventListener('keydown', (event) => this.#key(event, input));
    this.addEventListener('focusout', (event) => {
      if (!this.contains(event.relatedTarget as Node | null)) this.#close();
    });
  }

  #close(): void {
    this.#asked?.abort();
    this.#list.hidden = true;
  }

  #key(event: KeyboardEvent, input: HTMLInputElement): void {
    const step = STEPS[event.key];
    if (step === undefined || this.#list.hidden) return;
    event.preventDefault();
    const stops: HTMLElement[] = [input, ...this.#list.querySelectorAll('a')];
    // Escape leads to the field, wherever one is.
    const at = step && stops.indexOf(document.activeElement as HTMLElement);
    stops[(at + step + stops.length) % stops.length]?.focus();
    if (!step) this.#close();
  }

  async #ask(query: string): Promise<void> {
    this.#asked?.abort();
    if (query.length < LEAST) {
      this.#close();
      return;
    }
    const asked = (this.#asked = new AbortController());
    try {
      const path = `/api/v1/m/${this.dataset['m']}/search?typing=1&limit=6&q=${encodeURIComponent(query)}`;
      const answer = await fetch(path, { signal: asked.signal });
      if (!answer.ok) throw new Error();
      const { hits } = (await answer.json()) as { hits: Hit[] };
      this.#show(hits);
    } catch {
      // What stands there stays; the form still works.
      if (!asked.signal.aborted) this.#status.textContent = msg.search_offline();
    }
  }

  #show(hits: Hit[]): void {
    // A late answer takes the focus from nobody.
    if (this.#list.contains(document.activeElement)) return;
    this.#list.replaceChildren(
      ...hits.map((hit) => {
        const item = document.createElement('li');
        const link = item.appendChild(document.createElement('a'));
        link.href = hit.url;
        link.appendChild(document.createElement('b')).textContent = hit.title;
        link.appendChild(document.createElement('span')).textContent = hit.summary;
        return item;
      }),
    );
    this.#list.hidden = hits.length === 0;
    this.#status.textContent = msg.search_live({ n: hits.length });
  }
}
