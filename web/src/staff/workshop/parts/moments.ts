// Days and instants as the workshop writes them.
import { plainDate } from '../../../shared/moments';
import { lang } from '../../wording';

/** 2. juni 2026, of a day as 2026-06-02. */
export function dayOf(date: string | null | undefined): string {
  const at = Date.parse(`${date ?? ''}T12:00:00Z`);
  return Number.isFinite(at) ? plainDate(at, lang()) : '–';
}
