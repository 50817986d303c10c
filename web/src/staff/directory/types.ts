// The directory as the staff API answers with it. Instants are Unix ms.
import type { Competence, PresenceState } from '../types';

export interface Named {
  id: string;
  name: string;
}
export interface TopicNamed {
  topic: string;
  title: string;
  competence: Competence | null;
  urgent: boolean;
}

/** Whether somebody or something can be reached. */
export interface Standing {
  reach: 'now' | 'busy' | 'away' | 'closed' | 'never';
  /** Closes. */
  until: number | null;
  /** Returns. */
  back: number | null;
  /** Can be reached again. */
  at: number | null;
}

export interface Freshness {
  score: number;
  confirmed: number | null;
  confirmed_by: string | null;
  due: number | null;
  /** Said to be wrong since then. */
  reports: number;
  stale: boolean;
}

export type Side = 'both' | 'even' | 'odd';
export type Condition =
  | { by: 'age'; from?: number | null; to?: number | null }
  | { by: 'post-code'; from: number; to: number }
  | { by: 'street'; street: string; from?: number | null; to?: number | null; side: Side }
  | { by: 'birth-day'; from: number; to: number }
  | { by: 'said'; question: string };

export type Asked =
  { ask: 'age' | 'post-code' | 'address' | 'birth-day' } | { ask: 'said'; question: string };

export type Way = 'telephone' | 'outside' | 'chat' | 'mail';
export interface Line {
  /** `null`: a part of the department's own record. */
  id: string | null;
  way: Way;
  address: string | null;
  public: boolean;
  /** Its own; `null`: those of its unit. */
  hours: string | null;
  state: Standing;
  of_department: boolean;
  by_hand: string[];
  version: number;
}

export interface Absence {
  id: string;
  from: number;
  until: number;
}

export interface PersonRow {
  id: string;
  name: string;
  title: string;
  unit: string;
  /** `null`: does not sign in here. */
  presence: PresenceState | null;
  state: Standing;
  topics: TopicNamed[];
  deputies: Named[];
  languages: string[];
  skills: string[];
}

export interface Responsibility {
  /** `null`: from the article or the department's record. */
  id: string | null;
  topic: TopicNamed;
  unit: string;
  unit_name: string;
  /** The owner first. */
  people: Named[];
  conditions: Condition[];
  by_hand: string[];
  version: number;
  usual: boolean;
}

export type ItemKind = 'department' | 'unit' | 'person' | 'line' | 'responsibility';
export interface Change {
  id: string;
  at: number;
  by: string | null;
  how: 'by-hand' | 'import' | 'request' | 'confirmed';
  kind: ItemKind;
  item: string;
  name: string;
  fields: { field: string; before: string | null; after: string | null }[];
}

export interface Task {
  id: string;
  municipality: string;
  department: Named;
  kind: 'request' | 'misdirected' | 'unanswered';
  about: { kind: ItemKind; item: string; name: string } | null;
  topic: { topic: string; title: string } | null;
  /** Who has the topic. */
  owner: Named | null;
  field: string | null;
  /** What is proposed. */
  value: string | null;
  current: string | null;
  note: string;
  count: number;
  by: string | null;
  made_at: number;
  last_at: number;
  may_settle: boolean;
}
export interface Tasks {
  tasks: Task[];
  /** Own departments to confirm. */
  due: { municipality: string; department: Named; freshness: Freshness }[];
}

export type UnitKind = 'administration' | 'department' | 'team';
export interface UnitRow {
  key: string;
  kind: UnitKind;
  parent: string | null;
  name: string;
  name_en: string;
  state: Standing;
  /** Departments have it. */
  freshness: Freshness | null;
  open_tasks: number;
  people: number;
  may_edit: boolean;
  by_hand: string[];
  version: number;
}
export interface Tree {
  municipality: string;
  name: string;
  main_number: string;
  /** All of it. */
  may_edit: boolean;
  units: UnitRow[];
  /** The number of the directory's stream it was read at. */
  head: number;
}

export interface Department {
  name: string;
  name_en: string;
  phone: string;
  email: string;
  address: string;
  hours: string;
  promise: string;
  part_of: string | null;
  topics: string[];
  by_hand: string[];
  version: number;
}
export interface UnitView {
  unit: UnitRow;
  path: string[];
  department: Department | null;
  hours: { days: string; spans: string }[];
  /** As written for itself; `null`: those of the unit above. */
  own_hours: string | null;
  lines: Line[];
  people: PersonRow[];
  responsibilities: Responsibility[];
  freshness: Freshness | null;
  may_edit: boolean;
  tasks: Task[];
  history: Change[];
}
export interface PersonView extends PersonRow {
  path: string[];
  department: string | null;
  lines: Line[];
  absences: Absence[];
  responsibilities: Responsibility[];
  /** Those of the deputies who are there now. */
  meanwhile: Named[];
  deputy_for: Named[];
  login: string | null;
  source: 'csv' | 'scim' | 'ldap' | null;
  by_hand: string[];
  version: number;
  may_edit: boolean;
  may_set_absence: boolean;
  history: Change[];
}

export interface Found {
  kind: 'department' | 'unit' | 'person' | 'main' | 'emergency';
  municipality: string;
  unit: string | null;
  unit_name: string;
  entry: string | null;
  name: string;
  name_en: string;
  title: string | null;
  /** From outside in. */
  path: string[];
  because: {
    by: 'name' | 'title' | 'topic' | 'number' | 'skill' | 'words';
    text: string;
  } | null;
  number: string | null;
  email: string | null;
  address: string | null;
  state: Standing;
}

export interface Finding {
  finding: string;
  units: Named[];
  people: Named[];
  topic: { topic: string; title: string } | null;
  number: string | null;
  spans: { from: number; to: number }[];
}

export interface Imported {
  done: boolean;
  /** So much would go that somebody has to say so. */
  held_back: boolean;
  faults: { line: number; code: string; text: string; value: string }[];
  kinds: {
    kind: 'unit' | 'person' | 'line' | 'responsibility';
    added: string[];
    changed: string[];
    removed: string[];
    /** How many are added, changed and removed; not all of them may be named. */
    counts: [number, number, number];
    same: number;
  }[];
}

/** Why the one who is asked for is the one. */
export interface Reason {
  why: 'given' | 'given-for-such' | 'usual' | 'nobody' | 'owner-away' | 'all-closed';
  name: string | null;
  back: number | null;
  /** Whether somebody who stands in is there. */
  covered: boolean;
}
