// Drafts survive a reload of this tab and nothing else: they stand in sessionStorage under the id of
// their contact and go when the contact goes, or when the reach to it ends.

import type { ArticleRef } from '../shared/live';

export interface Draft {
  text: string;
  article: ArticleRef | null;
  /** Messages that were sent off and never acknowledged. */
  unsent: { message_id: string; text: string; article: ArticleRef | null }[];
}

export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
}

const PREFIX = 'straks-draft/';

export class Drafts {
  constructor(private readonly shelf: Shelf | null = browserShelf()) {}

  get(contact: string): Draft {
    const nothing: Draft = { text: '', article: null, unsent: [] };
    try {
      const kept = this.shelf?.getItem(PREFIX + contact);
      return kept ? { ...nothing, ...(JSON.parse(kept) as Partial<Draft>) } : nothing;
    } catch {
      return nothing;
    }
  }

  put(contact: string, draft: Draft): void {
    if (!draft.text && !draft.article && draft.unsent.length === 0) {
      this.drop(contact);
      return;
    }
    try {
      this.shelf?.setItem(PREFIX + contact, JSON.stringify(draft));
    } catch {
      // Storage is full or forbidden: the draft lives on in memory.
    }
  }

  drop(contact: string): void {
    this.shelf?.removeItem(PREFIX + contact);
  }

  /** Drops all but those of the given contacts. */
  keepOnly(contacts: Iterable<string>): void {
    const wanted = new Set([...contacts].map((contact) => PREFIX + contact));
    const found: string[] = [];
    for (let i = 0; i < (this.shelf?.length ?? 0); i++) {
      const key = this.shelf?.key(i);
      if (key?.startsWith(PREFIX)) found.push(key);
    }
    for (const key of found) if (!wanted.has(key)) this.shelf?.removeItem(key);
  }
}

function browserShelf(): Shelf | null {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null;
  }
}
