// The names that HTML has for characters, those that Danish texts use. The reader of Markdown takes
// them from here too (vite.config.ts): its own list of two thousand weighs more than our editor.
export const NAMED: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  rsquo: '’',
  lsquo: '‘',
  ldquo: '“',
  rdquo: '”',
  bdquo: '„',
  laquo: '«',
  raquo: '»',
  bull: '•',
  middot: '·',
  euro: '€',
  sect: '§',
  deg: '°',
  aelig: 'æ',
  oslash: 'ø',
  aring: 'å',
  AElig: 'Æ',
  Oslash: 'Ø',
  Aring: 'Å',
  eacute: 'é',
  uuml: 'ü',
  ouml: 'ö',
  auml: 'ä',
  frac12: '½',
  times: '×',
};

/** The character of a number; a blank where that is none a text may have. */
export function character(code: number): string {
  return code > 31 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    ? String.fromCodePoint(code)
    : ' ';
}

/** One entity as it stands in Markdown, `&amp;` or `&#38;`; what is none stays as it is. */
export function decodeHTMLStrict(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{2,8}));/gi, (all, hex, dec, name) => {
    if (typeof name === 'string') return NAMED[name] ?? all;
    return character(typeof hex === 'string' ? parseInt(hex, 16) : Number(dec));
  });
}
export const decodeHTML = decodeHTMLStrict;
