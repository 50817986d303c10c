// What the staff API answers with (see openapi.json). Ids and keys are strings, instants Unix ms.

import type { ArticleRef, Entry } from '../shared/live';
import type { Asked, Reason } from './directory/types';

export interface Municipality {
  key: string;
  name: string;
  short: string;
  colour: string;
}

export interface Role {
  role: string;
  municipality: string | null;
  department: string | null;
}

export type PresenceState = 'ready' | 'break' | 'busy' | 'offline';

export interface Presence {
  state: PresenceState;
  reason: string;
  back_at: number | null;
}

export interface DutyNow {
  on: boolean;
  until: number | null;
  serving: string | null;
  for: string[];
}

export interface Me {
  person: { id: string; name: string; initials: string; home: string };
  roles: Role[];
  rights: string[];
  municipalities: Municipality[];
  /** All members by name and colour, in reach or not; names on lists come from here. */
  members?: Municipality[];
  duty: DutyNow;
  presence: Presence;
  now: number;
  /** When all this may be different: ask again then. */
  until: number;
  languages: string[];
  demo: boolean;
}

export interface DemoAccount {
  login: string;
  password: string;
  name: string;
  municipality: string;
  roles: string[];
}

export interface LoginView {
  id: string;
  created_at: number;
  seen_at: number;
  agent: string;
  current: boolean;
}

export type Competence = 'general' | 'local' | 'case' | 'other-authority';

export interface Offer {
  contact: string;
  municipality: string | null;
  department: string | null;
  topic: string | null;
  title: string | null;
  urgent: boolean;
  channel: string;
  language: string;
  waiting_since: number;
  until: number;
  why: string;
  competence: Competence | null;
}

export type Phase = 'arrived' | 'waiting' | 'offered' | 'owned' | 'wrapping-up' | 'closed';

/** A colleague's call that rings here. */
export interface Ring {
  contact: string;
  municipality: string | null;
  title: string;
  from: string | null;
  warm: boolean;
  note: string | null;
  up: boolean;
}

export interface Row {
  contact: string;
  channel: string;
  municipality: string | null;
  name: string | null;
  title: string | null;
  phase: Phase;
  last_text: string | null;
  last_from: 'citizen' | 'agent' | 'system' | null;
  last_at: number | null;
  unread: number;
  waiting_since: number | null;
  grant_until: number | null;
}

export interface QueueLine {
  municipality: string;
  waiting: number;
  longest_since: number | null;
}

export interface Colleague {
  id: string;
  name: string;
  home: string;
  state: PresenceState;
  since: number;
  back_at: number | null;
  load: number;
  capacity: number;
  in_call: boolean;
}

export interface DeskView {
  offer: Offer | null;
  rings: Ring[];
  conversations: Row[];
  queues: QueueLine[];
  colleagues: Colleague[];
  cursors: Record<string, number>;
  capacity: number;
  now: number;
}

export interface TrailStep {
  at: number;
  kind: string;
  text: string;
  topic: string | null;
  found: number | null;
  /** What was asked and answered in a guide. */
  answers?: { question: string; answer: string; by_agent: boolean }[];
}

export type ReplyWay = 'telephone' | 'email' | 'status-page';
export type HandOverPhase = 'new' | 'taken' | 'answered' | 'done';

export interface HandOverView {
  id: string;
  contact: string;
  municipality: string;
  department: string;
  department_name: string;
  topic: string | null;
  title: string | null;
  phase: HandOverPhase;
  deadline: number;
  overdue: boolean;
  made_at: number;
  made_by: string | null;
  taken_by: string | null;
  taken_name: string | null;
  reply: ReplyWay;
  address: string | null;
  note: string | null;
  /** Whether the citizen can be called from here. */
  callable: boolean;
  /** How long (s) what the caller said is, where it was left by telephone. */
  voice_s: number | null;
  answer: string | null;
  moved: number;
  /** Only when one is read. */
  story?: Entry[];
  guides?: TrailStep[];
}

/** What was promised the citizen when an errand was left. */
export interface Promised {
  hand_over: string;
  deadline: number;
  department_name: string;
  status_url: string;
}

export interface ContactView {
  id: string;
  municipality: Municipality | null;
  department: string | null;
  department_name: string | null;
  topic: string | null;
  title: string | null;
  competence: Competence | null;
  urgent: boolean;
  channel: string;
  language: string;
  phase: Phase;
  mine: boolean;
  arrived_at: number;
  queued_at: number | null;
  accepted_at: number | null;
  transfers: number;
  citizen_name: string | null;
  grant_until: number | null;
  trail: TrailStep[];
  entries: Entry[];
  head: number;
  read_by_citizen: number;
  hand_overs: HandOverView[];
  notes: { at: number; by: string | null; text: string | null }[];
}

export interface EntriesView {
  entries: Entry[];
  head: number;
  more: boolean;
  state: { phase: Phase; read_by_citizen: number; read_by_agent: number };
}

export type HitKind = 'article' | 'guide' | 'referral';

export interface Hit {
  topic: string;
  kind: HitKind;
  title: string;
  summary: string;
  competence: Competence | null;
  urgent: boolean;
  local: boolean;
  usable: boolean;
}

export interface KnowledgeView {
  query: string;
  hits: Hit[];
}

export interface Fact {
  label: string;
  value: string;
  note?: string;
}

export interface GuideOption {
  text: string;
  path: string;
}

/** Where an answer of a guide leads. */
export type GuideWay =
  | { way: 'topic'; topic: string; kind: string; title: string; summary: string; url: string }
  | { way: 'link'; label: string; url: string }
  | { way: 'department'; department: string; name: string; url: string }
  | { way: 'person'; url: string };

export interface GuideStep {
  node: string;
  title: string;
  options: GuideOption[];
  ways: GuideWay[];
}

export interface ArticleView {
  topic: string;
  kind: HitKind;
  title: string;
  summary: string;
  competence: Competence | null;
  urgent: boolean;
  department: string | null;
  reviewed: string | null;
  stale: boolean;
  facts: Fact[];
  local_facts: Fact[];
  local_name: string | null;
  sections: { id: string; heading: string; html: string; local: boolean }[];
  self_service: { label: string; url: string } | null;
  authority: { name: string; phone?: string; url: string } | null;
  insert: string;
  url: string;
  /** The first step, when the topic is a guide. */
  steps: GuideView | null;
}

export interface GuideView {
  topic: string;
  title: string;
  /** The versions that are walked. */
  edition: string;
  /** Beside a conversation: so many of the first answers are the citizen's own. */
  by_citizen?: number;
  step: GuideStep;
  html: string;
  path: string;
  so_far: { question: string; answer: string; path: string }[];
  longest_way_left: number;
}

export type TargetState = 'open' | 'busy' | 'closed' | 'away';

export interface Target {
  kind: 'department' | 'person';
  municipality: string;
  department: string | null;
  person: string | null;
  name: string;
  state: TargetState;
  opens_at: number | null;
  waiting: number;
  responsible: boolean;
  refused: string | null;
  /** As what they take it, when the directory says that it is theirs. */
  role: 'owner' | 'deputy' | 'unit' | null;
  /** For whom a deputy stands in. */
  of: string | null;
  title: string | null;
  unit_name: string | null;
  /** Who does not sign in here is called on it. */
  number: string | null;
  /** When somebody who is away returns. */
  back: number | null;
}

/** What a citizen has answered, where that decides who has the topic. */
export interface Facts {
  age?: number;
  post_code?: number;
  birth_day?: number;
  street?: string;
  number?: number;
  /** Questions answered with yes, and with no. */
  yes?: string[];
  no?: string[];
}

/** Where a contact may go on to, best first. */
export interface Targets {
  targets: Target[];
  /** Who has the topic. */
  unit: { id: string; name: string } | null;
  /** What decides between owners. */
  ask: Asked[];
  why: Reason[];
  /** When somebody can be reached again, where nobody can now. */
  next: number | null;
}

export interface HandOverDefaults {
  department: string | null;
  municipality: string | null;
  deadline: number | null;
  departments: {
    municipality: string;
    department: string;
    name: string;
    deadline: number;
    later: number;
  }[];
}

export interface WrapUpView {
  topics: { topic: string; title: string }[];
  outcomes: string[];
  suggested_outcome: string | null;
}

export type InboxFilter = 'open' | 'mine' | 'overdue' | 'done';

export interface InboxView {
  items: HandOverView[];
  counts: Partial<Record<InboxFilter, number>>;
}

export interface DutyView {
  id: string;
  date: string;
  from: string;
  to: string;
  starts_at: number;
  ends_at: number;
  serving: string;
  people: { id: string; name: string }[];
  kind: string;
  department: string | null;
  cancelled: boolean;
  version: number;
}

export interface DutyProblem {
  code: string;
  date: string;
  duty: string | null;
}

export interface DutyListView {
  duties: DutyView[];
  tonight: DutyView | null;
  problems: DutyProblem[];
}

export interface PersonView {
  id: string;
  name: string;
  home: string;
  roles: Role[];
}

export interface RoomMessage {
  seq: number;
  at: number;
  message_id: string;
  person: string;
  name: string;
  text: string | null;
}

export interface RoomView {
  entries: RoomMessage[];
  head: number;
}

export interface AuditLine {
  id: string;
  at: number;
  /** `person/ID`, `citizen`, `system/NAME`. */
  actor: string;
  name: string | null;
  action: string;
  subject: string;
  municipality: string | null;
  ground: string | null;
  purpose: string;
}

export interface ReceiptView {
  id: string;
  at: number;
  kind: string;
  /** What was deleted, by count. */
  removed: Record<string, unknown>;
}

export interface Page<A> {
  items: A[];
  next: string | null;
}

export type { ArticleRef, Entry };
