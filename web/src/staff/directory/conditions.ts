// For which citizens somebody is responsible, in plain words, and what has to be asked to know.
import { msg } from '../../generated/directory';
import type { Facts } from '../types';
import type { Asked, Condition } from './types';

const span = (from: number, to: number) => (from === to ? `${from}` : `${from}–${to}`);

/** House numbers, open at one end or both. */
function numbers({ from = null, to = null }: { from?: number | null; to?: number | null }): string {
  if (from === null) return to === null ? '' : msg.dir_if_number_to({ number: String(to) });
  return to === null ? msg.dir_if_number_from({ number: String(from) }) : span(from, to);
}

/** fra 67 år · postnummer 8700–8740 · født den 1.–15. i måneden */
export function conditionText(condition: Condition): string {
  switch (condition.by) {
    case 'age': {
      const from = condition.from ?? null;
      const to = condition.to ?? null;
      if (from === null) return msg.dir_if_age_to({ years: String(to ?? '') });
      if (to === null) return msg.dir_if_age_from({ years: String(from) });
      return msg.dir_if_age({ years: span(from, to) });
    }
    case 'post-code':
      return msg.dir_if_post_code({ codes: span(condition.from, condition.to) });
    case 'street':
      return msg.dir_if_street({
        place: [condition.street, numbers(condition)].filter(Boolean).join(' '),
        side: condition.side,
      });
    case 'birth-day': {
      const { from, to } = condition;
      return from === to
        ? msg.dir_if_birth_day_one({ day: String(from) })
        : msg.dir_if_birth_day({ from: String(from), to: String(to) });
    }
    case 'said':
      return msg.dir_if_said({ question: condition.question });
  }
}

/** What the agent asks the citizen. */
export function askedText(asked: Asked): string {
  switch (asked.ask) {
    case 'age':
      return msg.dir_ask_age();
    case 'post-code':
      return msg.dir_ask_post_code();
    case 'address':
      return msg.dir_ask_address();
    case 'birth-day':
      return msg.dir_ask_birth_day();
    case 'said':
      return asked.question;
  }
}

/** What the citizen has answered, as far as the agent wrote it down. */
export interface Answers {
  age: string;
  post_code: string;
  street: string;
  number: string;
  birth_day: string;
  said: Record<string, boolean>;
}
export const NO_ANSWERS: Answers = {
  age: '',
  post_code: '',
  street: '',
  number: '',
  birth_day: '',
  said: {},
};

/** The answers as a request names them; half an answer is none. */
export function factsOf(answers: Answers): Facts {
  const facts: Facts = {};
  const whole = (name: 'age' | 'post_code' | 'birth_day', form: RegExp) => {
    if (form.test(answers[name].trim())) facts[name] = Number(answers[name]);
  };
  whole('age', /^\d{1,3}$/);
  whole('post_code', /^\d{4}$/);
  whole('birth_day', /^\d{1,2}$/);
  // A citizen says "12 B": the number decides.
  const number = /^\d{1,3}/.exec(answers.number.trim())?.[0];
  if (answers.street.trim() && number) {
    facts.street = answers.street.trim();
    facts.number = Number(number);
  }
  for (const [name, wanted] of [
    ['yes', true],
    ['no', false],
  ] as const) {
    const questions = Object.keys(answers.said).filter((q) => answers.said[q] === wanted);
    if (questions.length > 0) facts[name] = questions;
  }
  return facts;
}
