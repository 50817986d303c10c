// Words for codes, instants and durations.

import { currentLanguage, msg } from '../generated/texts';
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
      return msg.staff_when_today({ time });
    case 1:
      return msg.staff_when_tomorrow({ time, day });
    case -1:
      return msg.staff_when_yesterday({ time });
    default:
      return msg.staff_when_day({ time, day });
  }
}

/** The clock alone today, else with its day. */
export function shortWhen(at: number, now: number): string {
  return daysAway(at, now) === 0 ? msg.staff_at_clock({ time: timeOf(at) }) : when(at, now);
}

/** om 3 t. 48 min. · for 12 min. siden */
export function away(at: number, now: number): string {
  const minutes = Math.max(1, Math.round(Math.abs(at - now) / 60_000));
  const span =
    minutes < 60
      ? msg.staff_span_minutes({ minutes })
      : minutes < 48 * 60
        ? msg.staff_span_hours({ hours: Math.floor(minutes / 60), minutes: minutes % 60 })
        : msg.staff_span_days({ days: Math.round(minutes / 1440) });
  return at >= now ? msg.staff_span_ahead({ span }) : msg.staff_span_ago({ span });
}

export const channelName = (channel: string): string =>
  channel === 'call' ? msg.staff_channel_call() : msg.staff_channel_chat();

export const competenceName: Record<Competence, () => string> = {
  general: () => msg.staff_competence_general(),
  local: () => msg.staff_competence_local(),
  case: () => msg.staff_competence_case(),
  'other-authority': () => msg.staff_competence_other(),
};

export const competenceAdvice: Record<Competence, () => string> = {
  general: () => msg.staff_advice_general(),
  local: () => msg.staff_advice_local(),
  case: () => msg.staff_advice_case(),
  'other-authority': () => msg.staff_advice_other(),
};

export const presenceName: Record<PresenceState, () => string> = {
  ready: () => msg.staff_presence_ready(),
  break: () => msg.staff_presence_break(),
  busy: () => msg.staff_presence_busy(),
  offline: () => msg.staff_presence_offline(),
};

export type Words = Record<string, () => string>;

/** The text of something that happened in a conversation, as a colleague reads it. */
export function noticeText(
  entry: NoticeEntry,
  municipality: (key: string) => string,
  now: number,
): string {
  const arg = (name: string) => entry.args[name] ?? '';
  const instant = (name: string) => {
    const at = Number(arg(name));
    return Number.isFinite(at) && at > 0 ? when(at, now) : arg(name);
  };
  const place = (name: string) => municipality(arg(name));
  switch (entry.code) {
    case 'queued':
      return msg.staff_notice_queued();
    case 'evening-duty':
      return msg.staff_notice_evening_duty({
        answering: place('answering') || place('municipality'),
      });
    case 'accepted':
      return msg.staff_notice_accepted({ name: arg('name') });
    case 'transferred':
      return msg.staff_notice_transferred({ to: place('to') });
    case 'handed-over':
      return msg.staff_notice_handed_over({
        department: arg('department'),
        deadline: instant('deadline'),
      });
    case 'promise-moved':
      return msg.staff_notice_promise_moved({ deadline: instant('deadline') });
    case 'released':
      return msg.staff_notice_released();
    case 'ended-by-citizen':
      return msg.staff_notice_ended_by_citizen();
    case 'ended-by-agent':
      return msg.staff_notice_ended_by_agent();
    case 'abandoned':
      return msg.staff_notice_abandoned();
    case 'reopened':
      return msg.staff_notice_reopened();
    case 'erased':
      return msg.staff_text_erased();
    default:
      return entry.code;
  }
}

const outcomes: Words = {
  'clarified-at-once': () => msg.staff_outcome_clarified_at_once(),
  'handed-over': () => msg.staff_outcome_handed_over(),
  'other-authority': () => msg.staff_outcome_other_authority(),
  misdirected: () => msg.staff_outcome_misdirected(),
  'citizen-left': () => msg.staff_outcome_citizen_left(),
};

const roles: Words = {
  agent: () => msg.staff_role_agent(),
  'department-coordinator': () => msg.staff_role_department_coordinator(),
  editor: () => msg.staff_role_editor(),
  reviewer: () => msg.staff_role_reviewer(),
  'duty-planner': () => msg.staff_role_duty_planner(),
  leader: () => msg.staff_role_leader(),
  'security-officer': () => msg.staff_role_security_officer(),
  'municipality-administrator': () => msg.staff_role_municipality_administrator(),
  'consortium-administrator': () => msg.staff_role_consortium_administrator(),
  wallboard: () => msg.staff_role_wallboard(),
};

const dutyProblems: Words = {
  gap: () => msg.staff_duty_problem_gap(),
};

// A code this version does not know is shown as it is rather than hidden.
export const word = (words: Words) => (code: string) => words[code]?.() ?? code;

export const outcomeName = word(outcomes);
export const roleName = word(roles);
export const dutyProblemText = word(dutyProblems);
