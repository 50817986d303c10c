import { expect, test } from 'vitest';
import { branches, pathTo } from './tree';

const unit = (key: string, parent: string | null = null) => ({ key, parent });
const drawn = (from: ReturnType<typeof branches>): unknown[] =>
  from.map((branch) => [branch.unit.key, ...drawn(branch.below)]);

test('units stand below the unit they are part of, in the order given', () => {
  const units = [unit('job'), unit('ydelse', 'job'), unit('pension', 'ydelse'), unit('byg')];
  expect(drawn(branches(units))).toEqual([['job', ['ydelse', ['pension']]], ['byg']]);
});

test('a unit whose parent is gone, and units that are part of each other, are still shown', () => {
  const units = [unit('a', 'b'), unit('b', 'a'), unit('c', 'a'), unit('d', 'gone')];
  const all = JSON.stringify(drawn(branches(units)));
  for (const { key } of units) expect(all.split(`"${key}"`)).toHaveLength(2);
});

test('the way to a unit begins outermost and ends, even in a circle', () => {
  const units = [unit('job'), unit('ydelse', 'job'), unit('pension', 'ydelse'), unit('x', 'x')];
  expect(pathTo(units, 'pension').map((one) => one.key)).toEqual(['job', 'ydelse', 'pension']);
  expect(pathTo(units, 'x').map((one) => one.key)).toEqual(['x']);
  expect(pathTo(units, 'nobody')).toEqual([]);
});
