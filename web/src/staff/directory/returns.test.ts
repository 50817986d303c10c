import { expect, test } from 'vitest';
import { returns } from './returns';

const at = (text: string) => Date.parse(text);

test('in the morning one is back in an hour, at 13, tomorrow or on Monday', () => {
  expect(returns(at('2027-06-02T10:05:00+02:00'))).toEqual([
    at('2027-06-02T11:15:00+02:00'),
    at('2027-06-02T13:00:00+02:00'),
    at('2027-06-03T08:00:00+02:00'),
    at('2027-06-07T08:00:00+02:00'),
  ]);
});

test('at twelve an hour is 13: it is offered once', () => {
  expect(returns(at('2027-06-02T12:00:00+02:00'))[0]).toBe(at('2027-06-02T13:00:00+02:00'));
  expect(returns(at('2027-06-02T12:00:00+02:00'))).toHaveLength(3);
});

test('on a Friday the next working day is Monday, and the Monday after is the later one', () => {
  expect(returns(at('2027-06-04T14:00:00+02:00'))).toEqual([
    at('2027-06-04T15:00:00+02:00'),
    at('2027-06-07T08:00:00+02:00'),
    at('2027-06-14T08:00:00+02:00'),
  ]);
});

test('the morning is eight by the clock on the wall, on both sides of summer time', () => {
  expect(returns(at('2027-03-26T14:00:00+01:00'))).toContain(at('2027-03-29T08:00:00+02:00'));
});
