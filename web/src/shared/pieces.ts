// Plain text of a chat in pieces: words, addresses that may become links, and what was masked.

export type Piece = { is: 'text' | 'link' | 'mask'; text: string };

// What the server leaves where a CPR or card number stood, and addresses. Only https becomes a link.
const FOUND =
  /(?<mask>(?:\d{6}|[•●*]{6})[-– ]?[•●*]{4}|\[(?:CPR|KORT|CARD)[^\]]{0,20}\]|[•●*]{4,}(?:[ -]?[•●*\d]{2,4})*)|(?<link>https:\/\/[^\s<>"']+[^\s<>"'.,;:!?)])/gu;

export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(FOUND)) {
    if (match.index > from) out.push({ is: 'text', text: text.slice(from, match.index) });
    out.push({ is: match.groups?.mask ? 'mask' : 'link', text: match[0] });
    from = match.index + match[0].length;
  }
  if (from < text.length) out.push({ is: 'text', text: text.slice(from) });
  return out;
}
