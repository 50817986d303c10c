import { describe, expect, it } from 'vitest';
import { Announcer } from './announcer.svelte';
import { byDeadline, pressure } from './inbox.svelte';
import { commandOf, step, wrapKey, type Pressed } from './keys';
import { mayInsert, type OpenArticle } from './knowledge.svelte';
import { upcomingOf } from './roster.svelte';
import { addressOf, placeOf } from './router.svelte';
import { rules } from './theme';
import { NOW } from './testing';
import type { ArticleView, DutyView, HandOverView } from './types';

const press = (key: string, more: Partial<Pressed> = {}): Pressed => ({
  key,
  code: '',
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...more,
});

describe('keys', () => {
  it('take and send back an offer', () => {
    expect(commandOf(press('F2'))).toEqual({ do: 'take-offer' });
    expect(commandOf(press('F2', { shiftKey: true }))).toEqual({ do: 'send-back' });
  });

  it('leave AltGr to the writer of a Danish text', () => {
    expect(commandOf(press('@', { ctrlKey: true, altKey: true, code: 'Digit2' }))).toBeNull();
    expect(commandOf(press('i', { ctrlKey: true, altKey: true, code: 'KeyI' }))).toBeNull();
  });

  it('choose conversations by the digit’s place, whatever the layout makes of it', () => {
    const pressed = press('¡', { altKey: true, code: 'Digit1' });
    expect(commandOf(pressed)).toEqual({ do: 'conversation', n: 1 });
  });

  it('give single letters and plain Enter no meaning outside the wrap-up', () => {
    for (const key of ['q', '1', 'i', 'k', 'Enter', 'Escape']) {
      expect(commandOf(press(key))).toBeNull();
    }
  });

  it('choose topic and outcome within the wrap-up', () => {
    expect(wrapKey(press('2'))).toEqual({ topic: 1 });
    expect(wrapKey(press('e'))).toEqual({ outcome: 2 });
    expect(wrapKey(press('T'))).toEqual({ outcome: 4 });
    expect(wrapKey(press('4'))).toBeNull();
    expect(wrapKey(press('w', { ctrlKey: true }))).toBeNull();
    expect(wrapKey(press('Enter'))).toEqual({ save: true });
  });

  it('go round in a list', () => {
    expect(step(press('ArrowDown'), 2, 3)).toBe(0);
    expect(step(press('ArrowUp'), 0, 3)).toBe(2);
    expect(step(press('End'), 0, 3)).toBe(2);
    expect(step(press('ArrowDown'), 0, 0)).toBeNull();
  });
});

describe('what a screen reader is told', () => {
  it('gathers other conversations in one line every ten seconds', () => {
    let time = 0;
    let then: (() => void) | null = null;
    const announcer = new Announcer(
      () => time,
      (_, act) => {
        then = act;
      },
    );
    announcer.gather(() => '1 ny besked');
    expect(announcer.polite).toBe('1 ny besked');
    time = 2_000;
    announcer.gather(() => '2 nye beskeder');
    announcer.gather(() => '3 nye beskeder');
    expect(announcer.polite).toBe('1 ny besked');
    time = 10_000;
    (then as (() => void) | null)?.();
    expect(announcer.polite).toBe('3 nye beskeder');
  });
});

const errand = (id: string, hours: number, phase: HandOverView['phase'] = 'new'): HandOverView => ({
  id,
  contact: id,
  municipality: 'frederikssund',
  department: 'borgerservice',
  department_name: 'Borgerservice',
  topic: null,
  title: id,
  phase,
  deadline: NOW + hours * 3_600_000,
  overdue: hours < 0,
  made_at: NOW,
  made_by: null,
  taken_by: null,
  taken_name: null,
  reply: 'telephone',
  address: null,
  callable: false,
  note: null,
  voice_s: null,
  answer: null,
  moved: 0,
});

describe('the inbox', () => {
  it('stands under its deadlines, the nearest first', () => {
    const items = [errand('later', 72), errand('late', -1), errand('soon', 1), errand('next', 16)];
    expect(byDeadline(items, NOW).map((g) => [g.name, g.items.map((i) => i.id)])).toEqual([
      ['overdue', ['late']],
      ['today', ['soon']],
      ['tomorrow', ['next']],
      ['later', ['later']],
    ]);
  });

  it('does not press for what has been answered', () => {
    expect(pressure(errand('a', -1), NOW)).toBe('passed');
    expect(pressure(errand('a', 3), NOW)).toBe('near');
    expect(pressure(errand('a', 5), NOW)).toBe('calm');
    expect(pressure(errand('a', -1, 'answered'), NOW)).toBe('calm');
  });
});

describe('knowledge', () => {
  const article = (local: boolean) =>
    ({
      local_facts: local ? [{ label: 'Sted', value: 'Torvet 2' }] : [],
      sections: [],
    }) as unknown as ArticleView;
  const open = (local: boolean, municipality: string | null): OpenArticle => ({
    article: article(local),
    municipality,
  });

  it('of another municipality cannot be inserted', () => {
    expect(mayInsert(open(true, 'holbaek'), 'frederikssund')).toBe(false);
    expect(mayInsert(open(true, 'frederikssund'), 'frederikssund')).toBe(true);
    expect(mayInsert(open(true, 'holbaek'), null)).toBe(false);
    expect(mayInsert(open(false, 'holbaek'), 'frederikssund')).toBe(true);
    expect(mayInsert(null, 'frederikssund')).toBe(false);
  });
});

describe('duties', () => {
  it('of one person are those that have not ended, the next first', () => {
    const duty = (id: string, hours: number, person: string, cancelled = false) =>
      ({
        id,
        starts_at: NOW + hours * 3_600_000,
        ends_at: NOW + (hours + 7) * 3_600_000,
        people: [{ id: person, name: person }],
        cancelled,
      }) as unknown as DutyView;
    const duties = [
      duty('b', 48, 'p1'),
      duty('past', -9, 'p1'),
      duty('now', -5, 'p1'),
      duty('other', 1, 'p2'),
      duty('off', 2, 'p1', true),
    ];
    expect(upcomingOf(duties, 'p1', NOW).map((d) => d.id)).toEqual(['now', 'b']);
  });
});

describe('addresses', () => {
  it('lead there and back, and unknown ones nowhere', () => {
    expect(placeOf(addressOf('inbox', 'a b/c'))).toEqual({ page: 'inbox', id: 'a b/c', rest: [] });
    expect(placeOf('#/desk')).toEqual({ page: 'desk', id: null, rest: [] });
    expect(placeOf(addressOf('workshop', 'texts', 'pas-barn', 'sorø/1'))).toEqual({
      page: 'workshop',
      id: 'texts',
      rest: ['pas-barn', 'sorø/1'],
    });
    expect(placeOf('#/inbox/%E0%A4%A')?.id).toBe('%E0%A4%A');
    expect(placeOf('#/nowhere')).toBeNull();
    expect(placeOf('')).toBeNull();
  });
});

describe('colours', () => {
  it('come from the server in one form only', () => {
    const member = (key: string, colour: string) => ({ key, colour, name: key, short: key });
    expect(rules([member('soroe', '#6a4c93')])).toBe("[data-m='soroe'] { --brand: #6a4c93; }");
    expect(rules([member("x'] {} *", '#6a4c93'), member('a', 'red; }')])).toBe('');
  });
});
