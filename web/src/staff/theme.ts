// The municipalities' colours, as a sheet made in the browser: the security policy forbids styles in
// attributes and lets this be. Only names and colours of a fixed form get in.

import type { Municipality } from './types';

let sheet: CSSStyleSheet | null = null;
const known = new Map<string, string>();

export function rules(municipalities: Municipality[]): string {
  return municipalities
    .filter(({ key, colour }) => /^[a-z0-9-]{1,64}$/.test(key) && /^#[0-9a-f]{6}$/i.test(colour))
    .map(({ key, colour }) => `[data-m='${key}'] { --brand: ${colour}; }`)
    .join('\n');
}

/** Colours stay when reach ends: the strip of a finished conversation keeps its municipality. */
export function paint(municipalities: Municipality[]): void {
  for (const { key, colour } of municipalities) known.set(key, colour);
  if (!sheet) {
    sheet = new CSSStyleSheet();
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
  }
  const all = [...known].map(([key, colour]) => ({ key, colour, name: key, short: key }));
  sheet.replaceSync(rules(all));
}
