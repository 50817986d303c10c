// What the tests of the staff classes share: a server that keeps its answers in memory.

import type { Follower, MessageEntry } from '../shared/live';
import { Refusal, StaffApi, Unreachable } from './api';
import { ServerClock } from './clock.svelte';
import { Desk, type DeskNews } from './desk.svelte';
import { Drafts, type Shelf } from './drafts';
import type { ContactView, DeskView, Me, Offer, Ring, Row } from './types';

export const NOW = Date.parse('2027-06-02T20:15:00+02:00');

export class MemoryShelf implements Shelf {
  #kept = new Map<string, string>();
  get length() {
    return this.#kept.size;
  }
  getItem(key: string) {
    return this.#kept.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.#kept.set(key, value);
  }
  removeItem(key: string) {
    this.#kept.delete(key);
  }
  key(index: number) {
    return [...this.#kept.keys()][index] ?? null;
  }
}

export class Timers {
  time = NOW;
  #timers: { at: number; then: () => void; id: number }[] = [];
  #id = 0;
  later = (ms: number, then: () => void) => {
    const id = ++this.#id;
    this.#timers.push({ at: this.time + ms, then, id });
    return () => {
      this.#timers = this.#timers.filter((timer) => timer.id !== id);
    };
  };
  /** Lets time pass; what was asked of the server meanwhile is answered. */
  async pass(ms: number) {
    const end = this.time + ms;
    for (;;) {
      await settle();
      this.#timers.sort((a, b) => a.at - b.at);
      const next = this.#timers[0];
      if (!next || next.at > end) break;
      this.#timers.shift();
      this.time = next.at;
      next.then();
    }
    this.time = end;
    await settle();
  }
}

export const settle = () => new Promise<void>((done) => setTimeout(done));

export const message = (seq: number, from: 'citizen' | 'agent', text: string): MessageEntry => ({
  seq,
  at: NOW,
  message_id: `m${seq}`,
  from,
  name: null,
  text,
  article: null,
});

export function offer(contact: string, seconds = 20, now = NOW): Offer {
  return {
    contact,
    municipality: 'holbaek',
    department: null,
    topic: null,
    title: 'Madservice',
    urgent: false,
    channel: 'chat',
    language: 'da',
    waiting_since: now,
    until: now + seconds * 1000,
    why: '',
    competence: 'local',
  };
}

export const me = (municipalities = ['furesoe', 'frederikssund']): Me => ({
  person: { id: 'p1', name: 'Mette Lindholm', initials: 'ML', home: 'furesoe' },
  roles: [{ role: 'agent', municipality: 'furesoe', department: null }],
  rights: ['work-contacts', 'read-knowledge', 'read-duty'],
  municipalities: municipalities.map((key) => ({ key, name: key, short: key, colour: '#0b5a8a' })),
  duty: { on: true, until: NOW + 6_300_000, serving: 'furesoe', for: municipalities },
  presence: { state: 'ready', reason: '', back_at: null },
  now: NOW,
  until: NOW + 6_300_000,
  languages: ['da'],
  demo: true,
});

/** A server with contacts, queues and one agent; answers as the real one does. */
export class FakeServer {
  contacts = new Map<string, { entries: MessageEntry[]; municipality: string; phase: string }>();
  owned: string[] = [];
  offer: Offer | null = null;
  rings: Ring[] = [];
  down = false;
  said: { id: string; message_id: string }[] = [];
  reads: number[] = [];
  refuseAccept: string | null = null;
  knowledge: string[] = [];
  #followers = new Map<string, Set<Follower>>();

  constructor(private readonly timers: Timers) {}

  put(id: string, municipality = 'frederikssund', entries = [message(1, 'citizen', 'Hej')]) {
    this.contacts.set(id, { entries, municipality, phase: 'owned' });
    this.owned.push(id);
  }

  follow = (stream: string, _after: number, follower: Follower) => {
    const all = this.#followers.get(stream) ?? new Set();
    all.add(follower);
    this.#followers.set(stream, all);
    return () => void all.delete(follower);
  };

  follows(stream: string): boolean {
    return (this.#followers.get(stream)?.size ?? 0) > 0;
  }

  ring(stream: string, kind = 'changed') {
    for (const follower of [...(this.#followers.get(stream) ?? [])]) {
      follower.events([{ seq: 1, at: NOW, kind, entry: null }], 1);
    }
  }

  types(id: string) {
    for (const follower of this.#followers.get(`contact/${id}`) ?? []) follower.typing?.('citizen');
  }

  close(stream: string, code = 'not-found') {
    const all = [...(this.#followers.get(stream) ?? [])];
    this.#followers.delete(stream);
    for (const follower of all) follower.closed(code);
  }

  add(id: string, from: 'citizen' | 'agent', text: string, message_id?: string) {
    const contact = this.contacts.get(id);
    if (!contact) throw new Error(id);
    const entry = message(contact.entries.length + 1, from, text);
    if (message_id) entry.message_id = message_id;
    contact.entries.push(entry);
    return entry;
  }

  push(id: string, entry: MessageEntry) {
    const events = [{ seq: entry.seq, at: entry.at, kind: 'message', entry }];
    for (const follower of [...(this.#followers.get(`contact/${id}`) ?? [])]) {
      follower.events(events, entry.seq);
    }
  }

  view(id: string): ContactView {
    const contact = this.contacts.get(id);
    if (!contact || !this.owned.includes(id)) throw new Refusal(404, 'not-found', '');
    const { municipality, entries, phase } = contact;
    return {
      id,
      municipality: {
        key: municipality,
        name: municipality,
        short: municipality,
        colour: '#0b5a8a',
      },
      department: null,
      department_name: null,
      topic: null,
      title: 'Pas til barn',
      competence: 'local',
      urgent: false,
      channel: 'chat',
      language: 'da',
      phase: phase as ContactView['phase'],
      mine: true,
      arrived_at: NOW,
      queued_at: NOW,
      accepted_at: NOW,
      transfers: 0,
      citizen_name: 'Louise',
      grant_until: null,
      trail: [],
      entries: [...entries],
      head: entries.length,
      read_by_citizen: 0,
      hand_overs: [],
      notes: [],
    };
  }

  desk(): DeskView {
    const conversations = this.owned.map((id): Row => {
      const contact = this.contacts.get(id);
      return {
        contact: id,
        channel: 'chat',
        municipality: contact?.municipality ?? null,
        name: 'Louise',
        title: 'Pas til barn',
        phase: (contact?.phase ?? 'owned') as Row['phase'],
        last_text: null,
        last_from: null,
        last_at: NOW,
        unread: 0,
        waiting_since: null,
        grant_until: null,
      };
    });
    return {
      offer: this.offer && this.offer.until > this.timers.time ? this.offer : null,
      rings: this.rings,
      conversations,
      queues: [],
      colleagues: [],
      cursors: {},
      capacity: 3,
      now: this.timers.time,
    };
  }

  answer(method: string, path: string, body: Record<string, unknown>): unknown {
    if (this.down) throw new Unreachable('down');
    if (path === '/desk') return this.desk();
    const [, what, id = '', act = ''] = path.split('?')[0]?.split('/') ?? [];
    if (what === 'knowledge') return { topic: id, sections: [], local_facts: [], facts: [] };
    if (what !== 'contacts') return undefined;
    switch (`${method} ${act}`) {
      case 'GET ':
        return this.view(id);
      case 'GET entries': {
        const after = Number(new URLSearchParams(path.split('?')[1]).get('after'));
        const entries = (this.contacts.get(id)?.entries ?? []).filter((e) => e.seq > after);
        return { entries, head: 0, more: false, state: { phase: 'owned', read_by_citizen: 0 } };
      }
      case 'GET knowledge':
        this.knowledge.push(path);
        return { query: 'pas barn', hits: [] };
      case 'POST messages': {
        const message_id = String(body.message_id);
        this.said.push({ id, message_id });
        if (!this.owned.includes(id)) throw new Refusal(404, 'not-found', '');
        const known = this.contacts.get(id)?.entries.find((e) => e.message_id === message_id);
        const entry = known ?? this.add(id, 'agent', String(body.text), message_id);
        return { seq: entry.seq, masked: false };
      }
      case 'POST read':
        this.reads.push(Number(body.up_to));
        return undefined;
      case 'POST accept':
        if (this.refuseAccept) throw new Refusal(409, this.refuseAccept, '');
        this.offer = null;
        this.put(id, 'holbaek');
        return this.view(id);
      case 'POST decline':
        this.offer = null;
        return undefined;
      default:
        return undefined;
    }
  }
}

export class FakeApi extends StaffApi {
  constructor(private readonly server: FakeServer) {
    super();
  }
  override async ask<A>(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
  ): Promise<A> {
    await Promise.resolve();
    return this.server.answer(method, path, (body ?? {}) as Record<string, unknown>) as A;
  }
}

/** A tab: a desk of its own, with drafts of its own, at one server. */
export function tab(server: FakeServer, timers: Timers, shelf: Shelf = new MemoryShelf()) {
  const news: { offered: string[]; heard: string[]; locked: string[]; telephoned: number[] } = {
    offered: [],
    heard: [],
    locked: [],
    telephoned: [],
  };
  const told: DeskNews = {
    offered: (o) => news.offered.push(o.contact),
    heard: (c) => news.heard.push(c.id),
    locked: (c) => news.locked.push(c.id),
    telephoned: () => news.telephoned.push(desk.rings.length),
  };
  const clock = new ServerClock(() => timers.time);
  const drafts = new Drafts(shelf);
  const desk = new Desk(
    {
      api: new FakeApi(server),
      clock,
      drafts,
      follow: server.follow,
      typing: () => {},
      later: timers.later,
    },
    told,
  );
  return { desk, news, drafts, clock, shelf };
}
