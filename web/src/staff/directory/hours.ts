// Opening hours as the server writes them (mon-wed 08:00-15:00; thu 08:00-17:00, 18:00-20:00) and as
// a coordinator fills them in: a field for each day.

import { lang } from '../wording';

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export interface Week {
  /** Monday first: `8.00–15.30, 17.00–19.00`; empty is closed. */
  days: string[];
  /** Holidays and single dates, left as they stand. */
  rest: string[];
}

const clock = (text: string) => text.replace(/^0?(\d+):(\d\d)$/, '$1.$2');

/** The spans of a day as one writes them on a door. */
function written(spans: string): string {
  return spans
    .split(',')
    .map((span) => span.trim().split('-').map(clock).join('–'))
    .join(', ');
}

function daysOf(name: string): number[] | null {
  const [first = '', last = first] = name.split('-');
  const from = DAYS.indexOf(first);
  const to = DAYS.indexOf(last);
  if (from < 0 || to < 0) return null;
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, step) => (from + step) % 7);
}

export function weekOf(text: string): Week {
  const week: Week = { days: DAYS.map(() => ''), rest: [] };
  for (const clause of text.split(';').map((one) => one.trim())) {
    if (!clause) continue;
    const [name = '', ...rest] = clause.split(/\s+/);
    const days = daysOf(name.toLowerCase());
    if (!days) {
      week.rest.push(clause);
      continue;
    }
    const spans = rest.join(' ');
    for (const day of days) week.days[day] = spans === 'closed' ? '' : written(spans);
  }
  return week;
}

/** `8-15.30`, `8.00–15.30`, `08:00-15:30` are the same; `null` when it is no span of a day. */
export function spansOf(text: string): string | null {
  const spans = text
    .split(/,|\sog\s|\sand\s/)
    .map((span) => span.trim())
    .filter(Boolean)
    .map((span) => {
      const found = /^(\d{1,2})(?:[.:](\d\d))?\s*[-–]\s*(\d{1,2})(?:[.:](\d\d))?$/.exec(span);
      if (!found) return null;
      const [, from = '', fromMinutes = '00', to = '', toMinutes = '00'] = found;
      if (Number(from) > 24 || Number(to) > 24 || Number(fromMinutes) > 59) return null;
      if (Number(toMinutes) > 59) return null;
      return `${from.padStart(2, '0')}:${fromMinutes}-${to.padStart(2, '0')}:${toMinutes}`;
    });
  return spans.includes(null) ? null : spans.join(', ');
}

/** As the server reads it, days that follow each other with the same hours together; `null` when a
 * day is not understood. */
export function textOf(week: Week): string | null {
  const days = week.days.map(spansOf);
  if (days.includes(null)) return null;
  const clauses: string[] = [];
  for (let at = 0; at < days.length; at += 1) {
    const from = at;
    while (at + 1 < days.length && days[at + 1] === days[from]) at += 1;
    if (!days[from]) continue;
    const name = from === at ? DAYS[from] : `${DAYS[from]}-${DAYS[at]}`;
    clauses.push(`${name} ${days[from]}`);
  }
  return [...clauses, ...week.rest].join('; ');
}

/** The names of the days, Monday first. */
export function dayNames(length: 'long' | 'short'): string[] {
  const locale = lang() === 'en' ? 'en-GB' : 'da-DK';
  const name = new Intl.DateTimeFormat(locale, { weekday: length, timeZone: 'UTC' });
  // 7 June 2027 is a Monday.
  return DAYS.map((_, day) => name.format(Date.UTC(2027, 5, 7 + day)));
}

/** As it is read: `man.–ons. 8.00–15.30; tors. 8.00–17.00`. */
export function hoursText(text: string): string {
  const names = dayNames('short');
  const { days, rest } = weekOf(text);
  const lines: string[] = [];
  for (const [at, spans] of days.entries()) {
    if (!spans || (at > 0 && days[at - 1] === spans)) continue;
    let last = at;
    while (days[last + 1] === spans) last += 1;
    lines.push(`${names[at]}${last > at ? `–${names[last]}` : ''} ${spans}`);
  }
  return [...lines, ...rest].join('; ');
}
