// The key of a unit made here, from its name, as the other keys are written.

const LETTERS: Record<string, string> = {
  æ: 'ae',
  ø: 'oe',
  å: 'aa',
  é: 'e',
  ö: 'oe',
  ä: 'ae',
  ü: 'u',
};

/** `Førtidspension` -> `foertidspension`; with a number behind it where that is taken. */
export function newKey(name: string, taken: readonly { key: string }[]): string {
  const plain = name
    .toLowerCase()
    .replace(/[æøåéöäü]/g, (letter) => LETTERS[letter] ?? '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  const base = plain || 'team';
  const free = (key: string) => !taken.some((one) => one.key === key);
  let key = base;
  for (let n = 2; !free(key); n += 1) key = `${base}-${n}`;
  return key;
}
