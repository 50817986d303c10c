import { describe, expect, it } from 'vitest';
import { StaffApi } from './api';
import { Knowledge } from './knowledge.svelte';

/** A server that answers every step of a guide with where it was asked to be. */
function server() {
  const asked: string[] = [];
  const api = new StaffApi((path, init) => {
    const sent = init.body ? (JSON.parse(String(init.body)) as { path: string }) : null;
    asked.push(`${init.method} ${path}${sent ? ` ${JSON.stringify(sent)}` : ''}`);
    const view = {
      topic: 'guide-pas',
      title: 'Pas',
      edition: '3.1',
      by_citizen: 1,
      step: { node: 'x', title: 'X', options: [], ways: [] },
      html: '',
      path: sent?.path ?? 'barn',
      so_far: [],
      longest_way_left: 0,
    };
    return Promise.resolve(new Response(JSON.stringify(view), { status: 200 }));
  });
  return { api, asked };
}

describe('a guide beside a conversation', () => {
  it('begins where the citizen stands, and every step after that is an answer', async () => {
    const { api, asked } = server();
    const knowledge = new Knowledge(api, 'c1', 'soroe');
    await knowledge.goTo('guide-pas', '');
    expect(knowledge.walk?.path).toBe('barn');
    await knowledge.goTo('guide-pas', 'barn.tid');
    // Back to the first question is an answer taken back, not a new beginning.
    await knowledge.goTo('guide-pas', '');
    expect(asked).toEqual([
      'GET /api/v1/staff/contacts/c1/guides/guide-pas?lang=da',
      'POST /api/v1/staff/contacts/c1/guides/guide-pas {"edition":"3.1","path":"barn.tid","lang":"da"}',
      'POST /api/v1/staff/contacts/c1/guides/guide-pas {"edition":"3.1","path":"","lang":"da"}',
    ]);
  });

  it('is only read on the page of its own', async () => {
    const { api, asked } = server();
    const knowledge = new Knowledge(api, null, 'soroe');
    await knowledge.goTo('guide-pas', 'barn');
    expect(asked).toEqual([
      'GET /api/v1/staff/knowledge/guide-pas/guide?municipality=soroe&s=barn&lang=da',
    ]);
  });
});
