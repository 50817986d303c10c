// What a finding says, and of which piece.
import { byId } from '../../../generated/workshop';
import { pieceName } from '../texts/names';
import type { Body, Finding } from '../types';

export const findingText = (finding: Finding): string =>
  byId(`check-${finding.code}`, finding.args) ?? finding.code;

/** The heading of the part it is about; the field's name where it is of the head. */
export function findingPlace(finding: Finding, body: Body): string {
  if (finding.part !== null) {
    const part = body.parts.find((other) => other.id === finding.part);
    return part?.heading || finding.part;
  }
  return finding.field === 'text' ? '' : pieceName(finding.field.split('.')[0] ?? '');
}
