import { expect, it } from 'vitest';
import type { Article } from '../types';
import { outlined } from './outline';

const begun = { title: 'Ladestander', words: [], related: [], parts: [] } as unknown as Article;

it('begins an article with what citizens asked and what they came nearest to', () => {
  const body = outlined(begun, {
    kind: 'new-article',
    accepted: false,
    title: 'Ladestander',
    questions: ['ladestander', 'ladestander til elbil', 'ladestander'],
    nearest: [{ topic: 'parkering', title: 'Parkering' }],
    department: '',
  });
  expect(body.title).toBe('Ladestander');
  expect(body.words).toEqual(['ladestander', 'ladestander til elbil']);
  expect(body.parts.map(({ id, heading }) => [id, heading])).toEqual([
    ['part-1', 'Ladestander'],
    ['part-2', 'Ladestander til elbil'],
  ]);
  expect(body.related).toEqual(['parkering']);
});
