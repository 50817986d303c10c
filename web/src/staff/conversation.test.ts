import { beforeEach, describe, expect, it } from 'vitest';
import { FakeServer, MemoryShelf, me, message, settle, tab, Timers } from './testing';

describe('a conversation', () => {
  let timers: Timers;
  let server: FakeServer;
  let shelf: MemoryShelf;

  beforeEach(() => {
    timers = new Timers();
    server = new FakeServer(timers);
    shelf = new MemoryShelf();
    server.put('c1');
  });

  async function open() {
    const { desk } = tab(server, timers, shelf);
    await desk.reach(me());
    await settle();
    const conversation = desk.current;
    if (!conversation) throw new Error('no conversation');
    return conversation;
  }

  it('shows a message at once and once', async () => {
    const conversation = await open();
    conversation.write('  Det finder vi ud af  ');
    conversation.send();
    expect(conversation.draft).toBe('');
    expect(conversation.pending.map((p) => [p.text, p.state])).toEqual([
      ['Det finder vi ud af', 'sending'],
    ]);
    await settle();
    const entry = server.contacts.get('c1')?.entries[1];
    if (entry) server.push('c1', entry);
    expect(conversation.pending).toEqual([]);
    expect(conversation.entries).toHaveLength(2);
  });

  it('sends again under the same id until it is acknowledged', async () => {
    const conversation = await open();
    server.down = true;
    conversation.write('Hej');
    conversation.send();
    await timers.pass(600);
    server.down = false;
    await timers.pass(2_000);
    expect(server.contacts.get('c1')?.entries.filter((e) => e.from === 'agent')).toHaveLength(1);
    expect(new Set(server.said.map((s) => s.message_id)).size).toBe(1);
  });

  it('asks the agent after a while, and keeps the text', async () => {
    const conversation = await open();
    server.down = true;
    conversation.write('Hej');
    conversation.send();
    await timers.pass(10_000);
    expect(conversation.pending[0]?.state).toBe('unsent');
    server.down = false;
    conversation.resend(conversation.pending[0]?.message_id ?? '');
    await timers.pass(3_000);
    expect(conversation.pending).toEqual([]);
    expect(conversation.entries).toHaveLength(2);
  });

  it('keeps what was not sent over a reload and sends it then', async () => {
    const before = await open();
    server.down = true;
    before.write('vigtigt');
    before.send();
    await timers.pass(10_000);
    server.down = false;
    const after = await open();
    await timers.pass(3_000);
    expect(after.pending).toEqual([]);
    expect(server.contacts.get('c1')?.entries.map((e) => e.text)).toContain('vigtigt');
  });

  it('takes a message that was not sent back into the draft, before what was written since', async () => {
    const conversation = await open();
    server.down = true;
    conversation.write('Første');
    conversation.send();
    await timers.pass(10_000);
    conversation.write('Andet');
    conversation.takeBack(conversation.pending[0]?.message_id ?? '');
    expect(conversation.draft).toBe('Første\n\nAndet');
    expect(conversation.pending).toEqual([]);
  });

  it('reads the line of a message when the socket does not bring it', async () => {
    const conversation = await open();
    conversation.write('Hej');
    conversation.send();
    await timers.pass(2_000);
    expect(conversation.pending).toEqual([]);
    expect(conversation.entries.map((e) => e.seq)).toEqual([1, 2]);
  });

  it('shows what comes twice once, and in order', async () => {
    const conversation = await open();
    const two = message(2, 'citizen', 'to');
    const three = message(3, 'citizen', 'tre');
    server.push('c1', three);
    server.push('c1', two);
    server.push('c1', three);
    expect(conversation.entries.map((e) => e.seq)).toEqual([1, 2, 3]);
  });

  it('does not send an empty message', async () => {
    const conversation = await open();
    conversation.write('   \n ');
    conversation.send();
    expect(conversation.pending).toEqual([]);
    expect(server.said).toEqual([]);
  });

  it('puts an answer below what is already written, with its source', async () => {
    const conversation = await open();
    conversation.write('Hej Louise.');
    const source = { topic: 'pas-barn', title: 'Pas til barn', url: '/x' };
    conversation.insert('Nej, far behøver ikke møde op.', source);
    expect(conversation.draft).toBe('Hej Louise.\n\nNej, far behøver ikke møde op.');
    expect(conversation.article).toEqual(source);
  });

  it('marks as read only what is new', async () => {
    const conversation = await open();
    conversation.markRead();
    conversation.markRead();
    await settle();
    expect(server.reads).toEqual([1]);
    server.push('c1', message(2, 'citizen', 'mere'));
    conversation.markRead();
    await settle();
    expect(server.reads).toEqual([1, 2]);
  });

  it('says for five seconds that the citizen writes, and stops when the message comes', async () => {
    const conversation = await open();
    server.types('c1');
    expect(conversation.typing).toBe(true);
    await timers.pass(5_000);
    expect(conversation.typing).toBe(false);
    server.types('c1');
    server.push('c1', message(2, 'citizen', 'her'));
    expect(conversation.typing).toBe(false);
  });

  it('locks when the server no longer knows it for us', async () => {
    const conversation = await open();
    server.owned = [];
    conversation.write('Hej');
    conversation.send();
    await settle();
    expect(conversation.locked).toBe('reach-ended');
    expect(conversation.pending).toEqual([]);
    conversation.write('mere');
    expect(conversation.draft).toBe('');
    expect(shelf.length).toBe(0);
  });

  it('takes no message after its end', async () => {
    const conversation = await open();
    conversation.phase = 'wrapping-up';
    conversation.write('for sent');
    conversation.send();
    expect(conversation.pending).toEqual([]);
    expect(conversation.draft).toBe('for sent');
  });
});
