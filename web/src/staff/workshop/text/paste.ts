// A paste into a plain field. A browser cuts off what a field has no room for without a word.

/** The room of the plain field that is pasted into where the paste does not fit; null where it does,
    or where the field looks at it by itself. */
export function tooMuchFor(event: ClipboardEvent): number | null {
  const field = event.target;
  if (!(field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement)) return null;
  if (field.maxLength < 0) return null;
  const chosen = (field.selectionEnd ?? 0) - (field.selectionStart ?? 0);
  const room = field.maxLength - field.value.length + chosen;
  const text = event.clipboardData?.getData('text/plain') ?? '';
  return text.length > room ? room : null;
}
