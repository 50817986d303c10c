// Words for codes, instants and durations.

import { byId, currentLanguage, msg } from '../generated/texts';
import { clock, daysAway, shortDay } from '../shared/moments';
import type { NoticeEntry } from '../shared/live';
import type { Competence, PresenceState } from './types';

export const lang = currentLanguage;

export const timeOf = (at: number): string => clock(at, lang());

/** i dag kl. 12.00 · i morgen, tors. 11. juni, kl. 12.00 · tors. 11. juni kl. 12.00 */
export function when(at: number, now: number): string {
  const time = timeOf(at);
  const day = shortDay(at, lang());
  switch (daysAway(at, now)) {
    case 0:
      return msg.when_today({ time });
    case 1:
      return msg.when_tomorrow({ time, day });
    case -1:
      return msg.when_yesterday({ time });
    default:
      return msg.when_day({ time, day });
  }
}

/** The clock alone today, else with its day. */
export function shortWhen(at: number, now: number): string {
  return daysAway(at, now) === 0 ? msg.at_clock({ time: timeOf(at) }) : when(at, now);
}

/** om 3 t. 48 min. · for 12 min. siden */
export function away(at: number, now: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(at - now) / 60_000));
  const span =
    minutes < 60
      ? msg.span_minutes({ minutes })
      : minutes < 48 * 60
        ? msg.span_hours({ hours: Math.floor(minutes / 60), minutes: minutes % 60 })
        : msg.span_days({ days: Math.round(minutes / 1440) });
  return at >= now ? msg.span_ahead({ span }) : msg.span_ago({ span });
}

export const competenceName: Record<Competence, () => string> = {
  general: () => msg.competence_general(),
  local: () => msg.competence_local(),
  case: () => msg.competence_case(),
  'other-authority': () => msg.competence_other(),
};

export const competenceAdvice: Record<Competence, () => string> = {
  general: () => msg.advice_general(),
  local: () => msg.advice_local(),
  case: () => msg.advice_case(),
  'other-authority': () => msg.advice_other(),
};

export const presenceName: Record<PresenceState, () => string> = {
  ready: () => msg.presence_ready(),
  break: () => msg.presence_break(),
  busy: () => msg.presence_busy(),
  offline: () => msg.presence_offline(),
};

/** The text of something that happened in a conversation. */
export function noticeText(entry: NoticeEntry, municipality: (key: string) => string): string {
  const args: Record<string, unknown> = { ...entry.args };
  for (const name of ['municipality', 'to']) {
    const value = args[name];
    if (typeof value === 'string') args[name] = municipality(value);
  }
  return byId(`notice-${entry.code}`, args) ?? entry.code;
}

export function outcomeName(code: string): string {
  return byId(`outcome-${code}`) ?? code;
}

export function refusalText(code: string): string {
  return byId(`problem-${code}`) ?? byId(`refused-${code}`) ?? code;
}

export function roleName(code: string): string {
  return byId(`role-${code}`) ?? code;
}


export function byIdOr(id: string, otherwise: string): string {
  return byId(id) ?? otherwise;
}
