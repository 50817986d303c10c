// What must not be sent in a chat: CPR numbers and card numbers. The server masks them before it
// stores anything; this warns while they are being written. CPR is recognised by the date alone,
// never by modulus 11, which numbers given since 2007 do not obey.

export type Sensitive = 'cpr' | 'card';

const CPR = /(?<![\d-])(\d{2})(\d{2})(\d{2})[ \-–]?(\d{4})(?![\d])/g;
const CARD = /(?<!\d)(?:\d[ -]?){12,18}\d(?!\d)/g;

/** What the text holds that a citizen or colleague should not write, or `null`. */
export function sensitiveIn(text: string): Sensitive | null {
  for (const [, day, month] of text.matchAll(CPR)) {
    if (isDate(Number(day), Number(month))) return 'cpr';
  }
  for (const [found] of text.matchAll(CARD)) {
    const digits = found.replace(/\D/g, '');
    if (digits.length >= 13 && digits.length <= 19 && hasLuhnSum(digits)) return 'card';
  }
  return null;
}

function isDate(day: number, month: number): boolean {
  // Replacement numbers (erstatnings-CPR) add 60 to the day.
  const plain = day > 60 ? day - 60 : day;
  return plain >= 1 && plain <= 31 && month >= 1 && month <= 12;
}

function hasLuhnSum(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}
