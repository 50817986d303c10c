// The telephone of the desk: which call it is in, what that call does, and the sound. The server's
// answer is the truth here too; the browser's line is opened anew whenever the call is ours and there
// is none, so a page that is loaded anew has its sound back by itself.

import type { Announcer } from '../announcer.svelte';
import { Refusal, type StaffApi } from '../api';
import type { Chime } from '../chime';
import { msg } from '../../generated/calls';
import type { Ring, Row } from '../types';
import {
  CallsApi,
  type CallCommand,
  type CallView,
  type Ear,
  type RelayPass,
  type Whom,
} from './api';
import { keepDevices, keptDevices } from './devices';
import { connect, type Connect, type Devices, type Line } from './line';

/** What the telephone reads of the desk. */
export interface Calls {
  rows: Row[];
  rings: Ring[];
}

export type Trouble = 'mic-refused' | 'mic-missing' | 'away';

/** The call may not have a place for us yet: it is asked again. */
const AGAIN_MS = 300;
const TRIES = 10;
/** An answer about the call that did not come is asked for again after this. */
const READ_AGAIN_MS = 1_000;
/** A pass to the relays is asked for anew when it is good for less than this. */
const PASS_LEFT_MS = 60 * 60 * 1_000;
/** Phases in which one's own microphone is wanted. */
const OPEN = new Set(['connecting', 'calling-back', 'talking', 'held', 'consulting', 'conference']);

export class Telephone {
  view = $state.raw<CallView | null>(null);
  state = $state<'off' | 'connecting' | 'on'>('off');
  trouble = $state<Trouble | null>(null);
  muted = $state(false);
  level = $state(0);
  /** What was refused, in the server's words. */
  refused = $state<string | null>(null);
  devices = $state.raw<Devices>(keptDevices());

  readonly api: CallsApi;
  #contact = $state<string | null>(null);
  /** A colleague's call that one listens to as its leader. */
  #supervised = $state<string | null>(null);
  #line: Line | null = null;
  #announced = new Set<string>();
  #meter: ReturnType<typeof setInterval> | null = null;
  #attempt = 0;
  #pass: RelayPass | null = null;
  #reading: Promise<void> | null = null;
  /** It has changed since it was asked for. */
  #stale = false;

  constructor(
    api: StaffApi,
    private readonly announcer: Announcer,
    private readonly chime: Pick<Chime, 'ring'>,
    private readonly connect_: Connect = connect,
    private readonly later: (ms: number) => Promise<void> = (ms) =>
      new Promise((done) => setTimeout(done, ms)),
  ) {
    this.api = new CallsApi(api);
  }

  /** The contact whose call this is. */
  get contact(): string | null {
    return this.#contact;
  }

  /** Whether the call is a colleague's, listened to. */
  get supervised(): boolean {
    return this.#supervised !== null;
  }

  /** Takes what the desk shows now: the own call, or the one that was answered for a colleague. */
  follow({ rows, rings }: Calls): void {
    for (const ring of rings) this.#announce(ring);
    const own = rows.find((row) => row.channel === 'call' && row.phase === 'owned');
    const contact =
      own?.contact ?? (this.#answered(rings) ? this.#contact : null) ?? this.#supervised;
    if (contact !== this.#contact) {
      this.hangUp();
      this.#contact = contact;
    }
    if (contact !== null) void this.refresh();
  }

  #answered(rings: Ring[]): boolean {
    return rings.some((ring) => ring.contact === this.#contact);
  }

  #announce(ring: Ring): void {
    if (ring.up || this.#announced.has(ring.contact)) return;
    this.#announced.add(ring.contact);
    const name = ring.from ?? msg.calls_colleague();
    this.announcer.interrupt(msg.calls_ring_announced({ name, title: ring.title }));
    this.chime.ring();
  }

  /** Answers a colleague's call. */
  answer(ring: Ring): void {
    this.#announced.delete(ring.contact);
    this.hangUp();
    this.#contact = ring.contact;
    void this.refresh();
  }

  /** Leaves a colleague's call, or does not take it. */
  async leave(contact: string): Promise<void> {
    await this.#try(() => this.api.command(contact, { do: 'hang-up' }));
    if (this.#contact === contact) this.hangUp();
  }

  /** Listens to a colleague's call, whispers to its agent or joins it. Who only listens is mute here
   * too. */
  async supervise(contact: string, ear: Ear): Promise<void> {
    if (!(await this.#try(() => this.api.supervise(contact, ear)))) return;
    if (this.#contact !== contact) this.hangUp();
    this.#supervised = this.#contact = contact;
    this.#mute(ear === 'listen');
    void this.refresh();
  }

  /** Reads how the call stands, and opens the line where there is none. One answer is awaited before
   * the next is asked for: an older one must not come last. */
  refresh(): Promise<void> {
    this.#stale = true;
    return (this.#reading ??= this.#readAll());
  }

  async #readAll(): Promise<void> {
    while (this.#stale) {
      this.#stale = false;
      await this.#read();
    }
    // At once: what changes from here on is read anew.
    this.#reading = null;
    if (this.state === 'off' && this.trouble === null) void this.open();
  }

  async #read(): Promise<void> {
    const contact = this.#contact;
    if (contact === null) return;
    try {
      const view = await this.api.call(contact);
      if (contact !== this.#contact) return;
      this.#show(view);
    } catch (error) {
      if (contact !== this.#contact) return;
      if (!(error instanceof Refusal) || error.status !== 404) {
        // The server is away or busy: what is shown stays, and it is asked again.
        void this.later(READ_AGAIN_MS).then(() => {
          if (contact === this.#contact) void this.refresh();
        });
        return;
      }
      // The call has no place for us: not yet, or not any more.
      this.view = null;
      if (this.state === 'on') this.#drop();
    }
  }

  #show(view: CallView): void {
    if (view.phase !== this.view?.phase) {
      this.announcer.say(msg.calls_announced({ phase: phaseName(view.phase) }));
    }
    this.view = view;
    if (!OPEN.has(view.phase) && this.state === 'on') this.#drop();
  }

  /** Opens microphone and line. */
  async open(): Promise<void> {
    const contact = this.#contact;
    if (contact === null) return;
    const attempt = ++this.#attempt;
    this.state = 'connecting';
    this.trouble = null;
    try {
      const line = await this.connect_(
        this.devices,
        {
          exchange: (offer) => this.#exchange(contact, attempt, offer),
          relays: () => this.#relays(),
        },
        () => this.#lost(attempt),
      );
      if (attempt !== this.#attempt) return line.close();
      this.#line = line;
      line.mute(this.muted);
      this.state = 'on';
      this.#meter = setInterval(() => (this.level = line.level()), 100);
      // What was read before may be of a time when the call had no place for us.
      void this.refresh();
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.state = 'off';
      this.trouble = troubleOf(error);
    }
  }

  async #exchange(contact: string, attempt: number, offer: string): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return (await this.api.telephone(contact, offer)).answer;
      } catch (error) {
        const early = error instanceof Refusal && error.status === 404;
        if (!early || tries >= TRIES || attempt !== this.#attempt) throw error;
        await this.later(AGAIN_MS);
      }
    }
  }

  /** Without an answer the call is tried without relays: most offices need none. */
  async #relays(): Promise<RTCIceServer[]> {
    try {
      if (!this.#pass || this.#pass.until - PASS_LEFT_MS < Date.now()) {
        this.#pass = await this.api.relays();
      }
      const { urls, username, credential } = this.#pass;
      return urls.length > 0 ? [{ urls, username, credential }] : [];
    } catch {
      return [];
    }
  }

  #lost(attempt: number): void {
    if (attempt !== this.#attempt || this.state !== 'on') return;
    this.#drop();
    void this.open();
  }

  #drop(): void {
    this.#attempt += 1;
    this.#line?.close();
    this.#line = null;
    if (this.#meter) clearInterval(this.#meter);
    this.#meter = null;
    this.level = 0;
    this.state = 'off';
  }

  /** Lets the line go and forgets the call; the server decides what becomes of the caller. */
  hangUp(): void {
    this.#drop();
    this.#contact = this.#supervised = null;
    this.view = null;
    this.trouble = null;
    this.refused = null;
    this.muted = false;
  }

  toggleMute(): void {
    this.#mute(!this.muted);
  }

  #mute(muted: boolean): void {
    this.muted = muted;
    this.#line?.mute(muted);
  }

  press(key: string): void {
    this.#line?.press(key);
  }

  /** Another microphone or loudspeaker: the line is opened anew with it. */
  use(devices: Devices): void {
    this.devices = devices;
    keepDevices(devices);
    if (this.state === 'off') return;
    this.#drop();
    void this.open();
  }

  toggleHold(): Promise<boolean> {
    return this.command({ do: this.view?.phase === 'held' ? 'resume' : 'hold' });
  }

  /** Whom to ask or put the caller through to; whether the server took it. */
  ask(whom: Whom, warm: boolean, note: string): Promise<boolean> {
    return this.command({ do: warm ? 'consult' : 'transfer', whom, note });
  }

  async command(command: CallCommand): Promise<boolean> {
    const contact = this.#contact;
    if (contact === null) return false;
    const taken = await this.#try(() => this.api.command(contact, command));
    if (taken) void this.refresh();
    return taken;
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    this.refused = null;
    try {
      await act();
      return true;
    } catch (error) {
      this.refused = error instanceof Refusal ? error.detail : msg.calls_away();
      return false;
    }
  }
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof DOMException)) return 'away';
  if (error.name === 'NotAllowedError' || error.name === 'SecurityError') return 'mic-refused';
  return error.name === 'NotFoundError' ? 'mic-missing' : 'away';
}

export function phaseName(phase: CallView['phase']): string {
  const names: Record<CallView['phase'], () => string> = {
    greeting: () => msg.calls_phase_greeting(),
    waiting: () => msg.calls_phase_waiting(),
    connecting: () => msg.calls_phase_connecting(),
    'calling-back': () => msg.calls_phase_calling_back(),
    talking: () => msg.calls_phase_talking(),
    held: () => msg.calls_phase_held(),
    consulting: () => msg.calls_phase_consulting(),
    conference: () => msg.calls_phase_conference(),
    transferring: () => msg.calls_phase_transferring(),
    outside: () => msg.calls_phase_outside(),
    leaving: () => msg.calls_phase_leaving(),
    'voice-mail': () => msg.calls_phase_voice_mail(),
    ended: () => msg.calls_phase_ended(),
  };
  return names[phase]();
}
