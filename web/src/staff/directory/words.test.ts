import { describe, expect, it } from 'vitest';
import { NO_ANSWERS, conditionText, factsOf } from './conditions';
import { newKey } from './keys';
import { spotOf } from './places';
import type { Change, Freshness, Standing } from './types';
import { ageOf, changeText, changedFields, standing } from './words';

const NOW = Date.parse('2027-06-02T10:05:00+02:00');
const LUNCH = Date.parse('2027-06-02T13:00:00+02:00');
const DAY = 86_400_000;
const never: Standing = { reach: 'never', until: null, back: null, at: null };
const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('whether somebody can be reached', () => {
  it('says until when, or from when', () => {
    const open = { ...never, reach: 'now' as const, until: LUNCH };
    expect(standing(open, false, NOW).text).toBe('Åben til 13.00');
    expect(standing(open, true, NOW, 'ready').text).toBe('Ledig');
    expect(standing(open, true, NOW).text).toBe('Kan nås');
    const away = { ...never, reach: 'away' as const, back: LUNCH };
    expect(plain(standing(away, true, NOW).text)).toBe('Væk, tilbage kl. 13.00');
    const closed = { ...never, reach: 'closed' as const, at: LUNCH };
    expect(plain(standing(closed, false, NOW).text)).toBe('Åbner i dag kl. 13.00');
  });

  it('tells who is not signed in from who has no number at all', () => {
    expect(standing(never, true, NOW, 'offline').text).toBe('Ikke logget ind');
    expect(standing(never, true, NOW).text).toBe('Har intet nummer');
  });
});

describe('whether an entry can be trusted', () => {
  const fresh = (days: number | null, reports = 0): Freshness => ({
    score: 100,
    confirmed: days === null ? null : NOW - days * DAY,
    confirmed_by: 'Ditte',
    due: null,
    reports,
    stale: false,
  });

  it('is a warning after 90 days, an error after 180 or when nobody ever confirmed it', () => {
    const tone = (of: Freshness) => ageOf(of, NOW)?.tone;
    expect(tone(fresh(89))).toBe('ok');
    expect(tone(fresh(90))).toBe('warn');
    expect(tone(fresh(180))).toBe('error');
    expect(tone(fresh(null))).toBe('error');
    expect(tone(fresh(3, 1))).toBe('warn');
    expect(ageOf(null, NOW)).toBeNull();
  });
});

describe('the history', () => {
  const change = (fields: Change['fields'], more: Partial<Change> = {}): Change => ({
    id: '1',
    at: NOW,
    by: 'Ditte',
    how: 'by-hand',
    kind: 'person',
    item: 'p',
    name: 'Kurt',
    fields,
    ...more,
  });

  it('tells an entry that came from one to which something was added', () => {
    const made = change([{ field: 'name', before: null, after: 'Kurt' }]);
    expect(changeText(made)).toBe('Ditte skrev Kurt ind');
    expect(changedFields(made)).toEqual([]);
    const more = change([{ field: 'skills', before: null, after: 'varme' }]);
    expect(changeText(more)).toBe('Ditte rettede Kurt');
    expect(changedFields(more)).toHaveLength(1);
    const gone = change([{ field: 'name', before: 'Kurt', after: null }], { by: null });
    expect(changeText(gone)).toBe('importen fjernede Kurt');
    expect(changeText(change([], { how: 'confirmed' }))).toBe('Ditte bekræftede alt');
  });
});

describe('conditions', () => {
  it('are said in plain words', () => {
    expect(conditionText({ by: 'age', from: 67 })).toBe('borgere fra 67 år');
    expect(conditionText({ by: 'age', from: 15, to: 17 })).toBe('borgere på 15–17 år');
    expect(conditionText({ by: 'birth-day', from: 1, to: 15 })).toBe('født den 1.–15. i måneden');
    expect(conditionText({ by: 'post-code', from: 8700, to: 8700 })).toBe('postnummer 8700');
    const street = { by: 'street' as const, street: 'Gasvej', from: 2, side: 'even' as const };
    expect(conditionText(street)).toBe('Gasvej fra nr. 2, lige numre');
  });

  it('ask for whole answers only: half a post code decides nothing', () => {
    expect(factsOf(NO_ANSWERS)).toEqual({});
    expect(factsOf({ ...NO_ANSWERS, post_code: '87' })).toEqual({});
    expect(factsOf({ ...NO_ANSWERS, street: 'Gasvej' })).toEqual({});
    expect(
      factsOf({
        ...NO_ANSWERS,
        age: ' 67 ',
        street: 'Gasvej',
        number: '12 B',
        said: { 'Er du sygemeldt?': true, 'Er du ung?': true, 'Er du syg?': false },
      }),
    ).toEqual({
      age: 67,
      street: 'Gasvej',
      number: 12,
      yes: ['Er du sygemeldt?', 'Er du ung?'],
      no: ['Er du syg?'],
    });
  });
});

describe('places', () => {
  const spot = (id: string | null, ...rest: string[]) =>
    spotOf({ id, rest }, (key) => key === 'horsens', 'horsens');

  it('begin at home; what is no municipality is searched for', () => {
    expect(spot(null).municipality).toBe('horsens');
    expect(spot('all').municipality).toBeNull();
    expect(spot('folkepension').query).toBe('folkepension');
    expect(spot('horsens', 'unit', 'ydelse')).toMatchObject({ view: 'unit', key: 'ydelse' });
    expect(spot('horsens', 'nowhere').view).toBeNull();
  });
});

it('gives a new unit a key like the others, and its own', () => {
  expect(newKey('Førtidspension & Ældre', [])).toBe('foertidspension-aeldre');
  expect(newKey('Team', [{ key: 'team' }, { key: 'team-2' }])).toBe('team-3');
  expect(newKey('¿?', [])).toBe('team');
});
