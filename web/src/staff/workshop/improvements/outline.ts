// A new article begins with what citizens asked: their words to find it by, a heading for each
// question, and the texts they came nearest to.
import type { Article } from '../types';
import type { Suggestion } from './types';

/** So many headings and related texts are enough to begin with. */
const MOST = 5;

export function outlined(
  body: Article,
  { questions, nearest }: Extract<Suggestion, { kind: 'new-article' }>,
): Article {
  const asked = [...new Set(questions)].slice(0, MOST);
  const parts = asked.map((question, at) => ({
    id: `part-${at + 1}`,
    heading: question.charAt(0).toLocaleUpperCase('da') + question.slice(1),
    markdown: '',
  }));
  return {
    ...body,
    words: [...new Set(questions)],
    related: nearest.slice(0, MOST).map((near) => near.topic),
    parts: parts.length > 0 ? parts : body.parts,
  };
}
