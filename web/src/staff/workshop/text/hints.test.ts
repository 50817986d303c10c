import { describe, expect, it } from 'vitest';
import { locate } from './hints';
import { toDoc } from './markdown';

const found = (markdown: string, words: string, nth = 0) => {
  let from = -1;
  for (let i = 0; i <= nth; i += 1) from = markdown.indexOf(words, from + 1);
  const characters = [...markdown.slice(0, from)].length;
  const doc = toDoc(markdown);
  const place = locate(doc, markdown, { from: characters, to: characters + [...words].length });
  return place && doc.textBetween(place.from, place.to, ' ');
};

describe('the place of a finding', () => {
  it('is found behind emphasis, links, lists and tables', () => {
    expect(found('Du **skal** møde op.', 'møde op')).toBe('møde op');
    expect(found('- Et\n- Se [borger.dk](https://a.dk) i dag', 'i dag')).toBe('i dag');
    expect(found('| A | B |\n|---|---|\n| fra | indgives |', 'indgives')).toBe('indgives');
    expect(found('Du **skal være** til stede', '**skal være** til stede')).toBe(
      'skal være til stede',
    );
  });
  it('is the right one of several', () => {
    const markdown = 'Ansøgning her. Ansøgning der.\n\nAnsøgning igen.';
    const doc = toDoc(markdown);
    const at = markdown.lastIndexOf('Ansøgning');
    const place = locate(doc, markdown, { from: at, to: at + 9 });
    expect(place && doc.resolve(place.from).index(0)).toBe(1);
  });
  it('is nowhere when the words have gone', () => {
    expect(locate(toDoc('Noget andet'), 'Ansøgning', { from: 0, to: 9 })).toBeNull();
  });
});
