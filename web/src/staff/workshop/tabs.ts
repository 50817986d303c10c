// The places of the workshop: who may open them and what is loaded when they are.
import type { Component } from 'svelte';
import { addressOf } from '../router.svelte';

export const TABS = [
  'texts',
  'tasks',
  'guides',
  'areas',
  'bulk',
  'words',
  'improvements',
  'imports',
] as const;
export type Tab = (typeof TABS)[number];

/** What every page of the workshop is told: what follows its tab in the address. */
export type TabPage = Component<{ id: string | null; rest: string[] }>;
type Load = () => Promise<{ default: TabPage }>;

const loads: Record<Tab, Load> = {
  texts: () => import('./texts/TextsPage.svelte'),
  tasks: () => import('./tasks/TasksPage.svelte'),
  guides: () => import('./guides/GuidesPage.svelte'),
  areas: () => import('./areas/AreasPage.svelte'),
  bulk: () => import('./bulk/BulkPage.svelte'),
  words: () => import('./words/WordsPage.svelte'),
  improvements: () => import('./improvements/ImprovementsPage.svelte'),
  imports: () => import('./imports/ImportsPage.svelte'),
};
const editor: Load = () => import('./texts/ArticleEditor.svelte');

/** The tab of that name, or the first that one may open. */
export function tabOf(name: string | null, open: readonly Tab[]): Tab {
  return TABS.find((tab) => tab === name) ?? open[0] ?? 'texts';
}

/** The page of a tab; a text that is opened has the editor. */
export function load(tab: Tab, id: string | null): ReturnType<Load> {
  return (tab === 'texts' && id !== null ? editor : loads[tab])();
}

/**
 * Bringing in the texts of others is for those who answer for all members; who administers a
 * municipality decides in *Områder* whether its texts are approved.
 */
export function mayOpen(tab: Tab, can: (right: string) => boolean): boolean {
  const writes = can('edit-knowledge') || can('approve-knowledge');
  if (can('manage-consortium') || (tab === 'areas' && can('manage-people'))) return true;
  return tab === 'imports' ? can('edit-knowledge') : writes;
}

/** `municipality` null is the common text. */
export function textAddress(topic: string, municipality: string | null): string {
  return addressOf('workshop', 'texts', topic, municipality);
}
