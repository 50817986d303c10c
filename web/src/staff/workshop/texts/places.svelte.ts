// The knowledge areas by name, asked for once.
import type { StaffApi } from '../../api';
import { lang } from '../../wording';
import { WorkshopApi } from '../api';

interface AreaLine {
  key: string;
  name: string;
  name_en: string;
}

class Areas {
  list = $state.raw<AreaLine[]>([]);
  #asked = false;

  ask(api: StaffApi): void {
    if (this.#asked) return;
    this.#asked = true;
    new WorkshopApi(api).areas().then(
      (answer) => (this.list = Array.isArray(answer) ? answer : answer.areas),
      () => (this.#asked = false),
    );
  }
}

const known = new Areas();

export function areas(api: StaffApi): Areas {
  known.ask(api);
  return known;
}

/** The area's name; its key, written like words, until it is known. */
export function areaName(key: string): string {
  const area = known.list.find((line) => line.key === key);
  if (area) return lang() === 'en' && area.name_en ? area.name_en : area.name;
  const words = key.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
