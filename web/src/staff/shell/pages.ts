// The pages beside the desk, loaded when the first of them is opened.
import type { Component } from 'svelte';
import CallsPage from '../calls/CallsPage.svelte';
import DirectoryPage from '../directory/DirectoryPage.svelte';
import DutyPage from '../duty/DutyPage.svelte';
import InboxPage from '../inbox/InboxPage.svelte';
import KnowledgePage from '../knowledge/KnowledgePage.svelte';
import LoginsPage from '../account/LoginsPage.svelte';
import PrivacyPage from '../privacy/PrivacyPage.svelte';
import type { Page } from '../router.svelte';

const pages: Record<Exclude<Page, 'desk' | 'workshop'>, Component<{ id: string | null }>> = {
  inbox: InboxPage,
  knowledge: KnowledgePage,
  directory: DirectoryPage,
  duty: DutyPage,
  calls: CallsPage,
  logins: LoginsPage,
  privacy: PrivacyPage,
};
export default pages;
