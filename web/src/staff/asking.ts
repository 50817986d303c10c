// Asks the server as somebody types or looks: only the answer to what is still asked is told.
import { reason } from './staff.svelte';

/** Asks after so long. What it gives back leaves the question: for an effect to end with. */
export function asking<A>(
  ask: () => Promise<A>,
  told: (answer: A) => void,
  failed: (why: string) => void,
  afterMs = 0,
): () => void {
  let left = false;
  const timer = setTimeout(
    () =>
      ask().then(
        (answer) => {
          if (!left) told(answer);
        },
        (error) => {
          if (!left) failed(reason(error));
        },
      ),
    afterMs,
  );
  return () => {
    left = true;
    clearTimeout(timer);
  };
}

/** Long enough for the next letter, short enough not to be waited for. */
export const TYPING_MS = 140;
