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
  type CallLeg,
  type CallView,
  type Ear,
  type RelayPass,
  type Whom,
} from './api';
import {
  claimLine,
  hasLine,
  isMuted,
  keepDevices,
  keepMuted,
  keptDevices,
  leaveLine,
} from './devices';
import { connect, type Connect, type Devices, type Line } from './line';

/** What the telephone reads of the desk. */
export interface Calls {
  rows: Row[];
  rings: Ring[];
}

export type Trouble = 'mic-refused' | 'mic-missing' | 'away';

/** The call may not have a place for us yet: it is asked again. */
const EARLY_MS = 300;
const TRIES = 10;
/** What failed, the server's answer or the line, is tried again after this. */
const AGAIN_MS = 1_000;
/** So often a line that was lost is looked for before another window is taken to have it. */
const LOOKS = 4;
/** A pass to the relays is asked for anew when it is good for less than this. */
const PASS_LEFT_MS = 60 * 60 * 1_000;
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
  /** Whether the call's sound belongs in this window. */
  #here = $state(false);
  /** How often the server has still heard us since our line was lost. */
  #heard: number | null = null;
  /** How often the call has had no place for us since it last had. */
  #placeless = 0;
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

  /** Our own place in the call. */
  get place(): CallLeg | null {
    return this.view?.legs.find((leg) => leg.me) ?? null;
  }

  /** Whether one speaks on the desk telephone: the sound is there, and so are its keys. */
  get onPhone(): boolean {
    return this.place?.state === 'up' && this.place.on === 'phone';
  }

  /** Whether the desk telephone rings that one answers on. */
  get phoneRings(): boolean {
    return this.devices.phone && this.place?.state === 'ringing';
  }

  /** Whether the sound is in another window, or in none. */
  get elsewhere(): boolean {
    return this.place !== null && !this.onPhone && !this.phoneRings && !this.#here;
  }

  /** Takes what the desk shows now: the own call, or the one that was answered for a colleague. */
  follow({ rows, rings }: Calls): void {
    for (const contact of this.#announced) {
      if (!rings.some((ring) => ring.contact === contact)) this.#announced.delete(contact);
    }
    for (const ring of rings) this.#announce(ring);
    const own = rows.find((row) => row.channel === 'call' && row.phase === 'owned');
    const answered = rings.find((ring) => ring.up || ring.contact === this.#contact);
    const contact = own?.contact ?? answered?.contact ?? this.#supervised;
    if (contact === null) this.hangUp();
    else this.#enter(contact);
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
    claimLine(ring.contact);
    this.#enter(ring.contact);
  }

  #enter(contact: string): void {
    if (contact !== this.#contact) {
      this.hangUp();
      this.#contact = contact;
      this.muted = isMuted(contact);
    }
    this.#here = hasLine(contact);
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
    claimLine(contact);
    this.#here = true;
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
    const wanted = this.#here && this.place !== null && !this.onPhone && !this.phoneRings;
    if (!wanted || this.state !== 'off' || this.#needsMicrophone) return;
    if (this.#heard === null) void this.#open();
    else this.#again(AGAIN_MS);
  }

  get #needsMicrophone(): boolean {
    return this.trouble === 'mic-refused' || this.trouble === 'mic-missing';
  }

  async #read(): Promise<void> {
    const contact = this.#contact;
    if (contact === null) return;
    try {
      const view = await this.api.call(contact);
      if (contact !== this.#contact) return;
      this.#placeless = 0;
      this.#show(view);
    } catch (error) {
      if (contact !== this.#contact) return;
      if (!isPlaceless(error)) {
        // The server is away or busy: what is shown stays.
        this.#again(AGAIN_MS);
        return;
      }
      // The call has no place for us: not yet, or not any more.
      this.view = this.trouble = null;
      this.#drop();
      this.#placeless += 1;
      if (this.#placeless <= TRIES) this.#again(EARLY_MS);
    }
  }

  #again(ms: number): void {
    const contact = this.#contact;
    void this.later(ms).then(() => {
      if (contact === this.#contact) void this.refresh();
    });
  }

  #show(view: CallView): void {
    if (view.phase !== this.view?.phase) {
      this.announcer.say(msg.calls_announced({ phase: phaseName(view.phase) }));
    }
    this.view = view;
    if (this.#heard !== null) this.#lookForLine(this.#heard);
    if (!this.onPhone) return;
    this.trouble = null;
    this.#drop();
  }

  /** Our line was lost. While the server hears us all the same, that is another window, or what it
   * has not missed yet. */
  #lookForLine(looks: number): void {
    if (this.place?.state !== 'up') this.#heard = null;
    else if (looks < LOOKS) this.#heard = looks + 1;
    else {
      this.#heard = null;
      this.#here = false;
      leaveLine();
    }
  }

  /** Takes the sound into this window, wherever it is. */
  take(): Promise<void> {
    if (this.#contact !== null) claimLine(this.#contact);
    this.#here = true;
    this.#heard = null;
    return this.#open();
  }

  /** Opens microphone and line. */
  async #open(): Promise<void> {
    const contact = this.#contact;
    if (contact === null) return;
    const attempt = ++this.#attempt;
    this.state = 'connecting';
    try {
      const line = await this.connect_(
        this.devices,
        {
          exchange: async (offer) => (await this.api.telephone(contact, offer)).answer,
          relays: () => this.#relays(),
        },
        () => this.#lost(attempt),
      );
      if (attempt !== this.#attempt) return line.close();
      this.#line = line;
      line.mute(this.muted);
      this.state = 'on';
      this.trouble = null;
      this.#meter = setInterval(() => (this.level = line.level()), 100);
    } catch (error) {
      if (attempt !== this.#attempt) return;
      this.state = 'off';
      // Without a place there is nothing wrong: the desk telephone was quicker, or the call is over.
      if (!isPlaceless(error)) this.trouble = troubleOf(error);
      if (!this.#needsMicrophone) this.#again(AGAIN_MS);
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
    this.#heard = 0;
    void this.refresh();
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
    this.muted = this.#here = false;
    this.#placeless = 0;
    this.#heard = null;
  }

  toggleMute(): void {
    this.#mute(!this.muted);
  }

  #mute(muted: boolean): void {
    this.muted = muted;
    if (this.#contact !== null) keepMuted(this.#contact, muted);
    this.#line?.mute(muted);
  }

  press(key: string): void {
    this.#line?.press(key);
  }

  /** Other devices: the line is opened anew with them. */
  use(devices: Devices): void {
    this.devices = devices;
    keepDevices(devices);
    this.#drop();
    void this.refresh();
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

function isPlaceless(error: unknown): boolean {
  return error instanceof Refusal && error.status === 404;
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
    'other-waits': () => msg.calls_phase_other_waits(),
    conference: () => msg.calls_phase_conference(),
    transferring: () => msg.calls_phase_transferring(),
    outside: () => msg.calls_phase_outside(),
    leaving: () => msg.calls_phase_leaving(),
    'voice-mail': () => msg.calls_phase_voice_mail(),
    ended: () => msg.calls_phase_ended(),
  };
  return names[phase]();
}
