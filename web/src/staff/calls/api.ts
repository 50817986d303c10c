// What the staff API says of calls (see openapi.json), for the parts that are loaded with the first.

import type { StaffApi } from '../api';

export type CallPhase =
  | 'greeting'
  | 'waiting'
  | 'connecting'
  | 'calling-back'
  | 'talking'
  | 'held'
  | 'consulting'
  | 'other-waits'
  | 'conference'
  | 'transferring'
  | 'outside'
  | 'leaving'
  | 'voice-mail'
  | 'ended';

/** What a leader does in a call; only who whispers or joins is heard. */
export type Ear = 'listen' | 'whisper' | 'join';

export interface CallLeg {
  role: 'caller' | 'agent' | 'other' | 'supervisor';
  state: 'ringing' | 'up' | 'missing';
  name: string | null;
  me: boolean;
  /** What it was answered on; a browser until it was. */
  on: 'browser' | 'phone';
  ear: Ear | null;
}

/** How it stands with keeping the call's sound. */
export interface RecordingNow {
  state: 'announced' | 'on' | 'waiting' | 'paused';
  /** Who began it. */
  name: string;
  me: boolean;
}

export interface CallView {
  contact: string;
  phase: CallPhase;
  since: number;
  /** With all but its end hidden. */
  number: string | null;
  dialled: string;
  legs: CallLeg[];
  note: string | null;
  /** The citizen writes too. */
  text: boolean;
  may_write: boolean;
  may_record: boolean;
  recording: RecordingNow | null;
}

export type Whom =
  | { to: 'department'; municipality: string; department: string }
  | { to: 'person'; person: string }
  | { to: 'number'; number: string };

export type CallCommand =
  | { do: 'hold' | 'resume' | 'join' | 'complete' | 'give-up' | 'hang-up' }
  | { do: 'record' | 'pause-recording' | 'resume-recording' | 'end-recording' }
  | { do: 'consult' | 'transfer'; whom: Whom; note: string };

/** A call that a leader may listen to. */
export interface LiveCall {
  contact: string;
  municipality: string;
  department_name: string | null;
  title: string;
  phase: CallPhase;
  since: number;
  agent: string;
  supervisors: { name: string; ear: Ear; me: boolean }[];
}

/** How it is known that the citizen may be looked up. */
export type KnownBy = 'agreed' | 'asked' | 'mit-id';

export interface EarlierContact {
  at: number;
  channel: string;
  department_name: string | null;
  title: string;
  outcome: string | null;
  transfers: number;
  promised: number | null;
}

/** A stretch of a call that was kept, and may be heard by its agent or their leader. */
export interface Recording {
  id: string;
  contact: string;
  municipality: string;
  department_name: string | null;
  title: string;
  began_at: number;
  seconds: number;
  by: string | null;
  kept_until: number;
  needs_reason: boolean;
}

/** Why a leader hears a recording. */
export type HearingReason = 'complaint' | 'quality' | 'citizen-asked';

/** Whether a municipality lets calls be recorded. */
export interface RecordingRule {
  municipality: string;
  allowed: boolean;
  days: number;
}

/** Something that callers hear. */
export interface Prompt {
  language: 'da' | 'en';
  name: string;
  text: string;
  /** The recording that is played in its place. */
  own: { at: number; seconds: number; by: string | null } | null;
}

export interface Device {
  id: string;
  name: string;
  login: string;
  made_at: number;
  /** Signed in by MD5. */
  weak: boolean;
}

export interface NewDevice extends Device {
  secret: string;
  registrar: string;
}

const part = encodeURIComponent;
const promptPath = ({ language, name }: Prompt) => `/prompts/${language}/${part(name)}`;

/** What lets a browser use a relay where UDP is blocked; no addresses: there is none. */
export interface RelayPass {
  urls: string[];
  username: string;
  credential: string;
  until: number;
}

export class CallsApi {
  constructor(private readonly api: StaffApi) {}

  #path = (contact: string, end = '') => `/calls/${part(contact)}${end}`;
  #sound = async (method: 'GET' | 'POST', path: string, body?: unknown) =>
    (await this.api.answer(method, path, body)).blob();

  live = () => this.api.ask<LiveCall[]>('GET', '/calls');
  call = (contact: string) => this.api.ask<CallView>('GET', this.#path(contact));
  telephone = (contact: string, offer: string) =>
    this.api.ask<{ answer: string }>('POST', this.#path(contact, '/telephone'), { offer });
  command = (contact: string, command: CallCommand) =>
    this.api.ask<void>('POST', this.#path(contact, '/command'), command);
  supervise = (contact: string, ear: Ear) =>
    this.api.ask<void>('POST', this.#path(contact, '/supervise'), { ear });
  number = (contact: string) =>
    this.api.ask<{ number: string }>('POST', this.#path(contact, '/number'), {});
  relays = () => this.api.ask<RelayPass>('GET', '/telephone/relays');
  code = (contact: string) =>
    this.api.ask<{ code: string }>('POST', this.#path(contact, '/code'), {});
  earlier = (contact: string, known_by: KnownBy) =>
    this.api.ask<EarlierContact[]>('POST', `/contacts/${part(contact)}/earlier`, { known_by });

  /** What a caller said to a department. */
  message = (errand: string) => this.#sound('GET', `/inbox/${part(errand)}/sound`);

  /** All that may be heard, or those of a contact; the newest first. */
  recordings = (contact: string | null = null) =>
    this.api.ask<Recording[]>('GET', `/recordings${contact ? `?contact=${part(contact)}` : ''}`);
  recording = (id: string, reason: HearingReason | null) =>
    this.#sound('POST', `/recordings/${part(id)}/sound`, { reason });
  recordingRules = () => this.api.ask<RecordingRule[]>('GET', '/recording-settings');
  setRecordingRule = ({ municipality, allowed, days }: RecordingRule) =>
    this.api.ask<void>('POST', `/recording-settings/${part(municipality)}`, { allowed, days });

  prompts = () => this.api.ask<Prompt[]>('GET', '/prompts');
  prompt = (prompt: Prompt) => this.#sound('GET', `${promptPath(prompt)}/sound`);
  setPrompt = (prompt: Prompt, wav: string) =>
    this.api.ask<void>('PUT', promptPath(prompt), { wav });
  removePrompt = (prompt: Prompt) => this.api.ask<void>('DELETE', promptPath(prompt));

  devices = () => this.api.ask<Device[]>('GET', '/devices');
  addDevice = (name: string, old: boolean) =>
    this.api.ask<NewDevice>('POST', '/devices', { name, old });
  revokeDevice = (id: string) => this.api.ask<void>('DELETE', `/devices/${part(id)}`);
}
