// What can be said to be wrong: each thing that stands on the screen, with what it says now.
import { msg } from '../../generated/directory';
import type { ItemKind, Line, PersonView, UnitView } from './types';
import { fieldName, wayName } from './words';

export interface Subject {
  kind: ItemKind;
  item: string;
  /** `null`: something else, told in words. */
  field: string | null;
  name: string;
  current: string;
}

const lineSubjects = (lines: Line[]): Subject[] =>
  lines.flatMap((line) =>
    line.id === null || line.address === null
      ? []
      : [
          {
            kind: 'line' as const,
            item: line.id,
            field: 'address',
            name: `${wayName[line.way]()} ${line.address}`,
            current: line.address,
          },
        ],
  );

const own = (kind: ItemKind, item: string, fields: Record<string, string>): Subject[] =>
  Object.entries(fields).map(([field, current]) => ({
    kind,
    item,
    field,
    name: fieldName(field),
    current,
  }));

const other = (kind: ItemKind, item: string): Subject => ({
  kind,
  item,
  field: null,
  name: msg.dir_report_other(),
  current: '',
});

export function subjectsOfUnit(view: UnitView): Subject[] {
  const { key, name } = view.unit;
  const kind = view.department ? 'department' : 'unit';
  const { phone = '', email = '', address = '', hours = '' } = view.department ?? {};
  const fields: Record<string, string> = view.department
    ? { phone, email, address, hours, name }
    : { name };
  return [...own(kind, key, fields), ...lineSubjects(view.lines), other(kind, key)];
}

export function subjectsOfPerson(view: PersonView): Subject[] {
  const { id, name, title } = view;
  return [...own('person', id, { title, name }), ...lineSubjects(view.lines), other('person', id)];
}
