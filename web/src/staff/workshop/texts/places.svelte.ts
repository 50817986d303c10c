// The knowledge areas and the departments by name, asked for once.
import type { StaffApi } from '../../api';
import { lang } from '../../wording';
import { WorkshopApi } from '../api';

export interface Place {
  key: string;
  name: string;
  name_en: string;
}

class Areas {
  list = $state.raw<Place[]>([]);
  /** What a text can belong to and a guide can lead to. */
  departments = $state.raw<Place[]>([]);
  #asked = false;

  ask(api: StaffApi): void {
    if (this.#asked) return;
    this.#asked = true;
    new WorkshopApi(api).areas().then(
      ({ areas, departments }) => {
        this.list = areas;
        this.departments = departments;
      },
      () => (this.#asked = false),
    );
  }
}

const known = new Areas();

export function areas(api: StaffApi): Areas {
  known.ask(api);
  return known;
}

/** Its name in the reader's language. */
export function nameOf(place: Place): string {
  return lang() === 'en' && place.name_en ? place.name_en : place.name;
}

/** The area's name; its key, written like words, until it is known. */
export function areaName(key: string): string {
  const area = known.list.find((line) => line.key === key);
  if (area) return nameOf(area);
  const words = key.replace(/-/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
