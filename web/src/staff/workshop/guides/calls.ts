// What the guide editor asks the server, and the words for what is wrong.
import { msg } from '../../../generated/workshop';
import type { StaffApi } from '../../api';
import type { GuideView } from '../../types';
import { query } from '../api';
import type { Branches, Fault, Statistics, Text } from './model';

const part = encodeURIComponent;

export class GuideCalls {
  constructor(private readonly staff: Pick<StaffApi, 'ask'>) {}

  check = (text: Text) =>
    this.staff.ask<{ faults: Fault[] }>('POST', `/workshop/guides/${part(text.topic)}/check`, {
      body: text,
    });
  tried = (text: Text, municipality: string, path: string) =>
    this.staff.ask<GuideView>('POST', `/workshop/guides/${part(text.topic)}/try`, {
      body: text,
      municipality,
      path,
    });
  statistics = (topic: string, municipality: string | null, from: string, to: string) =>
    this.staff.ask<Statistics>(
      'GET',
      `/workshop/guides/${part(topic)}/statistics${query({ municipality, from, to })}`,
    );
  branches = (topic: string) =>
    this.staff.ask<{ branches: Branches[] }>('GET', `/workshop/guides/${part(topic)}/branches`);
}

const words: Record<string, (a: { about: string }) => string> = {
  unreachable: () => msg.gd_fault_unreachable(),
  loop: (a) => msg.gd_fault_loop(a),
  'dead-end': () => msg.gd_fault_dead_end(),
  expired: (a) => msg.gd_fault_expired(a),
  'expires-soon': (a) => msg.gd_fault_expires_soon(a),
  choices: (a) => msg.gd_fault_choices(a),
  'choice-twice': (a) => msg.gd_fault_choice_twice(a),
  'no-text': () => msg.gd_fault_no_text(),
  'no-title': () => msg.gd_fault_no_title(),
  'unknown-node': () => msg.gd_fault_unknown_node(),
  'unknown-topic': (a) => msg.gd_fault_unknown_topic(a),
  'unknown-department': (a) => msg.gd_fault_unknown_department(a),
  'unknown-municipality': (a) => msg.gd_fault_unknown_municipality(a),
  'leads-to-itself': () => msg.gd_fault_leads_to_itself(),
  'bad-link': () => msg.gd_fault_bad_link(),
  'no-choices-here': () => msg.gd_fault_no_choices_here(),
  'no-person': () => msg.gd_fault_no_person(),
  'no-hook': (a) => msg.gd_fault_no_hook(a),
  'hook-is-answer': (a) => msg.gd_fault_hook_is_answer(a),
  'id-twice': (a) => msg.gd_fault_id_twice(a),
  'bad-id': (a) => msg.gd_fault_bad_id(a),
  stale: (a) => msg.gd_fault_stale(a),
  'no-nodes': () => msg.gd_fault_no_nodes(),
  'too-many-nodes': (a) => msg.gd_fault_too_many_nodes(a),
};

/** What is wrong, in words; `title` is the step's, `place` the municipality's name. */
export function faultText(fault: Fault, title: string | null, place: string | null): string {
  const said = words[fault.code];
  const what = said ? said({ about: fault.about }) : msg.gd_fault_other({ about: fault.code });
  const about = title === null ? what : msg.gd_about({ title, what });
  return place === null ? about : msg.gd_in({ municipality: place, what: about });
}

const numbers = new Intl.NumberFormat('da');
export const number = (n: number): string => numbers.format(n);
/** 0.053 -> 5,3; whole where it is a tenth or more. */
export const percent = (part: number): string =>
  numbers.format(part < 0.1 ? Math.round(part * 1000) / 10 : Math.round(part * 100));
