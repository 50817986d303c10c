import { describe, expect, it } from 'vitest';
import { hoursText, spansOf, textOf, weekOf } from './hours';

describe('opening hours', () => {
  it('come back as they were after they were shown', () => {
    for (const text of [
      'mon-wed 08:00-15:30; thu 08:00-17:00; fri 08:00-14:00',
      'mon-sun 00:00-24:00',
      'thu 08:00-12:00, 15:00-17:00; fri 22:00-02:00; holidays 10:00-14:00; 2027-12-23 closed',
      '',
    ]) {
      expect(textOf(weekOf(text))).toBe(text);
    }
  });

  it('are read as people write them', () => {
    expect(spansOf('8-15.30')).toBe('08:00-15:30');
    expect(spansOf('8.00 – 12 og 15–17')).toBe('08:00-12:00, 15:00-17:00');
    expect(spansOf(' ')).toBe('');
    for (const wrong of ['8', 'lukket?', '8-25', '8.70-9', '8-9-10']) {
      expect(spansOf(wrong)).toBeNull();
    }
  });

  it('are shown a day at a time, with a point in the clock', () => {
    const week = weekOf('mon-wed 08:00-15:30; fri closed');
    expect(week.days.slice(0, 5)).toEqual(['8.00–15.30', '8.00–15.30', '8.00–15.30', '', '']);
  });

  it('are not written when a day is not understood', () => {
    const week = weekOf('mon 08:00-15:30');
    week.days[1] = 'om morgenen';
    expect(textOf(week)).toBeNull();
  });

  it('are read with the days of the week, those that are the same together', () => {
    expect(hoursText('mon-wed 08:00-15:30; fri 09:00-12:00; 2027-12-24 closed')).toBe(
      'man.–ons. 8.00–15.30; fre. 9.00–12.00; 2027-12-24 closed',
    );
  });
});
