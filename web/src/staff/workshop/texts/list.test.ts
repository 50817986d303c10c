import { describe, expect, it } from 'vitest';
import type { RemovedText } from '../types';
import { matching, NO_FILTER, type Filter } from './list';

const text = (title: string, municipality: string | null, area = 'bolig'): RemovedText => ({
  topic: title.toLowerCase(),
  kind: municipality ? 'variant' : 'article',
  municipality,
  area,
  title,
  title_en: '',
  version: 1,
  what: 'removed',
  at: 0,
  by_name: null,
});
const all = [text('Pas', null, 'id'), text('Pas', 'soroe', 'id'), text('Leje', 'furesoe')];
const left = (filter: Partial<Filter>) =>
  matching(all, { ...NO_FILTER, ...filter }, new Set(['furesoe']), (key) =>
    key === 'soroe' ? 'Sorø' : key,
  ).map((row) => `${row.title}@${row.municipality ?? ''}`);

describe('the list of texts', () => {
  it('has the common texts and one’s own unless others are asked for', () => {
    expect(left({})).toEqual(['Pas@', 'Leje@furesoe']);
    expect(left({ municipality: '-' })).toEqual(['Pas@']);
    expect(left({ municipality: '*' })).toHaveLength(3);
    expect(left({ municipality: 'soroe' })).toEqual(['Pas@soroe']);
  });
  it('finds every word asked for in the title or in the name of the municipality', () => {
    expect(left({ municipality: '*', q: 'sorø PAS' })).toEqual(['Pas@soroe']);
    expect(left({ municipality: '*', q: 'pas leje' })).toEqual([]);
    expect(left({ municipality: '*', area: 'id' })).toEqual(['Pas@', 'Pas@soroe']);
  });
});
