// What an import brings, read and in words.
import { msg } from '../../generated/directory';
import type { Imported } from './types';

const kinds: Record<Imported['kinds'][number]['kind'], () => string> = {
  unit: () => msg.dir_units(),
  person: () => msg.dir_people(),
  line: () => msg.dir_lines(),
  responsibility: () => msg.dir_duties(),
};
export const kindsName = (kind: keyof typeof kinds): string => kinds[kind]();

/** The text of a table: UTF-8, or as Danish Excel writes "CSV (semikolonsepareret)". */
export function tableText(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
