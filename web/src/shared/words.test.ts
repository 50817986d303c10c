import { describe, expect, it } from 'vitest';
import {
  clock,
  daysAway,
  duration,
  instantOf,
  isoDate,
  mondayOf,
  shortDay,
  weekOf,
} from './moments';
import { pieces } from './pieces';
import { sensitiveIn } from './sensitive';

const evening = Date.parse('2027-06-02T20:15:00+02:00');

describe('dates and times', () => {
  it('writes the clock with a point in Danish and a colon in English', () => {
    expect(clock(evening, 'da')).toBe('20.15');
    expect(clock(evening, 'en')).toBe('20:15');
    expect(clock(Date.parse('2027-06-03T08:05:00+02:00'), 'da')).toBe('8.05');
  });

  it('writes durations with a colon and never below zero', () => {
    expect(duration(20_000)).toBe('0:20');
    expect(duration(252_000)).toBe('4:12');
    expect(duration(3_852_000)).toBe('1:04:12');
    expect(duration(-5)).toBe('0:00');
  });

  it('shows the consortium’s day, whatever the browser thinks', () => {
    expect(isoDate(Date.parse('2027-06-02T23:30:00Z'))).toBe('2027-06-03');
    expect(shortDay(evening, 'da')).toBe('ons. 2. juni');
  });

  it('counts days by the calendar, not by hours', () => {
    expect(daysAway(Date.parse('2027-06-03T00:10:00+02:00'), evening)).toBe(1);
    expect(daysAway(Date.parse('2027-06-02T00:10:00+02:00'), evening)).toBe(0);
  });

  it('finds the instant of a wall clock on both sides of summer time', () => {
    expect(instantOf('2027-06-03', '12:00')).toBe(Date.parse('2027-06-03T12:00:00+02:00'));
    expect(instantOf('2027-12-03', '12:00')).toBe(Date.parse('2027-12-03T12:00:00+01:00'));
    expect(instantOf('2027-03-28', '12:00')).toBe(Date.parse('2027-03-28T12:00:00+02:00'));
  });

  it('begins weeks on Monday and counts them by ISO 8601', () => {
    expect(mondayOf('2027-06-06')).toBe('2027-05-31');
    expect(weekOf('2027-06-02')).toBe(22);
    expect(weekOf('2027-01-01')).toBe(53);
  });
});

describe('what must not be written in a chat', () => {
  it('warns of CPR numbers by their date, with and without hyphen', () => {
    expect(sensitiveIn('Hans nummer er 010115-1234')).toBe('cpr');
    expect(sensitiveIn('0101151234')).toBe('cpr');
    expect(sensitiveIn('610115-1234')).toBe('cpr');
  });

  it('leaves telephone numbers, prices and other numbers alone', () => {
    for (const text of ['Ring 45 00 10 70', 'beholder 48213', '991399-1234', '1.234.567 kr.']) {
      expect(sensitiveIn(text)).toBeNull();
    }
  });

  it('warns of card numbers with a right check digit', () => {
    expect(sensitiveIn('4111 1111 1111 1111')).toBe('card');
    expect(sensitiveIn('4111 1111 1111 1112')).toBeNull();
  });
});

describe('what somebody wrote', () => {
  it('makes links of https addresses and of nothing else', () => {
    const found = pieces('Se https://eksempel.dk/pas. Eller javascript:alert(1) http://a.dk');
    expect(found.filter((piece) => piece.is === 'link').map((piece) => piece.text)).toEqual([
      'https://eksempel.dk/pas',
    ]);
  });

  it('shows what was masked as masked', () => {
    expect(pieces('cpr er ••••••-••••, kort •••• •••• •••• ••••')).toEqual([
      { is: 'text', text: 'cpr er ' },
      { is: 'mask', text: '••••••-••••' },
      { is: 'text', text: ', kort ' },
      { is: 'mask', text: '•••• •••• •••• ••••' },
    ]);
  });

  it('loses no letter', () => {
    for (const text of ['', 'a', 'https://x.dk', '<b>&amp;</b> ••••••-••••x', 'æøå\nny']) {
      expect(
        pieces(text)
          .map((piece) => piece.text)
          .join(''),
      ).toBe(text);
    }
  });
});
