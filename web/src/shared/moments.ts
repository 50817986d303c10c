// Dates and times as Danes write them: clock 20.15 (point), duration 4:12 (colon), so that the two
// never look alike. All clocks show the consortium's time, wherever the browser stands.

export type Tongue = 'da' | 'en';

const ZONE = 'Europe/Copenhagen';
const made = new Map<string, Intl.DateTimeFormat>();

function format(tongue: Tongue, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = tongue + JSON.stringify(options);
  let found = made.get(name);
  if (!found) {
    const locale = tongue === 'da' ? 'da-DK' : 'en-GB';
    found = new Intl.DateTimeFormat(locale, { timeZone: ZONE, ...options });
    made.set(name, found);
  }
  return found;
}

/** 20.15, in English 20:15. */
export function clock(at: number, tongue: Tongue): string {
  const parts = format('en', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => parts.find((p) => p.type === type)?.value ?? '';
  return tongue === 'da'
    ? `${Number(part('hour'))}.${part('minute')}`
    : `${part('hour')}:${part('minute')}`;
}

/** 0:20, 4:12, 1:04:12; never negative. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const seconds = String(whole % 60).padStart(2, '0');
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** ons. 10. juni; in English Wed 10 June. */
export function shortDay(at: number, tongue: Tongue): string {
  return format(tongue, { weekday: 'short', day: 'numeric', month: 'long' })
    .format(at)
    .replace(' den ', ' ')
    .replace(/^(\p{L}+)\.? (?!d)/u, tongue === 'da' ? '$1. ' : '$1 ');
}

/** onsdag den 10. juni 2026. */
export function longDay(at: number, tongue: Tongue): string {
  return format(tongue, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(
    at,
  );
}

/** 2. juni 2026. */
export function plainDate(at: number, tongue: Tongue): string {
  return format(tongue, { day: 'numeric', month: 'long', year: 'numeric' }).format(at);
}

/** The calendar day as 2026-06-10, in the consortium's time. */
export function isoDate(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: ZONE }).format(at);
}

/** The instant at which the wall clock shows the given day (2026-06-10) and time (12:00). */
export function instantOf(date: string, time: string): number {
  const guess = Date.parse(`${date}T${time}:00Z`);
  const shown = (at: number) => {
    const parts = new Intl.DateTimeFormat('sv-SE', {
      timeZone: ZONE,
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(at);
    return Date.parse(`${parts.replace(' ', 'T')}:00Z`);
  };
  const once = guess - (shown(guess) - guess);
  return once - (shown(once) - guess);
}

/** The wall clock as 12:00 for a time field. */
export function isoTime(at: number): string {
  return format('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at);
}

/** A day of the calendar, so many days later. */
export function daysAfter(date: string, days: number): string {
  const at = new Date(`${date}T12:00:00Z`);
  at.setUTCDate(at.getUTCDate() + days);
  return at.toISOString().slice(0, 10);
}

/** The Monday of the week in which the day lies. */
export function mondayOf(date: string): string {
  const weekday = (new Date(`${date}T12:00:00Z`).getUTCDay() + 6) % 7;
  return daysAfter(date, -weekday);
}

/** ISO 8601 week. */
export function weekOf(date: string): number {
  const thursday = new Date(`${daysAfter(mondayOf(date), 3)}T12:00:00Z`);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1, 12);
  return 1 + Math.floor((thursday.getTime() - first) / (7 * 86_400_000));
}

/** Whole days from the day of `now` to the day of `at`: 0 today, 1 tomorrow, -1 yesterday. */
export function daysAway(at: number, now: number): number {
  return Math.round((Date.parse(isoDate(at)) - Date.parse(isoDate(now))) / 86_400_000);
}
