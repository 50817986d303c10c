// The numbers of an area's health, in the order they are shown in.
import { msg } from '../../../generated/workshop';
import type { Health } from './types';

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
