// What is wrong with a file or a site, in words.
import { msg } from '../../../generated/workshop';

const files: Record<string, () => string> = {
  'no-title': () => msg.intake_fault_no_title(),
  'no-text': () => msg.intake_fault_no_text(),
  'too-long': () => msg.intake_fault_too_long(),
  'too-large': () => msg.intake_fault_too_large(),
  'too-deep': () => msg.intake_fault_too_deep(),
  'too-many': () => msg.intake_fault_too_many(),
  encoding: () => msg.intake_fault_encoding(),
  columns: () => msg.intake_fault_columns(),
  table: () => msg.intake_fault_table(),
  doctype: () => msg.intake_fault_doctype(),
  entity: () => msg.intake_fault_doctype(),
  xml: () => msg.intake_fault_xml(),
  'no-article': () => msg.intake_fault_no_article(),
  'kle-form': () => msg.intake_fault_kle_form(),
  nothing: () => msg.intake_fault_nothing(),
  'topic-twice': () => msg.intake_fault_topic_twice(),
  'topic-exists': () => msg.intake_fault_topic_exists(),
  'draft-open': () => msg.intake_fault_draft_open(),
  'area-unknown': () => msg.intake_fault_area_unknown(),
  'area-not-yours': () => msg.intake_fault_area_not_yours(),
};

/** Faults of our own content form have more kinds than these; their line says where. */
export const faultText = (code: string): string =>
  (files[code] ?? (() => msg.intake_fault_form()))();

const sites: Record<string, () => string> = {
  'robots-away': () => msg.intake_site_robots_away(),
  'sitemap-away': () => msg.intake_site_sitemap_away(),
  'sitemap-broken': () => msg.intake_site_sitemap_broken(),
  'sitemap-cut': () => msg.intake_site_sitemap_cut(),
  'pages-left-out': () => msg.intake_site_left_out(),
  'page-away': () => msg.intake_site_page_away(),
  'page-empty': () => msg.intake_site_page_empty(),
  refused: () => msg.intake_site_refused(),
  'bad-address': () => msg.intake_site_refused(),
  'not-listed': () => msg.intake_site_not_listed(),
  redirects: () => msg.intake_site_redirects(),
  'too-large': () => msg.intake_site_too_large(),
};

export const siteFaultText = (code: string): string =>
  (sites[code] ?? (() => msg.intake_site_page_away()))();

export const becomesText: Record<'draft' | 'new' | 'changed' | 'same', () => string> = {
  draft: () => msg.intake_becomes_draft(),
  new: () => msg.intake_becomes_new(),
  changed: () => msg.intake_becomes_changed(),
  same: () => msg.intake_becomes_same(),
};
