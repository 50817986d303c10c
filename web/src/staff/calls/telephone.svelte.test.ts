import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Announcer } from '../announcer.svelte';
import { Refusal, StaffApi } from '../api';
import type { Ring, Row } from '../types';
import type { CallLeg, CallPhase, CallView, RelayPass } from './api';
import { claimLine } from './devices';
import type { Connect } from './line';
import { Telephone } from './telephone.svelte';

const settle = () => new Promise<void>((done) => setTimeout(done));

/** A server with one call, and a browser whose lines are counted. */
class House {
  phase: CallPhase | null = 'talking';
  place: Pick<CallLeg, 'state' | 'on'> = { state: 'up', on: 'browser' };
  /** So often the call has no place for us yet. */
  early = 0;
  /** So often no line can be opened. */
  cut = 0;
  /** So often the server cannot tell of the call. */
  busy = 0;
  offers = 0;
  open = 0;
  muted: boolean[] = [];
  pressed = '';
  commands: unknown[] = [];
  ears: string[] = [];
  /** Those of each line that was opened. */
  relays: RTCIceServer[][] = [];
  pass: RelayPass | null = null;
  passes = 0;
  refusal: Refusal | null = null;
  rang = 0;
  trouble: DOMException | null = null;
  lost: (() => void) | null = null;
  /** The next answer about the call waits until it is let go. */
  slow = false;
  letGo: () => void = () => {};

  readonly telephone: Telephone;
  readonly announcer = new Announcer();

  constructor() {
    const api = new StaffApi(async (path, init) => this.#answer(path, init));
    const connect: Connect = async (_devices, server, lost) => {
      if (this.trouble) throw this.trouble;
      this.relays.push(await server.relays());
      await server.exchange('offer');
      this.open += 1;
      this.lost = lost;
      return {
        mute: (muted) => this.muted.push(muted),
        press: (keys) => (this.pressed += keys),
        level: () => 0.5,
        close: () => (this.open -= 1),
      };
    };
    const chime = { ring: () => void (this.rang += 1) };
    this.telephone = new Telephone(api, this.announcer, chime, connect, async () => {});
  }

  async #answer(path: string, init: RequestInit): Promise<Response> {
    const missing = () => Response.json({ code: 'not-found' }, { status: 404 });
    if (path.endsWith('/telephone')) {
      this.offers += 1;
      if (this.place.on === 'phone') return missing();
      if (this.cut > 0) {
        this.cut -= 1;
        throw new TypeError('no network');
      }
      return Response.json({ answer: 'answer' });
    }
    if (path.endsWith('/relays')) {
      this.passes += 1;
      return this.pass ? Response.json(this.pass) : missing();
    }
    if (path.endsWith('/supervise')) {
      this.ears.push((JSON.parse(String(init.body)) as { ear: string }).ear);
      return new Response(null, { status: 204 });
    }
    if (path.endsWith('/command')) {
      if (this.refusal) {
        const { status, code, detail } = this.refusal;
        return Response.json({ code, detail }, { status });
      }
      this.commands.push(JSON.parse(String(init.body)));
      return new Response(null, { status: 204 });
    }
    if (this.busy > 0) {
      this.busy -= 1;
      return Response.json({ code: 'unavailable' }, { status: 503 });
    }
    if (this.early > 0) {
      this.early -= 1;
      return missing();
    }
    if (this.phase === null) return missing();
    const view: CallView = {
      contact: 'c1',
      phase: this.phase,
      since: 0,
      number: null,
      dialled: '',
      legs: [{ role: 'agent', name: 'Mette', me: true, ear: null, ...this.place }],
      note: null,
      text: false,
      may_write: true,
      may_record: false,
      recording: null,
    };
    if (this.slow) {
      this.slow = false;
      await new Promise<void>((done) => (this.letGo = done));
    }
    return Response.json(view);
  }

  async shows(rows: Row[], rings: Ring[] = []) {
    this.telephone.follow({ rows, rings });
    await settle();
  }
}

const call = (contact = 'c1', phase: Row['phase'] = 'owned'): Row => ({
  contact,
  channel: 'call',
  municipality: 'holbaek',
  name: null,
  title: null,
  phase,
  last_text: null,
  last_from: null,
  last_at: null,
  unread: 0,
  waiting_since: null,
  grant_until: null,
});

const ring = (up = false): Ring => ({
  contact: 'c2',
  municipality: 'holbaek',
  title: 'Pension',
  from: 'Mette',
  warm: true,
  note: 'Louise',
  up,
});

/** A window of the browser that keeps nothing yet. */
function newWindow(): void {
  const kept = new Map<string, string>();
  vi.stubGlobal('sessionStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
}

describe('the telephone', () => {
  let house: House;
  beforeEach(() => {
    newWindow();
    claimLine('c1');
    house = new House();
  });
  afterEach(() => void vi.unstubAllGlobals());

  it('opens the line by itself for the own call, once', async () => {
    await house.shows([call()]);
    await house.shows([call()]);
    expect([house.open, house.offers, house.telephone.state]).toEqual([1, 1, 'on']);
  });

  it('is seen by a card that was there before it', async () => {
    const seen: (CallPhase | null)[] = [];
    const stop = $effect.root(() => {
      $effect(() => {
        const { telephone } = house;
        seen.push(telephone.contact === 'c1' ? (telephone.view?.phase ?? null) : null);
      });
    });
    flushSync();
    await house.shows([call()]);
    flushSync();
    expect(seen.at(-1)).toBe('talking');
    stop();
  });

  it('asks again while the call has no place for it yet', async () => {
    house.early = 3;
    await house.shows([call()]);
    expect([house.open, house.offers]).toEqual([1, 1]);
  });

  it('waits in quiet for a call that was put through, and has its line when it comes back', async () => {
    await house.shows([call()]);
    house.phase = null;
    await house.shows([call()]);
    await settle();
    expect([house.open, house.offers, house.telephone.trouble]).toEqual([0, 1, null]);
    Object.assign(house, { phase: 'connecting', place: { state: 'ringing', on: 'browser' } });
    await house.shows([call()]);
    expect([house.open, house.telephone.state]).toEqual([1, 'on']);
  });

  it('leaves the talk to the desk telephone that was quicker', async () => {
    const { telephone } = house;
    house.place = { state: 'up', on: 'phone' };
    await house.shows([call()]);
    expect([telephone.onPhone, telephone.state, telephone.trouble]).toEqual([true, 'off', null]);
    expect(house.offers).toBe(0);
  });

  it('lets the desk telephone ring where that is what is answered on', async () => {
    const { telephone } = house;
    telephone.use({ ...telephone.devices, phone: true });
    house.place = { state: 'ringing', on: 'browser' };
    await house.shows([call()]);
    expect([telephone.phoneRings, house.offers]).toEqual([true, 0]);
    await telephone.take();
    expect([telephone.state, house.open]).toEqual(['on', 1]);
  });

  it('connects again by itself when the network was away', async () => {
    house.cut = 3;
    await house.shows([call()]);
    await settle();
    expect([house.telephone.state, house.telephone.trouble, house.offers]).toEqual(['on', null, 4]);
  });

  it('asks again when the server could not tell of the call just now', async () => {
    house.busy = 3;
    await house.shows([call()]);
    await settle();
    expect([house.busy, house.telephone.view?.phase]).toEqual([0, 'talking']);
  });

  it('shows the newest answer, however long an older one takes', async () => {
    await house.shows([call()]);
    house.slow = true;
    house.phase = 'held';
    void house.telephone.refresh();
    await settle();
    house.phase = 'talking';
    void house.telephone.refresh();
    await settle();
    house.letGo();
    await settle();
    expect(house.telephone.view?.phase).toBe('talking');
  });

  it('opens the line anew when it was lost', async () => {
    await house.shows([call()]);
    house.place = { state: 'missing', on: 'browser' };
    house.lost?.();
    await settle();
    expect([house.open, house.offers]).toEqual([1, 2]);
  });

  it('leaves the sound to the window that took it, and takes it back when asked to', async () => {
    await house.shows([call()]);
    newWindow();
    const other = new House();
    await other.shows([call()]);
    expect([other.telephone.elsewhere, other.open]).toEqual([true, 0]);
    await other.telephone.take();
    expect([other.telephone.elsewhere, other.telephone.state]).toEqual([false, 'on']);
  });

  it('does not take the sound back from the window that took it', async () => {
    await house.shows([call()]);
    house.lost?.();
    await settle();
    expect([house.telephone.elsewhere, house.open, house.offers]).toEqual([true, 0, 1]);
    await house.shows([call()]);
    expect(house.offers).toBe(1);
  });

  it('takes the relays that there are, with one pass for all lines of the day', async () => {
    await house.shows([call()]);
    const urls = ['turns:turn.example:443?transport=tcp'];
    house.pass = {
      urls,
      username: '1:straks',
      credential: 'seal',
      until: Date.now() + 12 * 3_600_000,
    };
    house.place = { state: 'missing', on: 'browser' };
    for (const _ of [1, 2]) {
      house.lost?.();
      await settle();
    }
    const relay = { urls, username: '1:straks', credential: 'seal' };
    expect(house.relays).toEqual([[], [relay], [relay]]);
    expect(house.passes).toBe(2);
  });

  it('lets the line go when the call is over', async () => {
    await house.shows([call()]);
    house.phase = null;
    await house.shows([call('c1', 'wrapping-up')]);
    expect([house.open, house.telephone.contact]).toEqual([0, null]);
  });

  it('stays muted through a lost line, and not into the next call', async () => {
    await house.shows([call()]);
    house.telephone.toggleMute();
    house.place = { state: 'missing', on: 'browser' };
    house.lost?.();
    await settle();
    expect(house.muted).toEqual([false, true, true]);
    claimLine('c9');
    await house.shows([call('c9')]);
    expect(house.muted.at(-1)).toBe(false);
  });

  it('says in words why the microphone cannot be used, and does not insist', async () => {
    house.trouble = new DOMException('no', 'NotAllowedError');
    await house.shows([call()]);
    await house.shows([call()]);
    expect([house.telephone.trouble, house.offers]).toEqual(['mic-refused', 0]);
    house.trouble = null;
    await house.telephone.take();
    expect([house.telephone.trouble, house.open]).toEqual([null, 1]);
  });

  it('tells of a ring once and answers it only when asked to', async () => {
    await house.shows([], [ring()]);
    await house.shows([], [ring()]);
    expect([house.rang, house.open]).toEqual([1, 0]);
    expect(house.announcer.assertive).toContain('Mette');
    house.telephone.answer(ring());
    await settle();
    await house.shows([], [ring(true)]);
    expect([house.open, house.telephone.contact]).toEqual([1, 'c2']);
    await house.shows([], []);
    expect(house.open).toBe(0);
    await house.shows([], [ring()]);
    expect(house.rang).toBe(2);
  });

  it('goes on with a colleague whose question was answered before the page was loaded', async () => {
    claimLine('c2');
    await house.shows([], [ring(true)]);
    expect([house.open, house.telephone.contact]).toEqual([1, 'c2']);
  });

  it('is as mute after the page was loaded anew, and not in another call', async () => {
    await house.shows([call()]);
    house.telephone.toggleMute();
    const anew = new House();
    await anew.shows([call()]);
    expect([anew.telephone.muted, anew.muted]).toEqual([true, [true]]);
    await anew.shows([call('c9')]);
    expect(anew.telephone.muted).toBe(false);
  });

  it('keeps the line when a call it was asked about becomes its own', async () => {
    house.telephone.answer(ring());
    await settle();
    await house.shows([call('c2')]);
    expect([house.open, house.offers]).toEqual([1, 1]);
  });

  it('listens to a colleague mute, is heard when it whispers, and stays until it leaves', async () => {
    const { telephone } = house;
    await telephone.supervise('c7', 'listen');
    await settle();
    await house.shows([]);
    expect([house.ears, house.open, house.muted]).toEqual([['listen'], 1, [true]]);
    await telephone.supervise('c7', 'whisper');
    await settle();
    expect([house.offers, house.muted]).toEqual([1, [true, false]]);
    await telephone.leave('c7');
    await house.shows([]);
    expect([house.open, telephone.contact, telephone.supervised]).toEqual([0, null, false]);
    expect(house.commands).toEqual([{ do: 'hang-up' }]);
  });

  it('lets a call listened to go for one of its own', async () => {
    await house.telephone.supervise('c7', 'join');
    await settle();
    claimLine('c9');
    await house.shows([call('c9')]);
    expect([house.telephone.contact, house.telephone.supervised]).toEqual(['c9', false]);
    expect(house.open).toBe(1);
  });

  it('holds and takes off hold, and says why a number is refused', async () => {
    await house.shows([call()]);
    await house.telephone.toggleHold();
    house.phase = 'held';
    await house.telephone.refresh();
    await house.telephone.toggleHold();
    expect(house.commands).toEqual([{ do: 'hold' }, { do: 'resume' }]);
    house.refusal = new Refusal(403, 'main-number', 'Aldrig hovednummeret.');
    const whom = { to: 'number', number: '00120000' } as const;
    expect(await house.telephone.ask(whom, false, '')).toBe(false);
    expect(house.telephone.refused).toBe('Aldrig hovednummeret.');
  });
});
