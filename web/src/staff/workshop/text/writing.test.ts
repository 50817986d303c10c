import { describe, expect, it } from 'vitest';
import { Refusal, Unreachable } from '../../api';
import { MemoryShelf, settle, Timers } from '../../testing';
import type { WorkshopApi } from '../api';
import type { Article, Body, Draft, TextView } from '../types';
import { differences, joined, keyOf, partId, sameText } from './pieces';
import { SAVE_AFTER_MS, SAVE_WITHIN_MS, writerOf, Writing } from './writing.svelte';

const article = (consent = 'Giv samtykke.'): Article => ({
  topic: 'pas-barn',
  kind: 'article',
  version: 1,
  title: 'Pas til barn',
  title_en: '',
  area: 'id-og-papirer',
  department: 'borgerservice',
  competence: 'local',
  urgent: false,
  summary: 'Kom med barnet.',
  summary_en: '',
  words: [],
  words_en: [],
  rules: [],
  related: [],
  owner: 'furesoe',
  reviewed: '2026-01-01',
  review: '2027-01-01',
  facts: [],
  parts: [
    { id: 'todo', heading: 'Sådan gør du', markdown: 'Bestil tid.' },
    { id: 'consent', heading: 'Samtykke', markdown: consent },
  ],
});

/** The server's side of one text, in memory. */
class Server {
  draft: Draft | null = null;
  /** What is published. */
  body: Body = article();
  version = 1;
  down = false;
  saves: Body[] = [];
  /** Drafts that are no more, by their id. */
  ended = new Map<string, Draft>();
  /** Whose words a save left out on purpose. */
  left: string[] = [];
  #begun = 0;

  named = (name: string) => ({ id: name.toLowerCase(), name });
  make(body: Body, revision: number, name: string): Draft {
    return {
      id: `d${this.#begun}`,
      topic: 'pas-barn',
      kind: 'article',
      municipality: null,
      area: 'id-og-papirer',
      phase: 'editing',
      revision,
      body: JSON.parse(JSON.stringify(body).replace(/\d{6}-\d{4}/g, '••••••-••••')) as Body,
      removes: false,
      settled: [],
      author: this.named(name),
      last_author: this.named(name),
      reviewer: null,
      approved_by: null,
      note: '',
      changed_at: 1_000 + revision,
      publish_at: null,
      expires_at: null,
      ended_at: null,
    };
  }
  begin(name: string): Draft {
    this.#begun += 1;
    this.draft = this.make(this.body, 1, name);
    return this.draft;
  }
  /** The draft is no more: published, or thrown away. */
  end(what: 'published' | 'dropped'): void {
    const draft = this.draft!;
    this.ended.set(draft.id, { ...draft, ended_at: 2_000 });
    this.draft = null;
    if (what === 'dropped') return;
    this.version += 1;
    this.body = { ...structuredClone(draft.body), version: this.version } as Article;
  }
  api = (name: string) => {
    const guard = () => {
      if (this.down) throw new Unreachable('no answer');
    };
    return {
      text: async (): Promise<TextView> => {
        guard();
        return {
          topic: 'pas-barn',
          kind: 'article',
          municipality: null,
          area: 'id-og-papirer',
          title: 'Pas til barn',
          version: this.version,
          body: this.body,
          master: null,
          base: null,
          affected: [],
          stale: false,
          draft: this.draft,
          can: { edit: true, approve: false, publish: true },
          approval: false,
          reviewers: [],
          owner_person: null,
          reviewer_person: null,
          published_at: 1,
          expires_at: null,
          here: [],
          others: [],
          imported_from: null,
        };
      },
      openDraft: async () => {
        guard();
        return this.draft ?? this.begin(name);
      },
      save: async (id: string, revision: number, body: Body, instead: boolean) => {
        guard();
        const now = this.ended.get(id) ?? this.draft!;
        if (now.ended_at !== null || now.revision !== revision)
          throw new Refusal(409, 'draft-changed', 'Ændret', null, null, { theirs: now });
        if (instead) this.left.push(now.last_author.name);
        this.draft = this.make(body, revision + 1, name);
        this.saves.push(body);
        return this.draft;
      },
      check: async () => ({ findings: [] }),
      here: async () => {},
    } as unknown as WorkshopApi;
  };
}

async function opened(server: Server, name: string, shelf = new MemoryShelf()) {
  const timers = new Timers();
  const writing = new Writing(
    { api: server.api(name), shelf, now: () => timers.time, later: timers.later, person: name },
    'pas-barn',
    null,
  );
  await writing.open();
  await settle();
  return { writing, timers, shelf };
}

const write = (writing: Writing, part: number, text: string) =>
  writing.change((body) => (body.parts[part]!.markdown = text));
const part = (body: Body | null, at: number) => body?.parts[at]?.markdown;

describe('a text that is written', () => {
  it('saves itself once the hands rest, and opens its draft with the first word', async () => {
    const server = new Server();
    const { writing, timers, shelf } = await opened(server, 'Anne');
    write(writing, 0, 'Bestil');
    write(writing, 0, 'Bestil en tid.');
    expect(writing.saved.is).toBe('changed');
    expect(shelf.length).toBe(1);
    await timers.pass(SAVE_AFTER_MS);
    expect(server.saves).toHaveLength(1);
    expect(part(server.draft!.body, 0)).toBe('Bestil en tid.');
    expect(writing.saved.is).toBe('saved');
    expect(shelf.length).toBe(0);
  });

  it('is kept while the line is down and sent when it is back', async () => {
    const server = new Server();
    const { writing, timers, shelf } = await opened(server, 'Anne');
    server.down = true;
    write(writing, 0, 'Skrevet i toget.');
    await timers.pass(SAVE_AFTER_MS);
    expect(writing.saved.is).toBe('kept');
    expect(shelf.length).toBe(1);
    server.down = false;
    await timers.pass(2_500);
    expect(part(server.draft!.body, 0)).toBe('Skrevet i toget.');
    expect(writing.saved.is).toBe('saved');
  });

  it('is taken up again after the browser was shut without a line', async () => {
    const server = new Server();
    const shelf = new MemoryShelf();
    const first = await opened(server, 'Anne', shelf);
    server.down = true;
    write(first.writing, 0, 'Ikke sendt.');
    await first.timers.pass(SAVE_AFTER_MS);
    first.writing.close();
    server.down = false;
    const again = await opened(server, 'Anne', shelf);
    expect(part(again.writing.body, 0)).toBe('Ikke sendt.');
    expect(again.writing.recovered).toBe(true);
    await again.timers.pass(SAVE_AFTER_MS);
    expect(part(server.draft!.body, 0)).toBe('Ikke sendt.');
  });

  it('loses nobody’s words when two write: the second is told and chooses', async () => {
    const server = new Server();
    const anne = await opened(server, 'Anne');
    const bo = await opened(server, 'Bo');
    write(anne.writing, 0, 'Annes tekst.');
    await anne.timers.pass(SAVE_AFTER_MS);
    write(bo.writing, 0, 'Bos tekst.');
    write(bo.writing, 1, 'Bos samtykke.');
    await bo.timers.pass(SAVE_AFTER_MS);
    expect(writerOf(bo.writing.conflict!.theirs.draft)?.name).toBe('Anne');
    expect(part(bo.writing.conflict!.mine, 0)).toBe('Bos tekst.');
    expect(bo.shelf.length).toBe(1);
    expect(part(server.draft!.body, 0)).toBe('Annes tekst.');
    await bo.writing.choose(new Set(['part:consent']));
    expect(part(server.draft!.body, 0)).toBe('Annes tekst.');
    expect(part(server.draft!.body, 1)).toBe('Bos samtykke.');
    expect(bo.writing.saved.is).toBe('saved');
    expect(server.left).toEqual([]);
  });

  it('asks only where both have written, and joins the rest', async () => {
    const server = new Server();
    const [anne, bo] = [await opened(server, 'Anne'), await opened(server, 'Bo')];
    write(anne.writing, 0, 'Annes tekst.');
    await anne.timers.pass(SAVE_AFTER_MS);
    write(bo.writing, 1, 'Bos samtykke.');
    await bo.timers.pass(2 * SAVE_AFTER_MS);
    expect(bo.writing.conflict).toBeNull();
    expect(bo.writing.taken?.by?.name).toBe('Anne');
    expect([0, 1].map((at) => part(server.draft!.body, at))).toEqual([
      'Annes tekst.',
      'Bos samtykke.',
    ]);
    write(anne.writing, 0, 'Annes anden.');
    write(bo.writing, 0, 'Bos tekst.');
    await bo.timers.pass(SAVE_AFTER_MS);
    await anne.timers.pass(SAVE_AFTER_MS);
    const asked = anne.writing.conflict!.pieces.filter((piece) => piece.by === 'both');
    expect(asked.map((piece) => piece.key)).toEqual(['part:todo']);
    // Whoever's words are left out finds them beside the draft.
    await anne.writing.choose(new Set(['part:todo']));
    expect(server.left).toEqual(['Bo']);
    expect([0, 1].map((at) => part(server.draft!.body, at))).toEqual([
      'Annes anden.',
      'Bos samtykke.',
    ]);
  });

  it('goes on in a new draft when a colleague has published the one it was written in', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    write(writing, 0, 'Gemt.');
    await timers.pass(SAVE_AFTER_MS);
    write(writing, 0, 'Gemt. Og mere.');
    server.end('published');
    await timers.pass(2 * SAVE_AFTER_MS);
    expect(writing.conflict).toBeNull();
    expect(writing.saved.is).toBe('saved');
    expect(server.draft?.id).toBe('d2');
    expect(part(server.draft!.body, 0)).toBe('Gemt. Og mere.');
    expect(writing.taken).toEqual({ by: null, at: 1 });
  });

  it('is asked once, and saved, when what was published is another text', async () => {
    const server = new Server();
    const [anne, bo] = [await opened(server, 'Anne'), await opened(server, 'Bo')];
    write(anne.writing, 0, 'Annes tekst.');
    await anne.timers.pass(SAVE_AFTER_MS);
    await bo.writing.look();
    write(bo.writing, 0, 'Bos tekst.');
    write(anne.writing, 0, 'Annes anden.');
    await anne.timers.pass(SAVE_AFTER_MS);
    server.end('published');
    await bo.timers.pass(SAVE_AFTER_MS);
    expect(bo.writing.conflict?.theirs).toMatchObject({ draft: null, version: 2 });
    await bo.writing.choose(new Set(['part:todo']));
    expect(bo.writing.saved.is).toBe('saved');
    expect(part(server.draft!.body, 0)).toBe('Bos tekst.');
    expect(part(server.body, 0)).toBe('Annes anden.');
  });

  it('shows every part that a thrown away draft had before it goes on without it', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    write(writing, 0, 'Gemt.');
    await timers.pass(SAVE_AFTER_MS);
    write(writing, 1, 'Og mere.');
    server.end('dropped');
    await timers.pass(SAVE_AFTER_MS);
    const asked = writing.conflict!.pieces.map((piece) => [piece.key, piece.by]);
    expect(asked).toEqual([
      ['part:todo', 'both'],
      ['part:consent', 'both'],
    ]);
    await writing.choose(new Set(['part:todo', 'part:consent']));
    expect(part(server.draft!.body, 0)).toBe('Gemt.');
  });

  it('kept in the browser does not take back what was published meanwhile', async () => {
    const server = new Server();
    const shelf = new MemoryShelf();
    const first = await opened(server, 'Anne', shelf);
    server.down = true;
    write(first.writing, 0, 'Ikke sendt.');
    await first.timers.pass(SAVE_AFTER_MS);
    first.writing.close();
    server.down = false;
    server.body = { ...article('Nyt samtykke.'), version: 2 };
    server.version = 2;
    const again = await opened(server, 'Anne', shelf);
    await again.timers.pass(SAVE_AFTER_MS);
    expect(again.writing.recovered).toBe(true);
    expect([0, 1].map((at) => part(server.draft!.body, at))).toEqual([
      'Ikke sendt.',
      'Nyt samtykke.',
    ]);
  });

  it('is not written over what was published while its first save waited for the line', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    server.down = true;
    write(writing, 0, 'Annes tekst.');
    await timers.pass(SAVE_AFTER_MS);
    server.down = false;
    server.body = { ...article('Nyt samtykke.'), version: 2 };
    server.version = 2;
    await writing.look();
    await timers.pass(10_000);
    expect(writing.saved.is).toBe('saved');
    expect(part(server.draft!.body, 1)).toBe('Nyt samtykke.');
  });

  it('stays in this browser where it may not be written now', async () => {
    const server = new Server();
    const shelf = new MemoryShelf();
    const first = await opened(server, 'Anne', shelf);
    write(first.writing, 0, 'Sendt.');
    await first.timers.pass(SAVE_AFTER_MS);
    server.down = true;
    write(first.writing, 0, 'Ikke sendt.');
    await first.timers.pass(SAVE_AFTER_MS);
    first.writing.close();
    server.down = false;
    server.draft = { ...server.draft!, phase: 'in-review' };
    const again = await opened(server, 'Anne', shelf);
    await again.timers.pass(SAVE_AFTER_MS);
    expect(server.draft.phase).toBe('in-review');
    expect(server.saves).toHaveLength(1);
    expect(shelf.length).toBe(1);
  });

  it('keeps what is typed while a part is decided about', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    write(writing, 0, 'Først.');
    await timers.pass(SAVE_AFTER_MS);
    const settled = server.make(article('Det fælles.'), 9, 'Anne');
    settled.body.parts[0]!.markdown = 'Først.';
    server.draft = settled;
    write(writing, 0, 'Først. Og så mere.');
    writing.adopt(settled);
    await timers.pass(SAVE_AFTER_MS);
    expect([0, 1].map((at) => part(server.draft!.body, at))).toEqual([
      'Først. Og så mere.',
      'Det fælles.',
    ]);
  });

  it('shows a number masked as the server keeps it', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    write(writing, 0, 'Skriv 010190-1234.');
    await timers.pass(SAVE_AFTER_MS);
    expect(part(writing.body, 0)).toBe('Skriv ••••••-••••.');
    expect(writing.saved.is).toBe('saved');
  });

  it('is saved now and then though the hands never rest', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    for (let n = 0; n * 1_000 < SAVE_WITHIN_MS + 1_000; n += 1) {
      write(writing, 0, `Tegn ${n}`);
      await timers.pass(1_000);
    }
    expect(server.saves.length).toBeGreaterThan(0);
  });

  it('takes in what was published or sent on while one only reads', async () => {
    const server = new Server();
    const { writing } = await opened(server, 'Anne');
    server.body = { ...article('Nyt samtykke.'), version: 2 };
    server.version = 2;
    await writing.look();
    expect(part(writing.body, 1)).toBe('Nyt samtykke.');
    server.begin('Bo');
    await writing.look();
    server.draft = { ...server.draft!, phase: 'in-review' };
    await writing.look();
    expect(writing.mayEdit).toBe(false);
  });

  it('ends as it did before, unless its draft says something else', async () => {
    const server = new Server();
    const { writing } = await opened(server, 'Anne');
    writing.view = { ...writing.view!, expires_at: 5_000 };
    expect(writing.ends).toBe(5_000);
    writing.draft = { ...server.begin('Anne'), expires_at: null };
    expect(writing.ends).toBeNull();
  });

  it('takes in what a colleague has saved while one only reads', async () => {
    const server = new Server();
    const anne = await opened(server, 'Anne');
    const bo = await opened(server, 'Bo');
    write(anne.writing, 0, 'Annes tekst.');
    await anne.timers.pass(SAVE_AFTER_MS);
    await bo.writing.look();
    expect(part(bo.writing.body, 0)).toBe('Annes tekst.');
    expect(bo.writing.taken?.by?.name).toBe('Anne');
    expect(bo.writing.conflict).toBeNull();
  });
});

describe('an earlier version', () => {
  it('that was brought back is taken back in one press, until something is written', async () => {
    const server = new Server();
    const { writing, timers } = await opened(server, 'Anne');
    write(writing, 0, 'Ny tekst.');
    await timers.pass(SAVE_AFTER_MS);
    const earlier = (server.draft = server.make(article('Fra før.'), 5, 'Anne'));
    writing.adopt(earlier, true);
    expect(part(writing.body, 1)).toBe('Fra før.');
    writing.takeBack();
    expect(part(writing.body, 0)).toBe('Ny tekst.');
    await timers.pass(SAVE_AFTER_MS);
    expect(part(server.draft!.body, 0)).toBe('Ny tekst.');
    writing.adopt((server.draft = server.make(article('Fra før.'), 9, 'Anne')), true);
    write(writing, 0, 'Videre herfra.');
    expect(writing.before).toBeNull();
    writing.takeBack();
    expect(part(writing.body, 0)).toBe('Videre herfra.');
  });
});

describe('a text on its way out', () => {
  it('is not written in', async () => {
    const server = new Server();
    server.draft = { ...server.begin('Anne'), removes: true };
    const { writing } = await opened(server, 'Anne');
    write(writing, 0, 'For sent.');
    expect(part(writing.body, 0)).toBe('Bestil tid.');
  });
});

describe('the pieces of a text', () => {
  it('are the steps of a guide, each taken from the one or the other', () => {
    const step = (id: string, title: string, to: string[] = []) => ({
      id,
      title,
      markdown: '',
      kind:
        to.length > 0
          ? { question: to.map((at) => ({ text: `Til ${at}`, to: at })) }
          : { answer: ['person' as const] },
    });
    const guide = (...nodes: unknown[]) =>
      ({ topic: 'g', version: 1, title: 'Guide', words: [], nodes }) as unknown as Body;
    const nodes = (body: Body) => (body as unknown as { nodes: { title: string }[] }).nodes;
    const mine = guide(step('a', 'Hvad?', ['b', 'c']), step('b', 'Mit svar'), step('c', 'Nyt'));
    const renamed = guide(step('a', 'Hvad?', ['b', 'c']), step('b', 'Andet'), step('c', 'Nyt'));
    expect(differences(mine, renamed).map((piece) => piece.key)).toEqual(['node:b']);
    const theirs = guide(step('a', 'Hvad nu?', ['b']), step('b', 'Deres svar'));
    const found = differences(mine, theirs);
    expect(found.map((piece) => piece.key)).toEqual(['node:a', 'node:b', 'node:c']);
    expect(found[0]?.mine).toBe('Hvad?\nTil b → Mit svar\nTil c → Nyt');
    expect(found[2]?.theirs).toBe('');
    const both = joined(mine, theirs, new Set(['node:a', 'node:c']));
    expect(nodes(both).map((node) => node.title)).toEqual(['Hvad?', 'Deres svar', 'Nyt']);
  });

  it('differ one by one and are joined as chosen, new and removed parts too', () => {
    const mine = article('Min');
    const theirs = article('Deres');
    mine.parts.splice(1, 0, { id: 'ny', heading: 'Ny', markdown: 'Nyt' });
    theirs.parts.push({ id: 'pris', heading: 'Pris', markdown: '150 kr.' });
    theirs.summary = 'Kort.';
    expect(differences(mine, theirs).map((piece) => piece.key)).toEqual([
      'summary',
      'part:ny',
      'part:consent',
      'part:pris',
    ]);
    const both = joined(mine, theirs, new Set(['part:ny']));
    expect(both.parts.map((p) => p.id)).toEqual(['todo', 'ny', 'consent', 'pris']);
    expect((both as Article).summary).toBe('Kort.');
    expect(part(both, 2)).toBe('Deres');
    expect(joined(mine, theirs, new Set(['part:pris'])).parts).toHaveLength(2);
  });

  it('that only one has put in another order stand in that', () => {
    const base = article();
    const mine = article('Min');
    mine.parts.reverse();
    const theirs = { ...article(), summary: 'Kort.' };
    const both = joined(mine, theirs, new Set(['part:consent']), base) as Article;
    expect(both.parts.map((p) => p.id)).toEqual(['consent', 'todo']);
    expect([both.summary, part(both, 0)]).toEqual(['Kort.', 'Min']);
    expect(sameText(base, { ...mine, parts: [...base.parts].reverse() })).toBe(false);
  });

  it('get an id of their heading that nothing else has', () => {
    expect(partId('Åbent på rådhuset?', [])).toBe('aabent-paa-raadhuset');
    expect(partId('Pris', ['pris', 'pris-2'])).toBe('pris-3');
    expect(partId('—', [])).toBe('del');
    expect(['Pas', ' SU og bolig ', '–'].map(keyOf)).toEqual(['pas', 'su-og-bolig', '']);
  });
});
