import { describe, expect, it } from 'vitest';
import { reasonText } from '../directory/words';
import type { Target } from '../types';
import { isBarred, stateOf, whyText } from './targets';

const NOW = Date.parse('2027-06-02T10:05:00+02:00');
const LUNCH = Date.parse('2027-06-02T13:00:00+02:00');
const plain = (text: string) => text.replace(/\u00a0/g, ' ');

describe('the targets of a transfer', () => {
  const target = (more: Partial<Target>): Target => ({
    kind: 'person',
    municipality: 'horsens',
    department: null,
    person: 'p',
    name: 'Ditte',
    state: 'open',
    opens_at: null,
    waiting: 0,
    responsible: true,
    refused: null,
    role: null,
    of: null,
    title: null,
    unit_name: null,
    number: null,
    back: null,
    ...more,
  });

  it('say as what they take it, or why they cannot', () => {
    expect(whyText(target({ role: 'deputy', of: 'Birthe' }))).toBe('Stedfortræder for Birthe');
    expect(whyText(target({ refused: 'only-by-telephone', number: '+45 00 16 12 41' }))).toBe(
      'Svarer kun i telefonen, +45 00 16 12 41.',
    );
    const away = target({ role: 'owner', state: 'away', back: LUNCH, refused: 'target-closed' });
    expect(whyText(away)).toBe('Ansvarlig for emnet');
    expect(plain(stateOf(away, NOW).text)).toBe('Væk, tilbage kl. 13.00');
  });

  it('cannot be somebody who is away, but a closed department can be left an errand', () => {
    expect(isBarred(target({ state: 'away', refused: 'target-closed' }))).toBe(true);
    const closed = { kind: 'department' as const, department: 'ydelse', state: 'closed' as const };
    expect(isBarred(target({ ...closed, refused: 'target-closed' }))).toBe(false);
    expect(isBarred(target({ ...closed, refused: 'transfer-limit' }))).toBe(true);
  });

  it('come with the resolver’s reason', () => {
    const reason = { why: 'owner-away' as const, name: 'Birthe', back: LUNCH, covered: true };
    expect(plain(reasonText(reason, NOW))).toBe(
      'Birthe er væk til kl. 13.00. Stedfortræderen tager den.',
    );
    expect(plain(reasonText({ ...reason, covered: false }, NOW))).toBe(
      'Birthe er væk til kl. 13.00.',
    );
  });
});
