import { describe, expect, it } from 'vitest';
import { Announcer } from './announcer.svelte';

describe('what a screen reader is told', () => {
  it('says the same words twice when they are told twice', () => {
    const announcer = new Announcer();
    const heard = [1, 2, 3].map(() => {
      announcer.interrupt('Tilbud: Chat, Furesø');
      return announcer.assertive;
    });
    expect(new Set(heard.slice(0, 2)).size).toBe(2);
    expect(heard[2]).not.toBe(heard[1]);
    expect(heard.map((text) => text.trim())).toEqual(Array(3).fill('Tilbud: Chat, Furesø'));
  });

  it('gathers what comes close together and says the newest', () => {
    let now = 0;
    let due = (): void => {};
    const announcer = new Announcer(
      () => now,
      (_, then) => (due = then),
    );
    announcer.gather(() => 'én');
    expect(announcer.polite).toBe('én');
    now = 1_000;
    announcer.gather(() => 'to');
    announcer.gather(() => 'tre');
    expect(announcer.polite).toBe('én');
    due();
    expect(announcer.polite).toBe('tre');
  });
});
