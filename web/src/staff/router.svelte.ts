// Where in the application one is. The address stands after the # so that no id of a contact or a
// hand-over ever reaches a server's log.

export const PAGES = [
  'desk',
  'inbox',
  'knowledge',
  'directory',
  'duty',
  'calls',
  'logins',
  'privacy',
  'workshop',
] as const;
export type Page = (typeof PAGES)[number];

export interface Place {
  page: Page;
  id: string | null;
  /** What follows the id, where a page has places of its own. */
  rest: string[];
}

export function placeOf(hash: string): Place | null {
  const [page, id = null, ...rest] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter(Boolean)
    .map(decoded);
  const known = PAGES.find((name) => name === page);
  return known ? { page: known, id, rest } : null;
}

/** A person may write anything after the #; what is no encoding stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function addressOf(page: Page, ...parts: (string | null)[]): string {
  return ['#', page, ...parts.filter((part) => part !== null).map(encodeURIComponent)].join('/');
}

export class Router {
  place = $state.raw<Place | null>(null);

  run(): () => void {
    const read = () => {
      this.place = placeOf(location.hash);
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }

  go(page: Page, ...parts: (string | null)[]): void {
    const address = addressOf(page, ...parts);
    if (location.hash !== address) location.hash = address;
  }
}
