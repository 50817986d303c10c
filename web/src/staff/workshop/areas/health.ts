// What is said about areas: the numbers of their health in the order they are shown in, whom they are
// open to, who keeps them.
import { msg } from '../../../generated/workshop';
import type { Area, Health, Keeper } from './types';

export const HEALTH: { key: keyof Health; name: () => string }[] = [
  { key: 'overdue', name: () => msg.area_overdue() },
  { key: 'stale', name: () => msg.area_stale() },
  { key: 'failed_searches', name: () => msg.area_failed_searches() },
  { key: 'not_helped', name: () => msg.area_not_helped() },
  { key: 'contacts', name: () => msg.area_contacts() },
  { key: 'half_way', name: () => msg.area_half_way() },
];

/** Whether anything of an area wants somebody. */
export function needsCare(health: Health): boolean {
  return HEALTH.some((line) => health[line.key] > 0);
}

/** Whom of so many members an area is open to. */
export function openTo({ open_to }: Pick<Area, 'open_to'>, members: number): string {
  if (open_to.length === 0) return msg.area_open_none();
  return open_to.length >= members
    ? msg.area_open_all({ n: members })
    : msg.area_open_some({ n: open_to.length, all: String(members) });
}

export const keepers = (people: Keeper[]): string =>
  people.map((person) => person.name).join(', ') || msg.area_nobody();
