// What this browser speaks with: kept in it, so that a page that is loaded anew speaks into the same,
// and is as mute as it was.

import type { Devices } from './line';

const KEY = 'straks-sound';
const MUTED = 'straks-muted';
const LINE = 'straks-line';
const BROWSERS_CHOICE: Devices = { microphone: '', speaker: '', phone: false };

export function keptDevices(): Devices {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Devices>;
    return { ...BROWSERS_CHOICE, ...kept };
  } catch {
    return BROWSERS_CHOICE;
  }
}

export function keepDevices(devices: Devices): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(devices));
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}

/** What a window keeps through being loaded anew; without a store, as long as the page. */
const page = new Map<string, string>();

function kept(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return page.get(key) ?? null;
  }
}

function keep(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    page.set(key, value);
  }
}

export const isMuted = (contact: string): boolean => kept(MUTED) === contact;
export const keepMuted = (contact: string, muted: boolean): void =>
  keep(MUTED, muted ? contact : '');

/** Whether a call's sound belongs in this window: an agent may have several, and only one may speak. */
export const hasLine = (contact: string): boolean => kept(LINE) === contact;
export const claimLine = (contact: string): void => keep(LINE, contact);
export const leaveLine = (): void => keep(LINE, '');
