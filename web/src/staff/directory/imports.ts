// Words for what an import brings.
import { msg } from '../../generated/directory';
import type { Imported } from './types';

const kinds: Record<Imported['kinds'][number]['kind'], () => string> = {
  unit: () => msg.dir_units(),
  person: () => msg.dir_people(),
  line: () => msg.dir_lines(),
  responsibility: () => msg.dir_duties(),
};
export const kindsName = (kind: keyof typeof kinds): string => kinds[kind]();
