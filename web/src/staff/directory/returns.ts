// When somebody who goes away is back: what one says at the door, so that two clicks are enough.
import { daysAfter, instantOf, isoDate } from '../../shared/moments';

const HOUR_MS = 3_600_000;
const QUARTER_MS = HOUR_MS / 4;
/** The working day begins. */
const MORNING = '08:00';

const weekday = (date: string) => new Date(`${date}T12:00:00Z`).getUTCDay();

function nextWorkday(date: string): string {
  let day = daysAfter(date, 1);
  while (weekday(day) === 0 || weekday(day) === 6) day = daysAfter(day, 1);
  return day;
}

/** In an hour, at 13, the next working morning, the morning of next Monday: those that lie ahead,
 * soonest first, none twice. */
export function returns(now: number): number[] {
  const today = isoDate(now);
  const tomorrow = nextWorkday(today);
  let monday = daysAfter(tomorrow, 1);
  while (weekday(monday) !== 1) monday = daysAfter(monday, 1);
  const lunch = instantOf(today, '13:00');
  const hour = Math.ceil((now + HOUR_MS) / QUARTER_MS) * QUARTER_MS;
  const times = [hour, instantOf(tomorrow, MORNING), instantOf(monday, MORNING)];
  if (lunch > now) times.push(lunch);
  return [...new Set(times)].sort((one, other) => one - other);
}
