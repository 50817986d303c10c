// Typed requests to the staff API. Nothing here knows a screen.

import type * as T from './types';

/** The server understood and said no; `detail` is its text in the user's language. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly field: string | null = null,
    readonly retryAfter: number | null = null,
    /** All that the server said, where a code has more to tell than its text. */
    readonly problem: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

/** No answer came, or the server cannot now: nothing is known, and the same may be asked again. */
export class Unreachable extends Error {}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Fetch = (path: string, init: RequestInit) => Promise<Response>;

const ANSWER_WITHIN_MS = 15_000;

function query(values: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

const part = encodeURIComponent;

export class StaffApi {
  /** Told when the sign-in has ended while something was asked. */
  signedOut: () => void = () => {};

  constructor(private readonly fetch: Fetch = (path, init) => globalThis.fetch(path, init)) {}

  async ask<A>(method: Method, path: string, body?: unknown): Promise<A> {
    const answer = await this.answer(method, path, body);
    if (answer.status === 204) return undefined as A;
    try {
      return (await answer.json()) as A;
    } catch (cause) {
      throw new Unreachable('half an answer', { cause });
    }
  }

  /** The answer as it came. */
  async answer(method: Method, path: string, body?: unknown): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (method !== 'GET') headers['x-straks'] = '1';
    if (body !== undefined) headers['content-type'] = 'application/json';
    let answer: Response;
    try {
      answer = await this.fetch(`/api/v1/staff${path}`, {
        method,
        headers,
        credentials: 'same-origin',
        cache: 'no-store',
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      throw new Unreachable('no answer', { cause });
    }
    if (answer.ok) return answer;
    let problem: Record<string, unknown> = {};
    try {
      problem = (await answer.json()) as Record<string, unknown>;
    } catch {
      // A proxy between us answers with a page; the status is all there is.
    }
    const code = typeof problem.code === 'string' ? problem.code : `status-${answer.status}`;
    if (answer.status >= 500) throw new Unreachable(code);
    if (answer.status === 401 && path !== '/login') this.signedOut();
    const detail = [problem.detail, problem.title].find((text) => typeof text === 'string');
    throw new Refusal(
      answer.status,
      code,
      (detail as string | undefined) ?? '',
      typeof problem.field === 'string' ? problem.field : null,
      typeof problem.retry_after_s === 'number' ? problem.retry_after_s : null,
      problem,
    );
  }

  me = () => this.ask<T.Me>('GET', '/me');
  signIn = (login: string, password: string) =>
    this.ask<T.Me>('POST', '/login', { login, password });
  signOut = () => this.ask<void>('DELETE', '/login');
  demoAccounts = () => this.ask<T.DemoAccount[]>('GET', '/demo-accounts');
  logins = () => this.ask<T.LoginView[]>('GET', '/logins');
  changePassword = (present: string, fresh: string) =>
    this.ask<void>('PUT', '/password', { present, new: fresh });
  revoke = (id: string) => this.ask<void>('DELETE', `/logins/${part(id)}`);

  desk = () => this.ask<T.DeskView>('GET', '/desk');
  setPresence = (presence: T.Presence) => this.ask<T.Presence>('PUT', '/presence', presence);
  accept = (contact: string) =>
    this.ask<T.ContactView>('POST', `/contacts/${part(contact)}/accept`, {});
  decline = (contact: string) => this.ask<void>('POST', `/contacts/${part(contact)}/decline`, {});
  endContact = (contact: string) => this.ask<void>('POST', `/contacts/${part(contact)}/end`, {});
  contact = (id: string) => this.ask<T.ContactView>('GET', `/contacts/${part(id)}`);
  entries = (id: string, after: number) =>
    this.ask<T.EntriesView>('GET', `/contacts/${part(id)}/entries${query({ after })}`);
  say = (id: string, message: { message_id: string; text: string; article: string | null }) =>
    this.ask<{ seq: number; masked: boolean }>('POST', `/contacts/${part(id)}/messages`, message);
  read = (id: string, up_to: number) =>
    this.ask<void>('POST', `/contacts/${part(id)}/read`, { up_to });
  setMunicipality = (id: string, municipality: string) =>
    this.ask<void>('POST', `/contacts/${part(id)}/municipality`, { municipality });

  knowledgeFor = (contact: string, q: string) =>
    this.ask<T.KnowledgeView>('GET', `/contacts/${part(contact)}/knowledge${query({ q })}`);
  knowledge = (q: string, municipality: string | null) =>
    this.ask<T.KnowledgeView>('GET', `/knowledge${query({ q, municipality })}`);
  /** `lang` is the citizen's language: what is inserted is read by the citizen. */
  article = (topic: string, municipality: string | null, lang: string) =>
    this.ask<T.ArticleView>('GET', `/knowledge/${part(topic)}${query({ municipality, lang })}`);
  guide = (topic: string, municipality: string | null, s: string, lang: string) =>
    this.ask<T.GuideView>(
      'GET',
      `/knowledge/${part(topic)}/guide${query({ municipality, s, lang })}`,
    );
  /** Where the citizen's walk of a guide stands in a contact. */
  contactGuide = (contact: string, topic: string, lang: string) =>
    this.ask<T.GuideView>(
      'GET',
      `/contacts/${part(contact)}/guides/${part(topic)}${query({ lang })}`,
    );
  /** Answers for the citizen; it is kept with the contact. */
  answerGuide = (contact: string, topic: string, edition: string, path: string, lang: string) =>
    this.ask<T.GuideView>('POST', `/contacts/${part(contact)}/guides/${part(topic)}`, {
      edition,
      path,
      lang,
    });

  /** `facts`: what the citizen has answered, where that decides who has the topic. */
  targets = (contact: string, q: string, facts: T.Facts) =>
    this.ask<T.Targets>('POST', `/contacts/${part(contact)}/targets`, { q, ...facts });
  transfer = (
    contact: string,
    to:
      | { to: 'department'; municipality: string; department: string }
      | { to: 'person'; person: string },
    note: string,
  ) => this.ask<void>('POST', `/contacts/${part(contact)}/transfer`, { to, note });
  handOverDefaults = (contact: string) =>
    this.ask<T.HandOverDefaults>('GET', `/contacts/${part(contact)}/hand-over`);
  handOver = (
    contact: string,
    errand: {
      hand_over_id: string;
      municipality: string;
      department: string;
      deadline: number | null;
      reply: T.ReplyWay;
      address: string | null;
      note: string;
    },
  ) => this.ask<T.Promised>('POST', `/contacts/${part(contact)}/hand-over`, errand);
  wrapUpFor = (contact: string) =>
    this.ask<T.WrapUpView>('GET', `/contacts/${part(contact)}/wrap-up`);
  wrapUp = (contact: string, topic: string | null, outcome: string) =>
    this.ask<void>('POST', `/contacts/${part(contact)}/wrap-up`, { topic, outcome });

  inbox = (
    filter: T.InboxFilter,
    municipality: string | null = null,
    department: string | null = null,
  ) => this.ask<T.InboxView>('GET', `/inbox${query({ filter, municipality, department })}`);
  errand = (id: string) => this.ask<T.HandOverView>('GET', `/inbox/${part(id)}`);
  takeErrand = (id: string) => this.ask<T.HandOverView>('POST', `/inbox/${part(id)}/take`, {});
  answerErrand = (id: string, text: string) =>
    this.ask<T.HandOverView>('POST', `/inbox/${part(id)}/answer`, { text });
  doneErrand = (id: string) => this.ask<T.HandOverView>('POST', `/inbox/${part(id)}/done`, {});
  movePromise = (id: string, deadline: number) =>
    this.ask<T.HandOverView>('POST', `/inbox/${part(id)}/move`, { deadline });
  address = (id: string) => this.ask<T.HandOverView>('POST', `/inbox/${part(id)}/address`, {});

  duties = (from: string, to: string) =>
    this.ask<T.DutyListView>('GET', `/duty${query({ from, to })}`);
  saveDuty = (id: string | null, duty: object) =>
    id === null
      ? this.ask<T.DutyView>('POST', '/duty', duty)
      : this.ask<T.DutyView>('PUT', `/duty/${part(id)}`, duty);
  cancelDuty = (id: string, version: number) =>
    this.ask<T.DutyView>('DELETE', `/duty/${part(id)}${query({ version })}`);
  people = (municipality: string) =>
    this.ask<T.PersonView[]>('GET', `/people${query({ municipality })}`);

  room = (after: number) => this.ask<T.RoomView>('GET', `/room${query({ after })}`);
  sayInRoom = (message_id: string, text: string) =>
    this.ask<{ seq: number; masked: boolean }>('POST', '/room', { message_id, text });

  /** From an instant until before another. */
  audit = (from: number, until: number, subject: string, page: string | null) =>
    this.ask<T.Page<T.AuditLine>>('GET', `/audit${query({ from, until, subject, page })}`);
  erase = (contact: string) => this.ask<unknown>('POST', '/privacy/erase', { contact });
  receipts = () => this.ask<T.ReceiptView[]>('GET', '/privacy/receipts');
}

/** A fresh id for something this browser makes; sending it twice does it once. */
export function newId(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  // Only over plain http on another machine than this: randomUUID needs a secure context.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
