// The keyboard map (F1 shows it). No Ctrl+Alt: it is AltGr on Danish keyboards. No single letters,
// except inside the wrap-up, where no text field has focus.

export type Command =
  | {
      do:
        'take-offer' | 'send-back' | 'transfer' | 'wrap-up' | 'help' | 'search' | 'insert' | 'send';
    }
  | { do: 'next-pane' | 'previous-pane' }
  | { do: 'conversation'; n: number };

export interface Pressed {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

/** What a key means everywhere on the desk; `null` leaves it to the field with focus. */
export function commandOf(e: Pressed): Command | null {
  if (e.ctrlKey && e.altKey) return null;
  if (e.ctrlKey || e.metaKey) {
    if (e.altKey || e.shiftKey) return null;
    if (e.key.toLowerCase() === 'k') return { do: 'search' };
    if (e.key === 'Enter') return { do: 'send' };
    return null;
  }
  if (e.altKey) {
    if (e.shiftKey) return null;
    const digit = /^Digit([1-9])$/.exec(e.code);
    if (digit) return { do: 'conversation', n: Number(digit[1]) };
    if (e.code === 'KeyI') return { do: 'insert' };
    return null;
  }
  switch (e.key) {
    case 'F1':
      return e.shiftKey ? null : { do: 'help' };
    case 'F2':
      return { do: e.shiftKey ? 'send-back' : 'take-offer' };
    case 'F6':
      return { do: e.shiftKey ? 'previous-pane' : 'next-pane' };
    case 'F8':
      return e.shiftKey ? null : { do: 'transfer' };
    case 'F9':
      return e.shiftKey ? null : { do: 'wrap-up' };
    default:
      return null;
  }
}

/** The keys of the outcomes, in their order. */
export const OUTCOME_KEYS = ['Q', 'W', 'E', 'R', 'T'] as const;

/** What a key means with focus in the wrap-up, outside its search field. */
export function wrapKey(
  e: Pressed,
): { topic: number } | { outcome: number } | { save: true } | null {
  if (e.ctrlKey || e.altKey || e.metaKey || e.shiftKey) return null;
  if (e.key === 'Enter') return { save: true };
  if (/^[1-3]$/.test(e.key)) return { topic: Number(e.key) - 1 };
  const outcome = OUTCOME_KEYS.findIndex((key) => key === e.key.toUpperCase());
  return outcome >= 0 ? { outcome } : null;
}

/** Where the arrow keys, Home and End lead in a list of so many. */
export function step(e: Pressed, at: number, length: number): number | null {
  if (length === 0 || e.ctrlKey || e.altKey || e.metaKey) return null;
  switch (e.key) {
    case 'ArrowDown':
    case 'ArrowRight':
      return (at + 1) % length;
    case 'ArrowUp':
    case 'ArrowLeft':
      return (at - 1 + length) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}
