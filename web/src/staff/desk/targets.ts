// Words for those to whom a contact can go on, and which of them can be chosen.
import { msg } from '../../generated/directory';
import type { Target } from '../types';
import { standing, type Said } from '../directory/words';

export const keyOf = (target: Target): string =>
  target.kind === 'person'
    ? `p/${target.person ?? target.name}`
    : `d/${target.municipality}/${target.department}`;

/** A department that is closed can still be handed an errand; nothing else refused can be chosen. */
export const isBarred = (target: Target): boolean =>
  target.refused !== null && !(target.refused === 'target-closed' && target.department !== null);

/** In a call, who has only a telephone can be chosen too. */
export const isBarredInCall = (target: Target): boolean =>
  target.refused !== 'only-by-telephone' && isBarred(target);

/** Nobody takes it now: an errand is left instead. */
export const isShut = (target: Target): boolean =>
  target.state !== 'open' && target.state !== 'busy';

const refusals: Record<string, (target: Target) => string> = {
  'main-number': () => msg.dir_refused_main_number(),
  'transfer-limit': () => msg.dir_refused_transfer_limit(),
  'only-by-telephone': ({ number }) => msg.dir_refused_only_by_telephone({ number: number ?? '' }),
};

/** As what they would take it, or why they cannot. */
export function whyText(target: Target): string {
  const refusal = target.refused === null ? undefined : refusals[target.refused];
  if (refusal) return refusal(target);
  switch (target.role) {
    case 'owner':
      return msg.dir_target_owner();
    case 'deputy':
      return target.of ? msg.dir_target_deputy({ name: target.of }) : msg.dir_deputy();
    case 'unit':
      return msg.dir_target_unit();
    case null:
      return target.responsible ? msg.dir_target_owner() : '';
  }
}

const REACH = { open: 'now', busy: 'busy', away: 'away', closed: 'closed' } as const;

/** Open, busy, away until, closed until; or not to be chosen. */
export function stateOf(target: Target, now: number): Omit<Said, 'dot'> {
  if (target.refused !== null && target.refused in refusals)
    return { text: msg.dir_target_refused(), tone: 'error', icon: 'stop' };
  const { state, back, opens_at: at, waiting } = target;
  const said = standing(
    { reach: REACH[state], until: null, back, at },
    target.kind === 'person',
    now,
    'ready',
  );
  return waiting > 0 && state === 'busy'
    ? { ...said, text: msg.dir_target_busy({ n: waiting }) }
    : said;
}
