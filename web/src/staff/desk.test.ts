import { beforeEach, describe, expect, it } from 'vitest';
import { isLate } from './desk.svelte';
import { FakeServer, MemoryShelf, me, NOW, offer, settle, tab, Timers } from './testing';

describe('the desk', () => {
  let timers: Timers;
  let server: FakeServer;

  beforeEach(() => {
    timers = new Timers();
    server = new FakeServer(timers);
  });

  async function open(shelf = new MemoryShelf()) {
    const opened = tab(server, timers, shelf);
    await opened.desk.reach(me());
    await settle();
    return opened;
  }

  it('follows itself, the queues in reach and its conversations, and nothing else', async () => {
    server.put('c1');
    await open();
    for (const stream of ['agent/p1', 'queue/furesoe', 'queue/frederikssund', 'contact/c1']) {
      expect(server.follows(stream)).toBe(true);
    }
    expect(server.follows('queue/soroe')).toBe(false);
    expect(server.follows('inbox/furesoe')).toBe(false);
  });

  it('lets go of a queue when the reach has ended', async () => {
    const { desk } = await open();
    await desk.reach(me(['furesoe']));
    expect(server.follows('queue/frederikssund')).toBe(false);
    expect(server.follows('queue/furesoe')).toBe(true);
  });

  it('reads the desk at most every 200 ms, and once more after the last bell', async () => {
    const { desk } = await open();
    let reads = 0;
    const original = server.desk.bind(server);
    server.desk = () => {
      reads += 1;
      return original();
    };
    for (let i = 0; i < 20; i++) desk.stir();
    await timers.pass(199);
    expect(reads).toBe(1);
    await timers.pass(1_000);
    expect(reads).toBe(2);
  });

  it('tells the telephone of its last call too: that it is over', async () => {
    const { desk, news } = await open();
    const asked = { municipality: 'furesoe', title: 'Pension', from: 'Mette', warm: true };
    server.rings = [{ contact: 'c9', note: null, up: true, ...asked }];
    await desk.refresh();
    server.rings = [];
    await desk.refresh();
    await desk.refresh();
    expect(news.telephoned).toEqual([1, 0]);
  });

  it('says an offer once, whatever is rung', async () => {
    const { desk, news } = await open();
    server.offer = offer('c9');
    await desk.refresh();
    await desk.refresh();
    expect(news.offered).toEqual(['c9']);
    expect(desk.secondsLeft(NOW + 6_000)).toBe(14);
  });

  it('never chooses a conversation because something arrived', async () => {
    server.put('c1');
    server.put('c2');
    const { desk } = await open();
    desk.select('c1');
    server.offer = offer('c9');
    await desk.refresh();
    server.push('c2', server.add('c2', 'citizen', 'Er du der?'));
    await timers.pass(1_000);
    expect(desk.selected).toBe('c1');
  });

  it('takes an offer and shows it', async () => {
    const { desk } = await open();
    server.offer = offer('c9');
    await desk.refresh();
    const conversation = await desk.accept();
    expect(conversation?.id).toBe('c9');
    expect(desk.selected).toBe('c9');
    expect(desk.offer).toBeNull();
    expect(desk.gone).toBeNull();
    expect(desk.rows.map((row) => row.contact)).toEqual(['c9']);
  });

  it('says that a colleague was faster, and forgets it after a moment', async () => {
    const { desk } = await open();
    server.offer = offer('c9');
    await desk.refresh();
    server.refuseAccept = 'taken-by-another';
    server.offer = null;
    expect(await desk.accept()).toBeNull();
    expect(desk.gone?.how).toBe('taken');
    await timers.pass(5_000);
    expect(desk.gone).toBeNull();
  });

  it('lets an offer lapse at its second, and proposes a pause after the second', async () => {
    const { desk } = await open();
    server.offer = offer('c9', 20);
    await desk.refresh();
    desk.lapse(NOW + 19_999);
    expect(desk.offer).not.toBeNull();
    timers.time = NOW + 20_000;
    desk.lapse(timers.time);
    expect(desk.offer).toBeNull();
    expect(desk.gone?.how).toBe('lapsed');
    expect(desk.pauseProposed).toBe(false);
    await timers.pass(500);
    server.offer = offer('c9', 20, timers.time);
    await desk.refresh();
    timers.time += 20_000;
    desk.lapse(timers.time);
    expect(desk.pauseProposed).toBe(true);
    await timers.pass(60_000);
    expect(desk.gone).not.toBeNull();
    desk.pauseAnswered();
    expect(desk.gone).toBeNull();
  });

  it('counts by the server’s clock, not the browser’s', async () => {
    const { desk, clock } = await open();
    clock.set(NOW + 60_000);
    server.offer = offer('c9', 20, NOW + 60_000);
    expect(clock.read()).toBe(NOW + 60_000);
    timers.time = NOW + 5_000;
    expect(clock.read()).toBe(NOW + 65_000);
    expect(desk.secondsLeft(clock.read())).toBe(0);
  });

  it('does not show again an offer that was sent back', async () => {
    const { desk, news } = await open();
    const given = offer('c9');
    server.offer = given;
    await desk.refresh();
    await desk.decline();
    server.offer = given;
    await desk.refresh();
    expect(desk.offer).toBeNull();
    expect(news.offered).toEqual(['c9']);
    server.offer = offer('c9', 20, NOW + 60_000);
    await desk.refresh();
    expect(desk.offer).not.toBeNull();
  });

  it('locks the pane within the event when the duty has ended', async () => {
    server.put('c1', 'soroe');
    const { desk, news, drafts } = await open();
    const conversation = desk.current;
    conversation?.write('et udkast');
    expect(drafts.get('c1').text).toBe('et udkast');
    server.owned = [];
    server.close('contact/c1');
    // No tick has passed.
    expect(conversation?.locked).toBe('not-found');
    expect(conversation?.entries).toEqual([]);
    expect(conversation?.draft).toBe('');
    expect(conversation?.view?.citizen_name).toBeNull();
    expect(drafts.get('c1').text).toBe('');
    expect(news.locked).toEqual(['c1']);
    await timers.pass(1_000);
    expect(desk.current?.locked).toBe('not-found');
    desk.dismiss('c1');
    expect(desk.current).toBeNull();
  });

  it('keeps the one live conversation that may be finished', async () => {
    server.put('c1', 'soroe');
    server.put('c2', 'frederikssund');
    const { desk } = await open();
    desk.select('c2');
    server.owned = ['c1'];
    server.close('contact/c2');
    await desk.reach(me(['furesoe']));
    await timers.pass(1_000);
    expect(desk.rows.map((row) => row.contact)).toEqual(['c1']);
    expect(desk.conversations.get('c1')?.locked).toBeNull();
    expect(desk.conversations.get('c2')?.locked).toBe('not-found');
  });

  it('is not startled by the end of a conversation that the agent gives away', async () => {
    server.put('c1');
    const { desk, news } = await open();
    const conversation = desk.current;
    if (conversation) conversation.leaving = true;
    server.owned = [];
    server.close('contact/c1');
    await timers.pass(500);
    expect(news.locked).toEqual([]);
    expect(desk.current).toBeNull();
  });

  it('shows in a second tab what was taken and said in the first, once', async () => {
    const first = await open();
    const second = await open();
    server.offer = offer('c9');
    server.ring('agent/p1');
    await timers.pass(300);
    expect(second.desk.offer?.contact).toBe('c9');
    await first.desk.accept();
    server.ring('agent/p1');
    await timers.pass(1_000);
    expect(second.desk.offer).toBeNull();
    expect(second.desk.gone).toBeNull();
    expect(second.desk.missed).toBe(0);
    const here = first.desk.conversations.get('c9');
    const there = second.desk.conversations.get('c9');
    here?.write('Hej');
    here?.send();
    await settle();
    const entry = server.contacts.get('c9')?.entries[1];
    if (entry) server.push('c9', entry);
    expect(here?.entries.map((e) => e.seq)).toEqual([1, 2]);
    expect(there?.entries.map((e) => e.seq)).toEqual([1, 2]);
    expect(here?.pending).toEqual([]);
  });

  it('keeps the drafts of two tabs apart', async () => {
    server.put('c1');
    const first = await open();
    const second = await open();
    first.desk.current?.write('i den første');
    expect(second.desk.current?.draft).toBe('');
  });

  it('keeps a draft over a reload, and drops those of contacts that are gone', async () => {
    server.put('c1');
    server.put('c2');
    const shelf = new MemoryShelf();
    const before = await open(shelf);
    before.desk.conversations.get('c1')?.write('til c1');
    before.desk.conversations.get('c2')?.write('til c2');
    server.owned = ['c1'];
    const after = await open(shelf);
    expect(after.desk.conversations.get('c1')?.draft).toBe('til c1');
    expect(after.drafts.get('c2').text).toBe('');
  });

  it('leaves nothing behind when the sign-in ends', async () => {
    server.put('c1');
    const { desk, drafts } = await open();
    desk.current?.write('hemmeligt');
    desk.clear();
    expect(desk.rows).toEqual([]);
    expect(desk.conversations.size).toBe(0);
    expect(drafts.get('c1').text).toBe('');
    expect(server.follows('contact/c1')).toBe(false);
    expect(server.follows('agent/p1')).toBe(false);
  });

  it('offers to correct a registration for ten minutes', async () => {
    server.put('c1');
    const { desk } = await open();
    server.owned = [];
    desk.registeredAs({
      contact: 'c1',
      municipality: 'frederikssund',
      title: 'Pas til barn',
      topic: 'pas-barn',
      outcome: 'clarified-at-once',
      at: NOW,
    });
    expect(desk.correctable(NOW + 599_000)).toHaveLength(1);
    expect(desk.correctable(NOW + 600_000)).toHaveLength(0);
    expect(desk.selected).toBeNull();
  });

  it('shows a citizen in amber who has waited two minutes', async () => {
    server.put('c1');
    const { desk } = await open();
    const row = desk.rows[0];
    if (!row) throw new Error('no row');
    expect(isLate({ ...row, waiting_since: NOW }, NOW + 119_000)).toBe(false);
    expect(isLate({ ...row, waiting_since: NOW }, NOW + 120_000)).toBe(true);
    expect(isLate({ ...row, waiting_since: null }, NOW + 999_000)).toBe(false);
  });

  it('stays as it is while the server is away', async () => {
    server.put('c1');
    const { desk } = await open();
    server.down = true;
    await desk.refresh();
    expect(desk.failed).toBe(true);
    expect(desk.rows).toHaveLength(1);
    server.down = false;
    await desk.refresh();
    expect(desk.failed).toBe(false);
  });

  it('searches the knowledge anew when the citizen writes, unless the agent has typed', async () => {
    server.put('c1');
    const { desk } = await open();
    const conversation = desk.current;
    if (!conversation) throw new Error('no conversation');
    server.push('c1', server.add('c1', 'citizen', 'pas'));
    await timers.pass(300);
    const asked = server.knowledge.length;
    expect(asked).toBeGreaterThan(0);
    await desk.knowledgeOf(conversation).search('mine egne ord');
    const own = server.knowledge.length;
    server.push('c1', server.add('c1', 'citizen', 'mere'));
    await timers.pass(300);
    expect(server.knowledge.length).toBe(own);
  });
});
