// Typed requests to the directory's part of the staff API.
import type { StaffApi } from '../api';
import type * as T from './types';

const part = encodeURIComponent;

/** What may be written, by the name it has in an address. */
export interface Written {
  departments: Omit<T.Department, 'by_hand'>;
  units: {
    kind: 'administration' | 'team';
    parent: string | null;
    name: string;
    name_en: string;
    hours: string | null;
    version: number;
  };
  people: {
    unit: string;
    name: string;
    title: string;
    login: string | null;
    languages: string[];
    skills: string[];
    deputies: string[];
    version: number;
  };
  lines: {
    holder: { unit: string } | { entry: string };
    way: T.Way;
    address: string | null;
    hours: string | null;
    public: boolean;
    version: number;
  };
  responsibilities: {
    topic: string;
    unit: string;
    people: string[];
    conditions: T.Condition[];
    version: number;
  };
  absences: { entry: string; from: number; until: number };
}

export class DirectoryApi {
  constructor(private readonly staff: Pick<StaffApi, 'ask'>) {}

  #ask<A>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<A> {
    return this.staff.ask<A>(method, `/directory${path}`, body);
  }

  search = (q: string, municipality: string | null) => {
    const query = new URLSearchParams({ q, ...(municipality ? { municipality } : {}) });
    return this.#ask<{ hits: T.Found[] }>('GET', `/search?${query}`);
  };
  tree = (municipality: string) => this.#ask<T.Tree>('GET', `/${part(municipality)}/tree`);
  unit = (municipality: string, unit: string) =>
    this.#ask<T.UnitView>('GET', `/${part(municipality)}/units/${part(unit)}`);
  person = (municipality: string, id: string) =>
    this.#ask<T.PersonView>('GET', `/${part(municipality)}/people/${part(id)}`);
  check = (municipality: string) =>
    this.#ask<{ findings: T.Finding[] }>('GET', `/${part(municipality)}/check`);
  tasks = (municipality: string) =>
    this.#ask<T.Tasks>('GET', `/tasks?municipality=${part(municipality)}`);

  put = <K extends keyof Written>(municipality: string, kind: K, id: string, body: Written[K]) =>
    this.#ask<unknown>('PUT', `/${part(municipality)}/${kind}/${part(id)}`, body);
  remove = (
    municipality: string,
    kind: Exclude<keyof Written, 'departments'>,
    id: string,
    version = 0,
  ) => this.#ask<void>('DELETE', `/${part(municipality)}/${kind}/${part(id)}?version=${version}`);
  asImported = (municipality: string, kind: T.ItemKind, item: string, field: string) =>
    this.#ask<void>('POST', `/${part(municipality)}/as-imported`, { kind, item, field });
  confirm = (municipality: string, department: string) =>
    this.#ask<T.Freshness>(
      'POST',
      `/${part(municipality)}/departments/${part(department)}/confirm`,
      {},
    );
  request = (
    municipality: string,
    request: {
      id: string;
      kind: T.ItemKind;
      item: string;
      field: string | null;
      value: string | null;
      note: string;
    },
  ) => this.#ask<void>('POST', `/${part(municipality)}/requests`, request);
  settle = (task: string, accept: boolean) =>
    this.#ask<void>('POST', `/tasks/${part(task)}`, { accept });
  bringIn = (municipality: string, csv: string, apply: boolean, even_if_many: boolean) =>
    this.#ask<T.Imported>('POST', `/${part(municipality)}/import`, { csv, apply, even_if_many });
}

/** What the page of a unit, or of somebody, is given. */
export interface Opened {
  api: DirectoryApi;
  municipality: string;
  id: string;
  units: T.UnitRow[];
  /** Counts what has changed in the municipality's directory. */
  edition: number;
  changed: () => void;
}
