// The conversation, live. The page is complete without it; this follows the stream from the last
// number on the page, so nothing is lost and nothing is shown twice, whatever happens to the line.
import { currentLanguage, msg } from '../generated/citizen';
import { fragment } from '../shared/fragment';
import { isNotice, Live, type Entry, type LinkState } from '../shared/live';

/** The citizen is asked whether anybody is there after so long, and the chat ends after that. */
const IDLE_MS = 10 * 60_000;
const GONE_MS = 5 * 60_000;
const RETRY_MS = 3_000;
const TYPING_SHOWN_MS = 5_000;
/** The place in line changes without an event of one's own. */
const PLACE_MS = 30_000;

/** What was being written when the conversation ended. */
const DRAFT = 'straks-draft';

interface Unsent {
  id: string;
  text: string;
  line: HTMLElement;
}

interface ChatState {
  read_by_agent: number;
}

/** The receipt of a message, or why it was refused. */
interface Answer {
  seq?: number;
  masked?: boolean;
  detail?: string;
}

class Chat extends HTMLElement {
  #root = location.pathname.replace(/\/chat.*/, '/chat');
  #seen = 0;
  /** The last line of the other side, and up to where it was told that it has been read. */
  #theirs = 0;
  #told = 0;
  #unsent: Unsent[] = [];
  #sending = false;
  #idle = 0;
  #typing = 0;
  #live!: Live;

  #part<T extends HTMLElement>(name: string): T | null {
    return this.querySelector<T>(`[data-part=${name}]`);
  }

  connectedCallback(): void {
    this.#seen = Number(this.dataset['head']);
    const log = this.#part('log');
    if (log) log.scrollTop = log.scrollHeight;
    const stream = `contact/${this.dataset['contact']}`;
    this.#live = new Live({
      socket: `${this.#root}/live`,
      poll: (name, after) =>
        `${this.#root}/live/poll?stream=${encodeURIComponent(name)}&after=${after}`,
      state: (state) => this.#line(state),
    });
    if (this.dataset['phase'] !== 'closed') {
      this.#live.follow(stream, this.#seen, {
        events: (events) => {
          for (const event of events) {
            if (event.entry) this.#add(event.entry);
            this.#seen = event.seq;
          }
          void this.#refresh();
        },
        closed: () => void this.#reshape(),
        typing: () => this.#shownTyping(),
      });
      this.#live.start();
      document.addEventListener('visibilitychange', () => void this.#refresh());
      addEventListener('online', () => this.#live.hurry());
      setInterval(() => {
        if (this.dataset['phase'] === 'waiting') void this.#reshape();
      }, PLACE_MS);
    }
    this.#form();
    this.#wait();
  }

  #line(state: LinkState): void {
    const pill = this.#part('connection');
    if (!pill) return;
    const lost = state.is === 'lost';
    pill.hidden = !lost;
    pill.textContent = lost ? msg.chat_reconnecting() : '';
    if (!lost) void this.#send();
  }

  #add(entry: Entry): void {
    const log = this.#part('log');
    if (!log) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    if (isNotice(entry)) {
      // Who answers, where it goes and that it ends change more than a line: the page knows how.
      void this.#reshape();
      return;
    }
    const own = this.#unsent.findIndex((unsent) => unsent.id === entry.message_id);
    const sent = log.querySelector<HTMLElement>(`[data-id="${entry.message_id}"]`);
    if (sent) {
      sent.dataset['seq'] = String(entry.seq);
      sent.querySelector('.by')!.firstChild!.textContent = this.#by(msg.chat_you(), entry.at);
      if (own >= 0) this.#unsent.splice(own, 1);
      this.#mark(sent, msg.chat_sent());
      return;
    }
    if (log.querySelector(`[data-seq="${entry.seq}"]`)) return;
    const line = this.#bubble(
      entry.from === 'citizen' ? msg.chat_you() : (entry.name ?? ''),
      entry.text ?? msg.chat_erased(),
      entry.at,
      entry.from === 'citizen',
    );
    line.dataset['seq'] = String(entry.seq);
    if (entry.article) {
      const card = line.appendChild(document.createElement('p'));
      card.className = 'acard';
      card.appendChild(document.createElement('b')).textContent = entry.article.title;
      const link = card.appendChild(document.createElement('a'));
      link.href = entry.article.url;
      link.textContent = msg.chat_article_read();
    }
    log.append(line);
    if (atEnd) log.scrollTop = log.scrollHeight;
    if (entry.from !== 'citizen') {
      this.#theirs = entry.seq;
      this.#part('typing')!.textContent = '';
    }
    this.#wait();
  }

  /** Takes over from the page as the server writes it now: its head, its notices, its end. */
  async #reshape(): Promise<void> {
    const answer = await fetch(this.#root).catch(() => null);
    if (!answer?.ok) return;
    const page = document.createElement('template');
    page.innerHTML = fragment(await answer.text()) as string;
    const fresh = page.content.querySelector<HTMLElement>('straks-chat');
    const log = this.#part('log');
    if (!fresh || !log || fresh.dataset['contact'] !== this.dataset['contact']) return;
    this.dataset['phase'] = fresh.dataset['phase'];
    for (const line of fresh.querySelectorAll<HTMLElement>('.sys[data-seq]')) {
      const seq = Number(line.dataset['seq']);
      if (log.querySelector(`[data-seq="${seq}"]`)) continue;
      const later = [...log.querySelectorAll<HTMLElement>('[data-seq]')].find(
        (other) => Number(other.dataset['seq']) > seq,
      );
      log.insertBefore(line, later ?? null);
      log.scrollTop = log.scrollHeight;
    }
    for (const name of ['.chat-sub', '.queue']) {
      const [old, now] = [this.querySelector(name), fresh.querySelector(name)];
      if (old && now) old.replaceChildren(...now.childNodes);
      else if (old) old.remove();
      else if (now) log.before(now);
    }
    const [head, newHead] = [this.querySelector('.chat-h'), fresh.querySelector('.chat-h')];
    if (head && newHead && head.textContent !== newHead.textContent) head.replaceWith(newHead);
    const end = fresh.querySelector('.endbox');
    const form = this.querySelector('.comp');
    if (end && form) {
      const draft = form.querySelector('textarea')?.value;
      try {
        if (draft) sessionStorage[DRAFT] = draft;
      } catch {}
      form.replaceWith(end);
      this.querySelector('.refresh')?.remove();
      this.#live.end();
    }
    this.#wait();
  }

  #by(name: string, at: number): string {
    const time = new Date(at).toLocaleTimeString(currentLanguage() === 'da' ? 'da-DK' : 'en-GB', {
      timeZone: 'Europe/Copenhagen',
      hour: 'numeric',
      minute: '2-digit',
    });
    return msg.chat_by({ name, clock: msg.clock({ time }) });
  }

  #bubble(who: string, text: string, at: number, mine: boolean): HTMLElement {
    const line = document.createElement('div');
    line.className = mine ? 'msg me' : 'msg';
    const by = line.appendChild(document.createElement('p'));
    by.className = 'by';
    by.textContent = this.#by(who, at);
    const bubble = line.appendChild(document.createElement('p'));
    bubble.className = 'bub';
    for (const part of text.split(/(https:\/\/[^\s<>"']+[^\s<>"'.,)!?:])/)) {
      if (!part.startsWith('https://')) {
        bubble.append(part);
        continue;
      }
      const link = bubble.appendChild(document.createElement('a'));
      link.href = part;
      link.rel = 'noopener noreferrer nofollow';
      link.textContent = part;
    }
    return line;
  }

  #mark(line: HTMLElement, text: string): void {
    line.classList.remove('fail');
    const by = line.querySelector('.by')!;
    let mark = by.querySelector('.mark');
    if (!mark) {
      mark = document.createElement('span');
      mark.className = 'mark';
      by.append(mark);
    }
    mark.textContent = ` · ${text}`;
  }

  /** Read marks: asked for after every change. */
  async #refresh(): Promise<void> {
    const answer = await fetch(`${this.#root}/entries?after=${this.#seen}`).catch(() => null);
    if (!answer?.ok) return;
    const { state } = (await answer.json()) as { state: ChatState };
    for (const line of this.querySelectorAll<HTMLElement>('.msg.me[data-seq]')) {
      if (Number(line.dataset['seq']) <= state.read_by_agent) this.#mark(line, msg.chat_read());
    }
    // That it has been read is an event too: told once a line, or it would answer itself for ever.
    if (document.visibilityState === 'visible' && this.#theirs > this.#told) {
      this.#told = this.#theirs;
      void fetch(`${this.#root}/read`, {
        method: 'POST',
        body: new URLSearchParams({ up_to: String(this.#told) }),
      }).catch(() => null);
    }
  }

  #form(): void {
    const form = this.querySelector<HTMLFormElement>('.comp');
    const field = form?.querySelector('textarea');
    if (!form || !field) return;
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    field.addEventListener('input', () => {
      this.#live.typing(this.dataset['contact'] ?? '');
      this.#wait();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = field.value.trim();
      if (!text) return;
      const line = this.#bubble(msg.chat_you(), text, Date.now(), true);
      const id = crypto.randomUUID();
      line.dataset['id'] = id;
      this.#mark(line, msg.chat_sending());
      const log = this.#part('log')!;
      log.append(line);
      log.scrollTop = log.scrollHeight;
      this.#unsent.push({ id, text, line });
      field.value = '';
      field.dispatchEvent(new Event('input'));
      void this.#send();
    });
  }

  /** Sends what has not been acknowledged, in order; the id makes a second try harmless. */
  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    for (let next = this.#unsent[0]; next; next = this.#unsent[0]) {
      const { id, text, line } = next;
      const answer = (await fetch(`${this.#root}/say`, {
        method: 'POST',
        headers: { accept: 'application/json' },
        body: new URLSearchParams({ message_id: id, text }),
      })
        // An answer that cannot be read is none: a proxy's own page, a line cut on the way.
        .then((got) => (got.status < 500 && got.status !== 429 ? got.json() : null))
        .catch(() => null)) as Answer | null;
      if (answer?.seq) {
        line.dataset['seq'] = String(answer.seq);
        this.#mark(line, msg.chat_sent());
        if (answer.masked) line.querySelector('.bub')!.textContent = msg.chat_masked();
      } else if (answer) {
        this.#mark(line, msg.chat_refused({ why: answer.detail ?? '' }));
        line.classList.add('fail');
        const field = this.querySelector('textarea');
        // What was written goes back to where it can be corrected.
        if (field && !field.value) field.value = text;
      } else {
        this.#mark(line, msg.chat_not_sent());
        line.classList.add('fail');
        setTimeout(() => void this.#send(), RETRY_MS);
        break;
      }
      if (this.#unsent[0] === next) this.#unsent.shift();
    }
    this.#sending = false;
  }

  #shownTyping(): void {
    const place = this.#part('typing');
    const name = this.querySelector('.chat-h h1')?.firstChild?.textContent?.trim() ?? '';
    if (!place) return;
    place.textContent = msg.chat_typing({ name });
    clearTimeout(this.#typing);
    this.#typing = window.setTimeout(() => (place.textContent = ''), TYPING_SHOWN_MS);
  }

  /** Asks after a long silence whether the citizen is there; any sign of life stops it. */
  #wait(): void {
    clearTimeout(this.#idle);
    this.querySelector('.idle')?.remove();
    if (this.dataset['phase'] !== 'owned') return;
    this.#idle = window.setTimeout(() => this.#askIdle(), IDLE_MS);
  }

  #askIdle(): void {
    const lines = this.querySelectorAll('.msg');
    // The agent owes the answer: nobody is hurried.
    if (lines[lines.length - 1]?.classList.contains('me')) return this.#wait();
    const box = document.createElement('div');
    box.className = 'note idle';
    box.role = 'alert';
    box.appendChild(document.createElement('b')).textContent = msg.chat_idle_title();
    box.append(msg.chat_idle({ minutes: GONE_MS / 60_000 }), ' ');
    const stay = box.appendChild(document.createElement('button'));
    stay.className = 'btn quiet';
    stay.textContent = msg.chat_idle_stay();
    stay.onclick = () => this.#wait();
    this.querySelector('.comp')?.before(box);
    this.#idle = window.setTimeout(() => {
      this.querySelector<HTMLFormElement>('.chat-h form')?.requestSubmit();
    }, GONE_MS);
  }
}

customElements.define('straks-chat', Chat);
