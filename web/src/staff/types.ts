// What the staff API answers with (see openapi.json). Ids and keys are strings, instants Unix ms.

import type { ArticleRef, Entry } from '../shared/live';

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
  reason: string | null;
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
  duty: DutyNow;
  presence: Presence;
  now: number;
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

export interface Row {
  contact: string;
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
  load: number;
  capacity: number;
}

export interface DeskView {
  offer: Offer | null;
  conversations: Row[];
  queues: QueueLine[];
  colleagues: Colleague[];
  cursors: Record<string, number>;
  capacity: number;
  now: number;
}

export interface TrailStep {
  at: number;
  kind: 'search' | 'article' | 'guide' | 'page';
  text: string;
  topic: string | null;
  found: number | null;
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
  answer: string | null;
  status_url?: string | null;
  story?: Entry[];
  trail?: TrailStep[];
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
  notes: { at: number; by: string; text: string }[];
  duty_note: string | null;
}

export interface EntriesView {
  entries: Entry[];
  head: number;
  read_by_citizen: number;
  phase: Phase;
}

export type HitKind = 'article' | 'guide' | 'referral' | 'department' | 'page';

export interface Hit {
  topic: string;
  kind: HitKind;
  title: string;
  summary: string;
  competence: Competence | null;
  urgent?: boolean;
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
  note: string | null;
}

export interface GuideOption {
  text: string;
  path: string;
}

export interface GuideStep {
  node: string;
  title: string;
  html: string;
  options: GuideOption[];
  answers: { question: string; answer: string }[];
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
  parts: { id: string; heading: string | null; html: string; local: boolean }[];
  self_service: { label: string; url: string } | null;
  authority: { name: string; phone: string | null; url: string | null } | null;
  insert: string;
  url: string;
  guide: GuideStep | null;
}

export interface GuideView {
  step: GuideStep;
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
  waiting: number | null;
  responsible: boolean;
  why: string | null;
  refused: string | null;
}

export interface HandOverDefaults {
  department: string | null;
  municipality: string | null;
  deadline: number;
  departments: { municipality: string; department: string; name: string; deadline: number }[];
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
  date: string | null;
  duty: string | null;
  text: string | null;
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

export interface DirectoryEntry {
  municipality: string;
  department: string;
  name: string;
  phone: string | null;
  email: string | null;
  address: string | null;
  open: boolean;
  until: number | null;
  opens_at: number | null;
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
  at: number;
  actor: string;
  action: string;
  subject: string | null;
  municipality: string | null;
  ground: string | null;
  purpose: string | null;
}

export interface ReceiptView {
  id: string;
  at: number;
  kind: string;
  municipality: string | null;
  texts: number;
  contacts: number;
}

export type { ArticleRef, Entry };
