// Where in the application one is. The address stands after the # so that no id of a contact or a
// hand-over ever reaches a server's log.

export const PAGES = [
  'desk',
  'inbox',
  'knowledge',
  'directory',
  'duty',
  'logins',
  'privacy',
] as const;
export type Page = (typeof PAGES)[number];

export interface Place {
  page: Page;
  id: string | null;
}

export function placeOf(hash: string): Place | null {
  const [page, id] = hash.replace(/^#\/?/, '').split('/');
  const known = PAGES.find((name) => name === page);
  return known ? { page: known, id: id ? decodeURIComponent(id) : null } : null;
}

export function addressOf(page: Page, id: string | null = null): string {
  return id === null ? `#/${page}` : `#/${page}/${encodeURIComponent(id)}`;
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

  go(page: Page, id: string | null = null): void {
    const address = addressOf(page, id);
    if (location.hash !== address) location.hash = address;
  }
}
