// Knowledge areas as the staff API answers with them.
export interface Keeper {
  id: string;
  name: string;
}

export interface Area {
  key: string;
  name: string;
  name_en: string;
  editors: Keeper[];
  reviewers: Keeper[];
  /** The members whose citizens see its texts. */
  open_to: string[];
  articles: number;
  guides: number;
  health: Health;
}

export interface Health {
  overdue: number;
  stale: number;
  failed_searches: number;
  not_helped: number;
  contacts: number;
  half_way: number;
}

export interface AreaDetail extends Area {
  since: string;
  texts: {
    topic: string;
    municipality: string | null;
    title: string;
    why: 'overdue' | 'stale';
    due: string | null;
  }[];
  counted: {
    topic: string;
    municipality: string;
    title: string;
    what: 'not-helped' | 'contacts' | 'half-way';
    node: string | null;
    count: number;
  }[];
  can_manage: boolean;
  people: { id: string; name: string; home: string; editor: boolean; reviewer: boolean }[];
}

export interface AreaChange {
  name: string;
  name_en: string;
  editors: string[];
  reviewers: string[];
  open_to: string[];
}
