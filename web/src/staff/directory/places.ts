// Where in the directory one is: a municipality, and in it a unit, a person or a page of its keepers.
import { addressOf, type Place } from '../router.svelte';

export const ALL = 'all';
const VIEWS = ['unit', 'person', 'stale', 'import'] as const;
export type View = (typeof VIEWS)[number];

export interface Spot {
  /** `null`: all of them. */
  municipality: string | null;
  /** `null`: nothing of it is opened. */
  view: View | null;
  key: string | null;
  /** Something to search for came with the address. */
  query: string;
}

/** What follows `#/directory` in the address. What is no municipality is searched for. */
export function spotOf(
  { id, rest }: Pick<Place, 'id' | 'rest'>,
  isMunicipality: (key: string) => boolean,
  home: string | null,
): Spot {
  const nothing = { view: null, key: null, query: '' };
  if (id === null) return { municipality: home, ...nothing };
  if (id === ALL) return { municipality: null, ...nothing };
  if (!isMunicipality(id)) return { municipality: null, ...nothing, query: id };
  const [view, key = null] = rest;
  const known = VIEWS.find((name) => name === view) ?? null;
  return { municipality: id, view: known, key, query: '' };
}

export const placeAddress = (municipality: string | null) =>
  addressOf('directory', municipality ?? ALL);
export const unitAddress = (municipality: string, unit: string) =>
  addressOf('directory', municipality, 'unit', unit);
export const personAddress = (municipality: string, entry: string) =>
  addressOf('directory', municipality, 'person', entry);
export const keepersAddress = (municipality: string, view: 'stale' | 'import') =>
  addressOf('directory', municipality, view);
