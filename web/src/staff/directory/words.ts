// Words for what the directory says in codes.
import { msg } from '../../generated/directory';
import { plainDate } from '../../shared/moments';
import type { IconName } from '../parts/icons';
import type { PresenceState } from '../types';
import { lang, shortWhen, timeOf, when } from '../wording';
import { hoursText } from './hours';
import type {
  Change,
  Finding,
  Found,
  Freshness,
  ItemKind,
  Reason,
  Standing,
  UnitKind,
  Way,
} from './types';

const DAY_MS = 86_400_000;
/** A department confirms its entries so often. */
export const CONFIRM_AFTER_DAYS = 90;

export type Tone = 'ok' | 'warn' | 'error' | 'muted' | '';
/** What is said of a state: with an icon for a unit, a round dot for a person. */
export interface Said {
  text: string;
  tone: Tone;
  icon: IconName;
  dot: 'ready' | 'busy' | 'break' | 'offline';
}

/** Open, free, busy, away until, opens when. `presence`: what somebody who signs in here says. */
export function standing(
  state: Standing,
  person: boolean,
  now: number,
  presence: PresenceState | null = null,
): Said {
  switch (state.reach) {
    case 'now': {
      const text = person
        ? presence === 'ready'
          ? msg.dir_there()
          : msg.dir_reachable()
        : state.until
          ? msg.dir_open_until({ time: timeOf(state.until) })
          : msg.dir_open();
      return { text, tone: 'ok', icon: 'check', dot: 'ready' };
    }
    case 'busy':
      return { text: msg.dir_busy(), tone: 'warn', icon: 'clock', dot: 'busy' };
    case 'away': {
      const back = state.back ?? state.at;
      const text = back ? msg.dir_away({ when: shortWhen(back, now) }) : msg.dir_away_now();
      return { text, tone: 'warn', icon: 'clock', dot: 'break' };
    }
    case 'closed': {
      const text = state.at ? msg.dir_opens({ when: when(state.at, now) }) : msg.dir_closed();
      return { text, tone: 'muted', icon: 'lock', dot: 'offline' };
    }
    case 'never': {
      const text = presence === null ? msg.dir_unreachable() : msg.dir_offline();
      return { text, tone: 'muted', icon: 'stop', dot: 'offline' };
    }
  }
}

/** How old the confirmation is, where that is worth a look: nothing within the time, then a
 * warning, and an error after twice the time or when nobody ever did. */
export function ageOf(
  fresh: Freshness | null,
  now: number,
): { text: string; said: string; tone: Tone; icon: IconName } | null {
  if (!fresh) return null;
  if (fresh.confirmed === null)
    return {
      text: '',
      said: msg.dir_never_confirmed(),
      tone: 'error',
      icon: 'warning',
    };
  const days = Math.floor((now - fresh.confirmed) / DAY_MS);
  const text = msg.dir_days_old({ n: days });
  const said = msg.dir_last_confirmed_days({ n: days });
  if (days >= 2 * CONFIRM_AFTER_DAYS) return { text, said, tone: 'error', icon: 'warning' };
  if (days >= CONFIRM_AFTER_DAYS) return { text, said, tone: 'warn', icon: 'clock' };
  if (fresh.reports > 0)
    return { text: '', said: msg.dir_reports({ n: fresh.reports }), tone: 'warn', icon: 'warning' };
  return { text: '', said: msg.dir_is_confirmed(), tone: 'ok', icon: 'check' };
}

export const nameOf = (of: { name: string; name_en?: string }) =>
  lang() === 'en' && of.name_en ? of.name_en : of.name;

/** Why it was found; a name that stands there needs no reason. */
export function because(hit: Found): string {
  const text = hit.because?.text ?? '';
  switch (hit.because?.by) {
    case 'topic':
      return msg.dir_because_topic({ text });
    case 'skill':
      return msg.dir_because_skill({ text });
    default:
      return '';
  }
}

export const unitKindName: Record<UnitKind, () => string> = {
  administration: () => msg.dir_kind_administration(),
  department: () => msg.dir_kind_department(),
  team: () => msg.dir_kind_team(),
};

export const wayName: Record<Way, () => string> = {
  telephone: () => msg.dir_way_telephone(),
  outside: () => msg.dir_way_outside(),
  chat: () => msg.dir_way_chat(),
  mail: () => msg.dir_way_mail(),
};

const fields: Record<string, () => string> = {
  name: () => msg.dir_name(),
  name_en: () => msg.dir_name_en(),
  title: () => msg.dir_title(),
  phone: () => msg.dir_phone(),
  email: () => msg.dir_email(),
  address: () => msg.dir_address(),
  hours: () => msg.dir_hours(),
  promise: () => msg.dir_promise(),
  part_of: () => msg.dir_part_of(),
  parent: () => msg.dir_part_of(),
  topics: () => msg.dir_topics(),
  topic: () => msg.dir_topic(),
  unit: () => msg.dir_unit(),
  people: () => msg.dir_people(),
  conditions: () => msg.dir_conditions(),
  deputies: () => msg.dir_deputies(),
  languages: () => msg.dir_languages(),
  skills: () => msg.dir_skills(),
  person: () => msg.dir_login(),
  login: () => msg.dir_login(),
  way: () => msg.dir_way(),
  holder: () => msg.dir_holder(),
  public: () => msg.dir_public(),
  kind: () => msg.dir_kind(),
  from: () => msg.dir_go_away_from(),
  until: () => msg.dir_go_away_until(),
  note: () => msg.dir_report_why(),
};
/** A field as it is called on the screen; one this version does not know is shown as it is. */
export const fieldName = (field: string): string => fields[field]?.() ?? field;

/** What stands in a field, as people read it. */
export const valueText = (field: string, value: string): string =>
  field === 'hours' ? hoursText(value) : value;

/** A field of a thing; the address of a line is its number. */
export const fieldOf = (kind: ItemKind, field: string): string =>
  kind === 'line' && field === 'address' ? msg.dir_kind_line() : fieldName(field);

/** What a thing always has: when that came, the thing came; when it went, the thing is gone. */
const ALWAYS: Record<ItemKind, string> = {
  department: 'name',
  unit: 'name',
  person: 'name',
  line: 'way',
  responsibility: 'topic',
};
function deed({ kind, fields }: Change): 'made' | 'gone' | 'changed' {
  const always = fields.find((field) => field.field === ALWAYS[kind]);
  if (always?.before === null) return 'made';
  return always?.after === null ? 'gone' : 'changed';
}

/** It stands in the history of whom it is about. */
const isAbsence = ({ fields }: Change) => fields.some((field) => field.field === 'entry');

/** What happened, in a sentence without the fields. */
export function changeText(change: Change): string {
  const by = change.by ?? msg.dir_by_import();
  const name = change.name;
  if (change.how === 'confirmed') return msg.dir_change_confirmed({ by });
  if (isAbsence(change)) return msg.dir_change_absence({ by, name });
  switch (deed(change)) {
    case 'made':
      return msg.dir_change_made({ by, name });
    case 'gone':
      return msg.dir_change_removed({ by, name });
    case 'changed':
      return msg.dir_change_changed({ by, name });
  }
}
/** What the sentence does not say: the fields that were changed. */
export const changedFields = (change: Change): Change['fields'] =>
  change.how !== 'confirmed' && !isAbsence(change) && deed(change) === 'changed'
    ? change.fields
    : [];

/** Why these are the ones to turn to. */
export function reasonText(reason: Reason, now: number): string {
  const name = reason.name ?? '';
  switch (reason.why) {
    case 'given':
      return msg.dir_why_given({ name });
    case 'given-for-such':
      return msg.dir_why_given_for_such({ name });
    case 'usual':
      return msg.dir_why_usual({ name });
    case 'nobody':
      return msg.dir_why_nobody();
    case 'owner-away':
      return [
        reason.back === null
          ? msg.dir_why_owner_away_now({ name })
          : msg.dir_why_owner_away({ name, when: shortWhen(reason.back, now) }),
        ...(reason.covered ? [msg.dir_why_covered()] : []),
      ].join(' ');
    case 'all-closed':
      return msg.dir_why_all_closed();
  }
}

const findings: Record<string, () => string> = {
  'topic-without-owner': () => msg.dir_finding_topic_without_owner(),
  'unit-gone': () => msg.dir_finding_unit_gone(),
  'person-gone': () => msg.dir_finding_person_gone(),
  'no-department': () => msg.dir_finding_no_department(),
  'number-taken': () => msg.dir_finding_number_taken(),
  'deputy-circle': () => msg.dir_finding_deputy_circle(),
  'unit-circle': () => msg.dir_finding_unit_circle(),
  'number-twice': () => msg.dir_finding_number_twice(),
  'main-number': () => msg.dir_finding_main_number(),
  unreachable: () => msg.dir_finding_unreachable(),
  'not-staffed': () => msg.dir_finding_not_staffed(),
};
export const findingText = (finding: Finding): string =>
  findings[finding.finding]?.() ?? finding.finding;

export const dayOf = (at: number): string => plainDate(at, lang());
