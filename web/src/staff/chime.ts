// One soft tone for an offer. It never comes alone: the offer stands on the screen with its ring.

const KEY = 'straks-sound';

export class Chime {
  #context: AudioContext | null = null;

  get on(): boolean {
    try {
      return localStorage.getItem(KEY) !== 'off';
    } catch {
      return false;
    }
  }

  set(on: boolean): void {
    try {
      localStorage.setItem(KEY, on ? 'on' : 'off');
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }

  ring(): void {
    if (!this.on || typeof AudioContext === 'undefined') return;
    this.#context ??= new AudioContext();
    const context = this.#context;
    if (context.state === 'suspended') return;
    const tone = context.createOscillator();
    const loudness = context.createGain();
    const now = context.currentTime;
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.setValueAtTime(880, now + 0.12);
    loudness.gain.setValueAtTime(0.0001, now);
    loudness.gain.exponentialRampToValueAtTime(0.12, now + 0.03);
    loudness.gain.exponentialRampToValueAtTime(0.0001, now + 0.4);
    tone.connect(loudness).connect(context.destination);
    tone.start(now);
    tone.stop(now + 0.45);
  }
}
