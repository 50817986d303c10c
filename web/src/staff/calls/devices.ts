// Which microphone and loudspeaker this browser uses: kept in it, so that a page that is loaded anew
// speaks into the same.

import type { Devices } from './line';

const KEY = 'straks-sound';
const BROWSERS_CHOICE: Devices = { microphone: '', speaker: '' };

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
