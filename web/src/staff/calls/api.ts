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
  | 'conference'
  | 'transferring'
  | 'outside'
  | 'leaving'
  | 'voice-mail'
  | 'ended';

export interface CallLeg {
  role: 'caller' | 'agent' | 'other' | 'supervisor';
  state: 'ringing' | 'up' | 'missing';
  name: string | null;
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
}

export type Whom =
  | { to: 'department'; municipality: string; department: string }
  | { to: 'person'; person: string }
  | { to: 'number'; number: string };

export type CallCommand =
  | { do: 'hold' | 'resume' | 'join' | 'complete' | 'give-up' | 'hang-up' }
  | { do: 'consult' | 'transfer'; whom: Whom; note: string };

export interface Device {
  id: string;
  name: string;
  login: string;
  made_at: number;
}

export interface NewDevice extends Device {
  secret: string;
  registrar: string;
}

export class CallsApi {
  constructor(private readonly api: StaffApi) {}

  #path = (contact: string, end = '') => `/calls/${encodeURIComponent(contact)}${end}`;

  call = (contact: string) => this.api.ask<CallView>('GET', this.#path(contact));
  telephone = (contact: string, offer: string) =>
    this.api.ask<{ answer: string }>('POST', this.#path(contact, '/telephone'), { offer });
  command = (contact: string, command: CallCommand) =>
    this.api.ask<void>('POST', this.#path(contact, '/command'), command);
  number = (contact: string) =>
    this.api.ask<{ number: string }>('POST', this.#path(contact, '/number'), {});
  code = (contact: string) =>
    this.api.ask<{ code: string }>('POST', this.#path(contact, '/code'), {});

  devices = () => this.api.ask<Device[]>('GET', '/devices');
  addDevice = (name: string) => this.api.ask<NewDevice>('POST', '/devices', { name });
  revokeDevice = (id: string) => this.api.ask<void>('DELETE', `/devices/${encodeURIComponent(id)}`);
}
