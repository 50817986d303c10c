// What the phases and fields of a bulk change are called.
import { msg } from '../../../generated/workshop';
import { when } from '../../wording';
import type { Bulk, BulkPhase, BulkRow, FieldKind } from './types';

export const FIELD_NAMES: Record<FieldKind, () => string> = {
  titles: () => msg.bulk_field_titles(),
  summary: () => msg.bulk_field_summary(),
  facts: () => msg.bulk_field_facts(),
  parts: () => msg.bulk_field_parts(),
  nodes: () => msg.bulk_field_nodes(),
  words: () => msg.bulk_field_words(),
};

export function phaseName(bulk: Pick<Bulk | BulkRow, 'phase' | 'publish_at'>, now: number): string {
  const at = when(bulk.publish_at ?? now, now);
  const names: Record<BulkPhase, () => string> = {
    preview: () => msg.bulk_phase_preview(),
    'in-review': () => msg.bulk_phase_in_review(),
    approved: () => msg.bulk_phase_approved(),
    scheduled: () => msg.bulk_phase_scheduled({ when: at }),
    published: () => msg.bulk_phase_published({ when: at }),
    cancelled: () => msg.bulk_phase_cancelled(),
  };
  return names[bulk.phase]();
}

/** A field by its name, for instance `facts.0.value` or `node:barn:choices.1`. */
export function fieldName(field: string): string {
  const last = field.split(':').at(-1) ?? field;
  if (field === 'title') return msg.bulk_field_title();
  if (field === 'title_en') return msg.bulk_field_title_en();
  if (field === 'summary') return msg.bulk_field_one_summary();
  if (field === 'summary_en') return msg.bulk_field_summary_en();
  if (field === 'self-service') return msg.bulk_field_self_service();
  if (field.startsWith('facts.')) return msg.bulk_field_facts();
  if (field.startsWith('words')) return msg.bulk_field_words();
  if (last === 'heading' || last === 'title') return msg.bulk_field_heading();
  if (last.startsWith('choices.') || field.startsWith('hung.')) return msg.bulk_field_choice();
  if (last.startsWith('ways.')) return msg.bulk_field_link();
  return '';
}
