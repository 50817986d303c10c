// Typed requests to the workshop's part of the staff API.
import type { StaffApi } from '../api';
import type { Place } from './texts/places.svelte';
import type * as T from './types';

const part = encodeURIComponent;

/** Null, undefined and empty are not asked for. */
export function query(
  values: Record<string, string | number | boolean | null | undefined>,
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === '' || value === false) continue;
    search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : '';
}

export class WorkshopApi {
  constructor(private readonly staff: Pick<StaffApi, 'ask'>) {}

  #ask<A>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<A> {
    return this.staff.ask<A>(method, `/workshop${path}`, body);
  }

  texts = () => this.#ask<{ texts: T.TextRow[] }>('GET', '/texts');
  removed = () => this.#ask<{ texts: T.RemovedText[] }>('GET', '/removed');
  text = (topic: string, municipality: string | null) =>
    this.#ask<T.TextView>('GET', `/texts/${part(topic)}${query({ municipality })}`);
  begin = (text: {
    topic: string | null;
    kind: T.TextKind;
    area: string;
    municipality: string | null;
    title: string;
    /** The piece of work it begins with the outline of. */
    improvement?: string;
  }) => this.#ask<T.Draft>('POST', '/texts', text);
  /** Opens a draft or returns the one that is open. */
  openDraft = (topic: string, municipality: string | null) =>
    this.#ask<T.Draft>('POST', `/texts/${part(topic)}/draft`, { municipality });
  /** Begins a draft that takes the text away when it is published. */
  remove = (topic: string, municipality: string | null) =>
    this.#ask<T.Draft>('POST', `/texts/${part(topic)}/remove`, { municipality });
  /** `instead`: words that stand in the draft are left out on purpose; they are kept beside it. */
  save = (draft: string, revision: number, body: T.Body, instead: boolean) =>
    this.#ask<T.Draft>('PUT', `/drafts/${part(draft)}`, { revision, body, instead });
  /** Words that came too late for the draft or were left out of it, newest first. */
  kept = (draft: string) => this.#ask<{ kept: T.KeptText[] }>('GET', `/drafts/${part(draft)}/kept`);
  check = (draft: string) =>
    this.#ask<{ findings: T.Finding[] }>('POST', `/drafts/${part(draft)}/check`, {});
  /** A step is taken over the revision that was read. */
  submit = ({ id, revision }: T.Draft, note: string, reviewer: string | null) =>
    this.#ask<T.Draft>('POST', `/drafts/${part(id)}/submit`, { revision, note, reviewer });
  returned = (draft: string, note: string) =>
    this.#ask<T.Draft>('POST', `/drafts/${part(draft)}/return`, { note });
  approve = ({ id, revision }: T.Draft, note: string) =>
    this.#ask<T.Draft>('POST', `/drafts/${part(id)}/approve`, { revision, note });
  /** `at` null is now. */
  publish = ({ id, revision }: T.Draft, at: number | null, expires_at: number | null) =>
    this.#ask<T.Draft | undefined>('POST', `/drafts/${part(id)}/publish`, {
      revision,
      at,
      expires_at,
    });
  drop = (draft: string) => this.#ask<void>('DELETE', `/drafts/${part(draft)}`);
  here = (draft: string) => this.#ask<void>('POST', `/drafts/${part(draft)}/here`, {});
  versions = (topic: string, municipality: string | null) =>
    this.#ask<T.VersionLine[]>('GET', `/texts/${part(topic)}/versions${query({ municipality })}`);
  diff = (topic: string, municipality: string | null, from: number, to: number | 'draft') =>
    this.#ask<T.PartDiff[]>(
      'GET',
      `/texts/${part(topic)}/diff${query({ municipality, from, to })}`,
    );
  restore = (topic: string, municipality: string | null, version: number) =>
    this.#ask<T.Draft>('POST', `/texts/${part(topic)}/restore`, { municipality, version });
  settle = (topic: string, municipality: string, named: string, choice: 'common' | 'keep') =>
    this.#ask<T.Draft>('POST', `/texts/${part(topic)}/settle`, {
      municipality,
      part: named,
      choice,
    });
  /** Who looks after the text and who approves it; null is nobody in particular. */
  setPeople = (
    topic: string,
    municipality: string | null,
    owner: string | null,
    reviewer: string | null,
  ) => this.#ask<void>('POST', `/texts/${part(topic)}/people`, { municipality, owner, reviewer });
  preview = <A>(
    kind: T.TextKind,
    topic: string,
    municipality: string | null,
    body: T.Body,
    as: 'citizen' | 'agent',
  ) => this.#ask<A>('POST', '/preview', { kind, topic, municipality, body, as });
  tasks = (of: { area?: string; municipality?: string; kind?: string; mine?: boolean }) =>
    this.#ask<T.TaskList>('GET', `/tasks${query(of)}`);
  changeTask = (
    id: string,
    change: { state?: 'open' | 'done' | 'dropped'; owner?: string | null; due?: string },
  ) => this.#ask<T.Task>('POST', `/tasks/${part(id)}`, change);
  areas = () => this.#ask<{ areas: Place[]; departments: Place[] }>('GET', '/areas');
}
