import { describe, expect, it } from 'vitest';
import { tableText } from './imports';

describe('the text of a table', () => {
  it('keeps its letters, whether it comes as UTF-8 or from Danish Excel', () => {
    const said = 'person;1;Søren Åkjær;ældre';
    const excel = Uint8Array.from([...said].map((letter) => letter.charCodeAt(0)));
    expect(tableText(excel.buffer)).toBe(said);
    expect(tableText(new TextEncoder().encode(`\uFEFF${said}`).buffer as ArrayBuffer)).toBe(said);
  });
});
