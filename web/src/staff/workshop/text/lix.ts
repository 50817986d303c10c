// The readability index of a text while it is written: words a sentence plus long words in a
// hundred (C.H. Björnsson, Läsbarhet, 1968). The server counts the same way when it checks.
import { isVariant, type Body } from '../types';
import { toDoc } from './markdown';

/** From here on a text is hard to read. */
export const LIX_GOAL = 45;
/** A shorter text has no index that says anything, in words. */
const FROM = 60;

/** Null where the text is too short. */
export function lixOf(body: Body): number | null {
  const blocks: string[] = isVariant(body) ? [] : [body.summary];
  for (const part of body.parts) {
    toDoc(part.markdown).descendants((node) => {
      if (node.isTextblock) blocks.push(node.textContent);
      return !node.isTextblock;
    });
  }
  let words = 0;
  let long = 0;
  let sentences = 0;
  for (const block of blocks) {
    for (const sentence of block.split(/[.!?:]+(?=\s|$)/)) {
      const found = (sentence.match(/[\p{L}\p{N}'’-]+/gu) ?? []).filter((w) => /\p{L}/u.test(w));
      if (found.length === 0) continue;
      sentences += 1;
      words += found.length;
      long += found.filter((word) => word.replace(/[^\p{L}]/gu, '').length > 6).length;
    }
  }
  if (words < FROM) return null;
  return Math.round(words / sentences + (100 * long) / words);
}
