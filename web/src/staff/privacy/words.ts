// Words of the audit log and of receipts.

import { msg } from '../../generated/pages';
import { word, type Words } from '../wording';

const audits: Words = {
  'signed-in': () => msg.staff_audit_signed_in(),
  'signed-out': () => msg.staff_audit_signed_out(),
  'sign-in-refused': () => msg.staff_audit_sign_in_refused(),
  'logins-revoked': () => msg.staff_audit_logins_revoked(),
  'password-changed': () => msg.staff_audit_password_changed(),
  'person-added': () => msg.staff_audit_person_added(),
  'person-removed': () => msg.staff_audit_person_removed(),
  'role-granted': () => msg.staff_audit_role_granted(),
  'role-revoked': () => msg.staff_audit_role_revoked(),
  'people-read': () => msg.staff_audit_people_read(),
  'read-contact': () => msg.staff_audit_read_contact(),
  'read-hand-over': () => msg.staff_audit_read_hand_over(),
  'read-address': () => msg.staff_audit_read_address(),
  arrive: () => msg.staff_audit_arrive(),
  accept: () => msg.staff_audit_accept(),
  decline: () => msg.staff_audit_decline(),
  say: () => msg.staff_audit_say(),
  read: () => msg.staff_audit_read(),
  transfer: () => msg.staff_audit_transfer(),
  'hand-over': () => msg.staff_audit_hand_over(),
  'correct-municipality': () => msg.staff_audit_correct_municipality(),
  end: () => msg.staff_audit_end(),
  'wrap-up': () => msg.staff_audit_wrap_up(),
  rate: () => msg.staff_audit_rate(),
  take: () => msg.staff_audit_take(),
  answer: () => msg.staff_audit_answer(),
  'move-promise': () => msg.staff_audit_move_promise(),
  'finish-after-duty': () => msg.staff_audit_finish_after_duty(),
  erase: () => msg.staff_audit_erase(),
  'audit-read': () => msg.staff_audit_audit_read(),
  'who-could-see': () => msg.staff_audit_who_could_see(),
  'read-number': () => msg.staff_audit_read_number(),
  'read-earlier': () => msg.staff_audit_read_earlier(),
  'set-topic': () => msg.staff_audit_set_topic(),
  finish: () => msg.staff_audit_finish(),
  'call-hold': () => msg.staff_audit_call_hold(),
  'call-resume': () => msg.staff_audit_call_resume(),
  'call-consult': () => msg.staff_audit_call_consult(),
  'call-transfer': () => msg.staff_audit_call_transfer(),
  'call-out': () => msg.staff_audit_call_out(),
  'call-join': () => msg.staff_audit_call_join(),
  'call-complete': () => msg.staff_audit_call_complete(),
  'call-give-up': () => msg.staff_audit_call_give_up(),
  'call-hang-up': () => msg.staff_audit_call_hang_up(),
  'call-listen': () => msg.staff_audit_call_listen(),
  'call-whisper': () => msg.staff_audit_call_whisper(),
  'call-join-in': () => msg.staff_audit_call_join_in(),
  'directory-changed': () => msg.staff_audit_directory_changed(),
  'text-published': () => msg.staff_audit_text_published(),
  'texts-imported': () => msg.staff_audit_texts_imported(),
  'site-changed': () => msg.staff_audit_site_changed(),
  'area-changed': () => msg.staff_audit_area_changed(),
  'text-people-set': () => msg.staff_audit_text_people_set(),
  'improvement-change': () => msg.staff_audit_improvement_change(),
  'record-agreed': () => msg.staff_audit_record_agreed(),
  'record-pause': () => msg.staff_audit_record_pause(),
  'record-resume': () => msg.staff_audit_record_resume(),
  'record-end': () => msg.staff_audit_record_end(),
  'listen-recording': () => msg.staff_audit_listen_recording(),
  'allow-recording': () => msg.staff_audit_allow_recording(),
  'forbid-recording': () => msg.staff_audit_forbid_recording(),
  'set-prompt': () => msg.staff_audit_set_prompt(),
  'remove-prompt': () => msg.staff_audit_remove_prompt(),
  'add-device': () => msg.staff_audit_add_device(),
  'revoke-device': () => msg.staff_audit_revoke_device(),
};

const grounds: Words = {
  role: () => msg.staff_ground_role(),
  duty: () => msg.staff_ground_duty(),
};

const purposes: Words = {
  administration: () => msg.staff_purpose_administration(),
  'duty-planning': () => msg.staff_purpose_duty_planning(),
  erasure: () => msg.staff_purpose_erasure(),
  'privacy-guard': () => msg.staff_purpose_privacy_guard(),
  'sign-in': () => msg.staff_purpose_sign_in(),
  'citizen-service': () => msg.staff_purpose_citizen_service(),
  'citizen-agreed': () => msg.staff_purpose_citizen_agreed(),
  'citizen-answered': () => msg.staff_purpose_citizen_answered(),
  'citizen-asked': () => msg.staff_purpose_citizen_asked(),
  complaint: () => msg.staff_purpose_complaint(),
  quality: () => msg.staff_purpose_quality(),
  'citizen-mitid': () => msg.staff_purpose_citizen_mitid(),
  'hand-over': () => msg.staff_purpose_hand_over(),
  'finish-after-duty': () => msg.staff_purpose_finish_after_duty(),
  telephone: () => msg.staff_purpose_telephone(),
  directory: () => msg.staff_purpose_directory(),
  knowledge: () => msg.staff_purpose_knowledge(),
};

const receipts: Words = {
  retention: () => msg.staff_receipt_retention(),
  erasure: () => msg.staff_receipt_erasure(),
};

export const auditName = word(audits);
export const groundName = word(grounds);
export const purposeName = word(purposes);
export const receiptName = word(receipts);
