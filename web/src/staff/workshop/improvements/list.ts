// The worklist narrowed down and put in order, without the screen.
import type { Improvement, State } from './types';

export interface Filter {
  state: State;
  municipality: string;
  area: string;
  mine: boolean;
}

/** Past due first, then those that most people miss. */
export function shownOf(items: Improvement[], filter: Filter, me: string): Improvement[] {
  return items
    .filter(
      (item) =>
        item.state === filter.state &&
        (filter.municipality === '' || item.municipality === filter.municipality) &&
        (filter.area === '' || item.area === filter.area) &&
        (!filter.mine || item.owner === me),
    )
    .sort(
      (a, b) =>
        Number(b.overdue) - Number(a.overdue) ||
        b.failed - a.failed ||
        a.title.localeCompare(b.title, 'da'),
    );
}

/** 0.4217 as "42". */
export function percent(share: number | null): string {
  return share === null ? '' : String(Math.round(share * 100));
}

/** The heights of a small column chart, 0 to 1. */
export function heights(weeks: number[]): number[] {
  const most = Math.max(1, ...weeks);
  return weeks.map((n) => n / most);
}
