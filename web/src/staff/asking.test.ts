import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { asking } from './asking';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('does not ask what was left before its time, nor tell what was left while it was asked', async () => {
  const told = vi.fn();
  const failed = vi.fn();
  const ask = vi.fn(() => Promise.resolve('svar'));
  asking(ask, told, failed, 140)();
  await vi.advanceTimersByTimeAsync(500);
  expect(ask).not.toHaveBeenCalled();

  let answer: (text: string) => void = () => {};
  const leave = asking(() => new Promise<string>((done) => (answer = done)), told, failed);
  await vi.advanceTimersByTimeAsync(0);
  leave();
  answer('for sent');
  await vi.advanceTimersByTimeAsync(0);
  expect(told).not.toHaveBeenCalled();

  asking(ask, told, failed, 140);
  await vi.advanceTimersByTimeAsync(140);
  expect(told).toHaveBeenCalledExactlyOnceWith('svar');
  expect(failed).not.toHaveBeenCalled();
});

it('says in words why there is no answer', async () => {
  const failed = vi.fn();
  asking(() => Promise.reject(new Error('away')), vi.fn(), failed);
  await vi.advanceTimersByTimeAsync(0);
  expect(failed).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/\S/));
});
