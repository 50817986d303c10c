// The open tasks in reach, for the list of them and for the figure at its tab.
import { getContext, setContext } from 'svelte';
import { WorkshopApi } from '../api';
import type { StaffApi } from '../../api';
import type { Task } from '../types';

const KEY = Symbol('open tasks');

export class OpenTasks {
  list = $state.raw<Task[] | null>(null);

  constructor(private readonly api: Pick<StaffApi, 'ask'>) {}

  /** Asks again. What was known stays when there is no answer. */
  async load(): Promise<void> {
    this.list = (await new WorkshopApi(this.api).tasks({})).tasks;
  }

  get overdue(): boolean {
    return (this.list ?? []).some((task) => task.overdue);
  }
}

export const provideOpenTasks = (tasks: OpenTasks): OpenTasks => setContext(KEY, tasks);
export const useOpenTasks = (): OpenTasks => getContext(KEY);
