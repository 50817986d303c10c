import { describe, expect, it } from 'vitest';
import { renderedForm, toDoc, toMarkdown } from './markdown';

const files = import.meta.glob<string>(
  '../../../../../content/{articles,referrals,local}/**/*.md',
  { query: '?raw', import: 'default', eager: true },
);

/** Every part of every article, referral and variant that ships. */
function* parts(): Generator<{ where: string; markdown: string }> {
  for (const [name, text] of Object.entries(files)) {
    const body = text.split(/^\+\+\+$/m)[2] ?? '';
    for (const section of body.split(/^## /m).slice(1)) {
      const [heading = '', ...lines] = section.split('\n');
      yield { where: `${name} ## ${heading}`, markdown: lines.join('\n').trim() };
    }
  }
}

const again = (markdown: string) => toMarkdown(toDoc(markdown));

describe('a part of a text', () => {
  it('means the same after it was opened and saved, in everything that ships', () => {
    let count = 0;
    for (const { where, markdown } of parts()) {
      const saved = again(markdown);
      expect(renderedForm(saved), where).toBe(renderedForm(markdown));
      // Opening and saving once more changes nothing at all.
      expect(again(saved), where).toBe(saved);
      count += 1;
    }
    expect(count).toBeGreaterThan(1_100);
  });

  it('is even written as it was, so that no version differs for nothing', () => {
    // Only the rule under a table's head may be spaced otherwise.
    const rules = (markdown: string) =>
      markdown.replace(/^[|: -]+$/gm, (rule) => rule.replace(/ /g, ''));
    const changed = [...parts()].filter(({ markdown }) => again(markdown) !== rules(markdown));
    expect(changed.map(({ where }) => where)).toEqual([]);
  });

  it('keeps lists in lists, breaks, quotes, tables and code', () => {
    for (const markdown of [
      '- a\n- b\n  - c\n  - d',
      '1. Først\n\n2. Så\n\n   Og mere om det',
      '3. tre\n4. fire',
      'Torvet 2\\\n3600 Frederikssund',
      '> Livsfare: 112.\n>\n> Ring.',
      '| Alder | Pris |\n|---|--:|\n| 0\\|1 **år** | [150](topic:pas) |',
      '**[Fleksjob](topic:fleksjob):** og [**bestil** *tid* her](https://x.example/a)',
      '`kode` og **fed *kursiv***',
      '```txt\nlinje\n\n  to\n```',
      '### Mellem\n\n#### Lille\n\n---\n\nSlut',
    ]) {
      expect(again(markdown)).toBe(markdown);
    }
  });

  it('keeps what somebody wrote as text from becoming markup', () => {
    for (const text of [
      'a <b> c',
      '&amp; er et tegn',
      '2 * 3 * 4',
      '# 1',
      '1. maj',
      '[x]',
      '- streg',
      '<script>',
    ]) {
      const doc = toDoc('x');
      const typed = doc.copy(
        doc.content.replaceChild(0, doc.child(0).type.create(null, doc.type.schema.text(text))),
      );
      expect(toDoc(toMarkdown(typed)).textContent).toBe(text);
    }
  });

  it('has no pictures, and keeps their words', () => {
    expect(again('Se ![et kort](https://x.example/k.png) her')).toBe('Se et kort her');
  });

  it('survives a text made to break it', () => {
    for (const bomb of [
      '>'.repeat(10_000) + 'x',
      '- '.repeat(5_000) + 'x',
      '*'.repeat(20_000),
      '['.repeat(20_000),
      '|'.repeat(9_000) + '\n|' + '-|'.repeat(9_000),
    ]) {
      const started = performance.now();
      again(bomb);
      expect(performance.now() - started).toBeLessThan(4_000);
    }
  });
});
