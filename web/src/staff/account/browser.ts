/** Browsers and systems by what they call themselves, the more particular first. */
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['SamsungBrowser', 'Samsung Internet'],
  ['Firefox', 'Firefox'],
  ['FxiOS', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['CriOS', 'Chrome'],
  ['Safari', 'Safari'],
] as const;
const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['CrOS', 'ChromeOS'],
  ['Windows', 'Windows'],
  ['Mac OS', 'Mac'],
  ['Linux', 'Linux'],
] as const;

/** A browser as people call it ("Firefox, Windows"), from its User-Agent; what nobody knows stays as it is. */
export function browserOf(agent: string): string {
  const named = (names: readonly (readonly [string, string])[]) =>
    names.find(([token]) => agent.includes(token))?.[1];
  return [named(BROWSERS), named(SYSTEMS)].filter(Boolean).join(', ') || agent;
}
