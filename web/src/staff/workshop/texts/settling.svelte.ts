// What a changed master touches in a municipality's own text, and the editor's answer to each part:
// keep one's own, or use the common one.
import { msg } from '../../../generated/workshop';
import { reason } from '../../staff.svelte';
import type { WorkshopApi } from '../api';
import type { Writing } from '../text/writing.svelte';
import { isVariant } from '../types';

export class Settling {
  busy = $state(false);
  failed = $state<string | null>(null);

  constructor(
    private readonly writing: Writing,
    private readonly api: WorkshopApi,
  ) {}

  /** The version of the master the text was written against, and the one that stands; null when
      they are the same. */
  readonly between = $derived.by(() => {
    const { view, body } = this.writing;
    if (!view?.master || !body || !isVariant(body) || body.of === view.master.version) return null;
    return { from: body.of, to: view.master.version };
  });

  /** The parts that are touched and not decided about yet. */
  readonly open = $derived.by(() => {
    const { view, draft } = this.writing;
    if (this.between === null || !view || draft?.removes) return [];
    return view.affected.filter((part) => !(draft?.settled ?? []).includes(part));
  });

  async settle(part: string, choice: 'common' | 'keep'): Promise<void> {
    const { writing } = this;
    const { topic, municipality } = writing;
    if (municipality === null) return;
    this.busy = true;
    this.failed = null;
    try {
      await writing.save();
      // The answer brings the text as the server has it: what it has not got yet would be lost.
      if (writing.dirty || writing.conflict) this.failed = msg.ws_not_saved_yet();
      else writing.adopt(await this.api.settle(topic, municipality, part, choice));
    } catch (error) {
      this.failed = reason(error);
    } finally {
      this.busy = false;
    }
  }
}
