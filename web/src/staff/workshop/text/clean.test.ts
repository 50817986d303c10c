import { describe, expect, it } from 'vitest';
import { fromHtml, fromText, MAX_PASTED } from './clean';
import { toMarkdown } from './markdown';
import { schema } from './schema';

const html = (text: string) => toMarkdown(schema.node('doc', null, fromHtml(text)));
const text = (words: string) => toMarkdown(schema.node('doc', null, fromText(words)));

describe('what is pasted', () => {
  it('keeps headings, lists, links, tables and emphasis, and nothing else', () => {
    expect(
      html(
        '<h1 style="color:red">Pas</h1><div class=x><p>Du skal <b>møde op</b> i <span style="font-weight:700">Borgerservice</span>.</p></div>' +
          '<ul><li>Et</li><li><p>To</p></li></ul><table><tr><th>Alder</th><th>Pris</th></tr><tr><td>0–11</td><td>150 kr.</td></tr></table>' +
          '<p>Se <a href="https://www.borger.dk/pas" onclick="x()">borger.dk</a><br>eller ring</p>',
      ),
    ).toBe(
      '### Pas\n\nDu skal **møde op** i **Borgerservice**.\n\n- Et\n- To\n\n| Alder | Pris |\n|---|---|\n| 0–11 | 150 kr. |\n\nSe [borger.dk](https://www.borger.dk/pas)\\\neller ring',
    );
  });

  it('has no script, style, picture or link to nowhere good', () => {
    for (const bad of [
      '<script>alert(1)</script>Tekst',
      '<style>p{}</style>Tekst',
      '<svg onload=alert(1)><text>x</text></svg>Tekst',
      '<a href="javascript:alert(1)">Tekst</a>',
      '<a href="data:text/html,x">Tekst</a>',
      '<a href="http://x.example">Tekst</a>',
      '<img src=x onerror=alert(1)>Tekst',
      '<p>Te\u202e\u200bkst</p>',
      '<!--[if gte mso 9]><xml><o:x>Navn</o:x></xml><![endif]-->Tekst',
      '<head><title>Navn</title></head><body>Tekst',
    ]) {
      expect(html(bad), bad).toBe('Tekst');
    }
  });

  it('reads the lists of a word processor', () => {
    const item = (sign: string, words: string) =>
      `<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>${sign}<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;&nbsp; </span></span><![endif]>${words}<o:p></o:p></p>`;
    expect(
      html(
        `<p class=MsoNormal>Medbring:<o:p></o:p></p>${item('·', 'Gammelt pas')}${item('·', 'Foto')}`,
      ),
    ).toBe('Medbring:\n\n- Gammelt pas\n- Foto');
    expect(html(item('1.', 'Bestil <b>tid</b>') + item('2.', 'Mød op'))).toBe(
      '1. Bestil **tid**\n2. Mød op',
    );
  });

  it('takes lines of plain text as they were meant', () => {
    expect(text('Borgerservice\r\nTorvet 2\r\n\r\nMedbring:\n\n• Pas\n• Foto')).toBe(
      'Borgerservice\\\nTorvet 2\n\nMedbring:\n\n- Pas\n- Foto',
    );
    expect(text('<b>ikke HTML</b> & *ikke fed*')).toBe('\\<b>ikke HTML\\</b> & \\*ikke fed\\*');
  });

  it('is read quickly, however it is made', () => {
    for (const bomb of [
      '<div>'.repeat(100_000),
      '<b>'.repeat(100_000) + 'x',
      '<'.repeat(200_000),
      `${'<1'.repeat(Math.floor(MAX_PASTED / 2) - 1)}>`,
      '<script>'.repeat(20_000),
      'x <p'.repeat(50_000),
      '<ul><li>'.repeat(20_000) + 'x',
    ]) {
      const started = performance.now();
      fromHtml(bomb.slice(0, MAX_PASTED));
      expect(performance.now() - started, bomb.slice(0, 10)).toBeLessThan(3_000);
    }
  });
});
