// What the pieces, phases and origins of texts are called.
import { msg } from '../../../generated/workshop';
import { when } from '../../wording';
import { writerOf, type Conflict } from '../text/writing.svelte';
import type { Phase, TextKind } from '../types';

const pieces: Record<string, () => string> = {
  title: () => msg.ws_f_title(),
  title_en: () => msg.ws_f_title_en(),
  summary: () => msg.ws_f_summary(),
  summary_en: () => msg.ws_f_summary_en(),
  words: () => msg.ws_f_words(),
  words_en: () => msg.ws_f_words_en(),
  facts: () => msg.ws_f_facts(),
  'self-service': () => msg.ws_f_self_service(),
  self_service: () => msg.ws_f_self_service(),
  authority: () => msg.ws_f_authority(),
  rules: () => msg.ws_f_rules(),
  related: () => msg.ws_f_related(),
  review: () => msg.ws_f_review(),
  reviewed: () => msg.ws_f_reviewed(),
  area: () => msg.ws_f_area(),
  owner: () => msg.ws_f_owner(),
  competence: () => msg.ws_f_competence(),
  urgent: () => msg.ws_f_urgent(),
  department: () => msg.ws_f_department(),
  choices: () => msg.gd_choices(),
  figures_year: () => msg.ws_f_figures_year(),
};
/** A field of the head by its name; what this version does not know is shown as it is. */
export const pieceName = (key: string): string => pieces[key]?.() ?? key;

/** What is said of two texts that one has to choose between; `me` may have written both. */
export function conflictWords(
  { theirs: { draft } }: Conflict,
  me: string | undefined,
  now: number,
): { title: string; why: string; theirs: string } {
  const by = writerOf(draft);
  if (!draft || !by)
    return {
      title: msg.ws_conflict_ended(),
      why: msg.ws_conflict_ended_why(),
      theirs: msg.ws_theirs_standing(),
    };
  const saved = { name: by.name, when: when(draft.changed_at, now) };
  if (by.id === me)
    return {
      title: msg.ws_conflict_own(),
      why: msg.ws_conflict_own_why(saved),
      theirs: msg.ws_theirs_own(),
    };
  return {
    title: msg.ws_conflict(saved),
    why: msg.ws_conflict_why(saved),
    theirs: msg.ws_theirs(saved),
  };
}

const phases: Record<Phase, () => string> = {
  editing: () => msg.ws_phase_editing(),
  'in-review': () => msg.ws_phase_in_review(),
  approved: () => msg.ws_phase_approved(),
  scheduled: () => msg.ws_phase_scheduled(),
};
export const phaseName = (phase: Phase): string => phases[phase]?.() ?? phase;

const kinds: Record<string, () => string> = {
  article: () => msg.ws_kind_article(),
  referral: () => msg.ws_kind_referral(),
  guide: () => msg.ws_kind_guide(),
  variant: () => msg.ws_kind_variant(),
  branches: () => msg.ws_kind_branches(),
};
export const kindName = (kind: TextKind): string => kinds[kind]?.() ?? kind;
