import { describe, expect, it } from 'vitest';
import { heights, percent, shownOf } from './list';
import type { Improvement } from './types';

const item = (id: string, change: Partial<Improvement>): Improvement => ({
  id,
  title: id,
  municipality: 'furesoe',
  audience: 'citizen',
  area: '',
  state: 'open',
  owner: null,
  owner_name: null,
  due: '2027-06-16',
  overdue: false,
  made_at: 0,
  done_on: null,
  note: null,
  failed: 2,
  visitors: 2,
  searches: 2,
  zero_hits: 2,
  reformulated: 0,
  contacts: 0,
  not_helped: 0,
  weeks: [],
  phrases: [],
  hidden: 0,
  suggestions: [],
  near: [],
  guide: null,
  before: { found: 0, n: 2, share: 0, low: 0, high: 0.66 },
  after: { found: 0, n: 0, share: null, low: null, high: null },
  surely_better: false,
  version: 1,
  ...change,
});

describe('the worklist', () => {
  it('shows what is past due first, then what most people miss', () => {
    const all = [
      item('few', { failed: 2 }),
      item('many', { failed: 9 }),
      item('late', { failed: 3, overdue: true }),
      item('done', { state: 'done' }),
    ];
    const filter = { state: 'open', municipality: '', area: '', mine: false } as const;
    expect(shownOf(all, filter, 'me').map((one) => one.id)).toEqual(['late', 'many', 'few']);
  });

  it('narrows down to one municipality, one area and to what is mine', () => {
    const all = [
      item('mine', { owner: 'me', area: 'jobcenter' }),
      item('theirs', { owner: 'you' }),
      item('there', { owner: 'me', municipality: 'soroe' }),
      item('elsewhere', { owner: 'me', area: 'sundhed' }),
    ];
    const filter = {
      state: 'open',
      municipality: 'furesoe',
      area: 'jobcenter',
      mine: true,
    } as const;
    expect(shownOf(all, filter, 'me').map((one) => one.id)).toEqual(['mine']);
  });

  it('writes shares as whole percent and draws weeks against the highest', () => {
    expect(percent(0.4217)).toBe('42');
    expect(percent(null)).toBe('');
    expect(heights([0, 2, 4])).toEqual([0, 0.5, 1]);
    expect(heights([0, 0])).toEqual([0, 0]);
  });
});
