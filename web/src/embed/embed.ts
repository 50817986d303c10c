// Help on any municipality's own site, by one script tag:
//   <script async src="https://straks.example/embed.js" data-municipality="furesoe"></script>
// or with elements where they shall stand, each with a link that works without scripts:
//   <straks-launcher municipality="furesoe"><a href="https://straks.example/furesoe/">Få hjælp</a></straks-launcher>
//   <straks-searchbox municipality="furesoe"></straks-searchbox>
// Attributes: municipality, lang (da, en), side (left, right), colour (#rrggbb), topic, inline.
// The site's policy needs our address in script-src, connect-src and frame-src, nothing else. Pages
// open in a frame that the host page cannot read. It stands alone: no import, no shared chunk.
(() => {
  interface Facts {
    colour: string;
    on: string;
    strong: string;
    line: string;
    open: string;
    close: string;
    title: string;
    window: string;
    search: string;
    find: string;
  }

  const script = (document.currentScript ??
    document.querySelector('script[src*="/embed.js"]')) as HTMLScriptElement;
  const home = new URL(script.src).origin;
  const OPENED = 'straks-opened';
  /** One panel opens again by itself on the next page. */
  let resumed = false;
  const SHEET = `
:host{--b:#0b5a8a;--o:#fff;--s:#084a73;font:1rem/1.4 system-ui,sans-serif}
*{box-sizing:border-box;font:inherit}
button,a{cursor:pointer}
:focus-visible{outline:3px solid #ffb000;outline-offset:2px;box-shadow:0 0 0 2px #1b1f24}
.go{background:var(--b);color:var(--o);border:2px solid var(--o);border-radius:999px;padding:.7rem 1.3rem;min-height:44px;font-weight:600;text-decoration:none}
.go:hover{background:var(--s)}
.fix{position:fixed;z-index:2147483000;bottom:1rem;right:1rem;box-shadow:0 2px 12px rgb(20 30 40/.3)}
.panel{position:fixed;z-index:2147483001;right:1rem;bottom:5rem;width:400px;height:min(660px,100vh - 6.5rem);display:flex;flex-direction:column;background:#fff;border:1px solid #8a94a0;border-radius:14px;overflow:hidden;box-shadow:0 6px 24px rgb(20 30 40/.3)}
.left{right:auto;left:1rem}
[hidden]{display:none}
.bar{display:flex;gap:.5rem;align-items:center;padding:.4rem .4rem .4rem 1rem;background:var(--b);color:var(--o)}
.bar b{flex:1;font-weight:600}
.bar a,.bar button{display:grid;place-items:center;min-width:44px;min-height:44px;background:none;border:0;color:inherit;font-size:1.25rem;text-decoration:none}
iframe{flex:1;width:100%;border:0;background:#fff}
form{display:flex;max-width:36rem}
input{flex:1;min-width:0;min-height:48px;padding:0 .8rem;color:#1b1f24;background:#fff;border:2px solid var(--b);border-radius:8px 0 0 8px}
form .go{border:0;border-radius:0 8px 8px 0}
@media(max-width:480px){.panel{inset:0;width:auto;height:auto;border:0;border-radius:0}}`;

  const make = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    within: Node,
    facts: Record<string, string> = {},
    text = '',
  ): HTMLElementTagNameMap[K] => {
    const made = document.createElement(tag);
    for (const name in facts) made.setAttribute(name, facts[name]!);
    made.textContent = text;
    return within.appendChild(made) as HTMLElementTagNameMap[K];
  };

  abstract class Part extends HTMLElement {
    #begun = false;
    get address(): string {
      return `${home}/${this.getAttribute('municipality') ?? ''}`;
    }
    get speech(): string {
      return this.getAttribute('lang') ?? (document.documentElement.lang === 'en' ? 'en' : 'da');
    }
    async connectedCallback(): Promise<void> {
      if (this.#begun) return;
      this.#begun = true;
      const asked = new URLSearchParams({ lang: this.speech });
      const colour = this.getAttribute('colour');
      if (colour) asked.set('colour', colour);
      const name = this.getAttribute('municipality') ?? '';
      try {
        const answer = await fetch(`${home}/api/v1/m/${encodeURIComponent(name)}/embed?${asked}`);
        if (!answer.ok) throw answer.status;
        const facts = (await answer.json()) as Facts;
        const root = this.attachShadow({ mode: 'open' });
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(SHEET);
        root.adoptedStyleSheets = [sheet];
        this.build(root, facts);
        this.style.setProperty('--b', facts.colour);
        this.style.setProperty('--o', facts.on);
        this.style.setProperty('--s', facts.strong);
      } catch {
        // Not listed, or blocked by the host's policy: a link does what the panel would have done.
        if (!this.firstElementChild) make('a', this, { href: `${this.address}/` }, 'Straks');
      }
    }
    abstract build(root: ShadowRoot, facts: Facts): void;
  }

  class Launcher extends Part {
    #button?: HTMLButtonElement;
    #panel?: HTMLElement;
    #facts?: Facts;
    #waiting = '';

    build(root: ShadowRoot, facts: Facts): void {
      this.#facts = facts;
      const inline = this.hasAttribute('inline');
      const left = this.getAttribute('side') === 'left' ? ' left' : '';
      this.#button = make('button', root, {
        type: 'button',
        class: `go${inline ? '' : ' fix'}${left}`,
        'aria-expanded': 'false',
      });
      this.#button.textContent = facts.open;
      this.#button.title = facts.line;
      this.#panel = make('section', root, {
        class: `panel${left}`,
        role: 'dialog',
        'aria-label': facts.title,
        hidden: '',
      });
      this.#button.onclick = () => (this.#panel!.hidden ? this.open('', true) : this.close());
      root.addEventListener('keydown', (event) => {
        if ((event as KeyboardEvent).key === 'Escape') this.close();
      });
      document.addEventListener(OPENED, (event) => {
        if (event.target !== this) this.#hide();
      });
      if (this.#waiting || this.#kept()) this.open(this.#waiting, !!this.#waiting);
    }

    /** Shows our page at `path`, or where the visitor was. */
    open(path: string, focus: boolean): void {
      if (!this.#panel || !this.#facts) {
        this.#waiting = path;
        return;
      }
      const panel = this.#panel;
      const topic = this.getAttribute('topic') ?? '';
      const start = `/?start=1&lang=${this.speech}${topic && `&topic=${encodeURIComponent(topic)}`}`;
      if (!panel.firstChild) {
        const bar = make('div', panel, { class: 'bar' });
        make('b', bar, {}, this.#facts.title);
        const link = { target: '_blank', rel: 'noopener', href: `${this.address}/` };
        make(
          'a',
          bar,
          { ...link, 'aria-label': this.#facts.window, title: this.#facts.window },
          '↗',
        );
        const close = make('button', bar, { type: 'button', 'aria-label': this.#facts.close }, '✕');
        close.onclick = () => this.close();
        const frame = { title: this.#facts.title, src: this.address + (path || start) };
        make('iframe', panel, { ...frame, allow: 'microphone' });
      } else if (path) {
        panel.querySelector('iframe')!.src = this.address + path;
      }
      panel.hidden = false;
      this.#say(true);
      this.#keep('1');
      this.dispatchEvent(new CustomEvent(OPENED, { bubbles: true, composed: true }));
      if (focus) panel.querySelector('iframe')!.focus();
    }

    close(): void {
      this.#hide();
      this.#keep('');
      this.#button?.focus();
    }

    #hide(): void {
      if (this.#panel?.hidden === false) {
        this.#panel.hidden = true;
        this.#say(false);
      }
    }

    #say(open: boolean): void {
      this.#button!.setAttribute('aria-expanded', String(open));
      this.#button!.textContent = open ? this.#facts!.close : this.#facts!.open;
    }

    #keep(open: string): void {
      try {
        sessionStorage.setItem(`straks ${this.address}`, open);
      } catch {
        // Storage is blocked: on the next page it begins closed.
      }
    }

    #kept(): boolean {
      try {
        const was = sessionStorage.getItem(`straks ${this.address}`) === '1';
        const first = was && !resumed;
        resumed ||= was;
        return first;
      } catch {
        return false;
      }
    }
  }

  class Searchbox extends Part {
    build(root: ShadowRoot, facts: Facts): void {
      const given = this.querySelector('form');
      if (given) make('slot', root);
      const form = given ?? make('form', root, { role: 'search' });
      if (!given) {
        const label = { name: 'q', type: 'search', 'aria-label': facts.search };
        make('input', form, { ...label, placeholder: facts.search, autocomplete: 'off' });
        make('button', form, { class: 'go' }, facts.find);
      }
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        const query = String(new FormData(form).get('q') ?? '');
        const found = `/search?${new URLSearchParams({ q: query, lang: this.speech })}`;
        this.#launcher().open(found, true);
      });
    }

    #launcher(): Launcher {
      const name = this.getAttribute('municipality') ?? '';
      const known = [...document.querySelectorAll<Launcher>('straks-launcher')];
      return known.find((one) => one.getAttribute('municipality') === name) ?? launcher(this);
    }
  }

  /** A launcher with the attributes of another element. */
  function launcher(like: HTMLElement): Launcher {
    const made = document.createElement('straks-launcher') as Launcher;
    for (const name of ['municipality', 'lang', 'side', 'colour', 'topic']) {
      const value = like.getAttribute(name) ?? like.dataset[name];
      if (value) made.setAttribute(name, value);
    }
    document.body.append(made);
    return made;
  }

  if (customElements.get('straks-launcher')) return;
  customElements.define('straks-launcher', Launcher);
  customElements.define('straks-searchbox', Searchbox);
  if (script.dataset['municipality']) {
    const begin = () => launcher(script);
    if (document.body) begin();
    else addEventListener('DOMContentLoaded', begin);
  }
})();
