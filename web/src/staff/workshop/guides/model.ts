// A question guide as it is written: what the server keeps, and every change an editor can make to
// it. Pure: a change gets a text and answers with another.

export type Way =
  { topic: string } | { link: { url: string; label: string } } | { department: string } | 'person';

export interface Choice {
  text: string;
  to: string;
  only?: string[];
  line?: number;
}

export type Kind = { question: Choice[] } | { answer: Way[] };

export interface Node {
  id: string;
  title: string;
  markdown: string;
  line?: number;
  until?: string;
  kind: Kind;
}

export interface Guide {
  topic: string;
  version: number;
  title: string;
  title_en: string;
  area: string;
  department: string;
  competence: string;
  urgent: boolean;
  summary: string;
  summary_en: string;
  words: string[];
  words_en: string[];
  rules: string[];
  related: string[];
  owner: string;
  reviewed: string;
  review: string;
  nodes: Node[];
}

/** What one municipality adds. */
export interface Branches {
  topic: string;
  of: number;
  version: number;
  municipality: string;
  department: string;
  reviewed: string;
  nodes: Node[];
  choices: { at: string; choice: Choice }[];
}

export type Text = Guide | Branches;

export interface Fault {
  code: string;
  node: string | null;
  choice: number | null;
  municipality: string | null;
  about: string;
  stops: boolean;
}

export interface Counted {
  entered: number;
  on: number;
  left: number;
  back: number;
  to: { node: string; nth: number; count: number }[];
}

export interface Statistics {
  citizens: Record<string, Counted>;
  agents: Record<string, Counted>;
  helped: number | null;
  not_helped: number | null;
}

export function isBranches(text: Text): text is Branches {
  return 'of' in text;
}

/** A choice as the tree has it: where it is kept, and whose it is. */
export interface Edge {
  /** Key of the node it leaves. */
  from: string;
  /** Key of the node it leads to; of none when there is no such node. */
  to: string;
  text: string;
  only: string[];
  municipality: string | null;
  /** It may be changed in the text that is written. */
  own: boolean;
  /** Its place among the node's own choices, or among the text's hung ones. */
  index: number;
  /** Hung at a node that is not the text's own. */
  hung: boolean;
  /** Which of the node's choices that lead there, from 1. */
  nth: number;
}

/** A node as the tree has it. */
export interface TreeNode {
  /** Its id; a municipality's own have the municipality before it. */
  key: string;
  node: Node;
  municipality: string | null;
  own: boolean;
  edges: Edge[];
  ways: Way[] | null;
}

export interface Tree {
  nodes: Map<string, TreeNode>;
  start: string | null;
}

export const localKey = (municipality: string, id: string): string => `${municipality}/${id}`;

/** The guide with branches as one tree; `text` is the one that is written, the others only shown. */
export function treeOf(text: Text, master: Guide | null, branches: readonly Branches[]): Tree {
  const guide = isBranches(text) ? master : text;
  const nodes = new Map<string, TreeNode>();
  const nth = new Map<string, number>();
  const edge = (
    from: string,
    to: string,
    choice: Choice,
    rest: Pick<Edge, 'municipality' | 'own' | 'index' | 'hung'>,
  ): Edge => {
    const place = `${rest.municipality ?? ''} ${from} ${choice.to}`;
    const common = nth.get(` ${from} ${choice.to}`) ?? 0;
    const before = nth.get(place) ?? (rest.municipality ? common : 0);
    nth.set(place, before + 1);
    return { from, to, text: choice.text, only: choice.only ?? [], nth: before + 1, ...rest };
  };
  for (const node of guide?.nodes ?? []) {
    if (nodes.has(node.id)) continue;
    const own = guide === text;
    const choices = choicesOf(node);
    nodes.set(node.id, {
      key: node.id,
      node,
      municipality: null,
      own,
      ways: waysOf(node),
      edges: choices.map((choice, index) =>
        edge(node.id, choice.to, choice, { municipality: null, own, index, hung: false }),
      ),
    });
  }
  const all = isBranches(text)
    ? [text, ...branches.filter((other) => other.municipality !== text.municipality)]
    : branches;
  for (const local of all) {
    const { municipality } = local;
    const own = local === text;
    const ids = new Set(local.nodes.map((node) => node.id));
    const key = (id: string) =>
      ids.has(id) && !guide?.nodes.some((node) => node.id === id) ? localKey(municipality, id) : id;
    for (const node of local.nodes) {
      const at = key(node.id);
      if (nodes.has(at)) continue;
      nodes.set(at, {
        key: at,
        node,
        municipality,
        own,
        ways: waysOf(node),
        edges: choicesOf(node).map((choice, index) =>
          edge(at, key(choice.to), choice, { municipality, own, index, hung: false }),
        ),
      });
    }
    local.choices.forEach(({ at, choice }, index) => {
      const place = nodes.get(key(at));
      place?.edges.push(
        edge(place.key, key(choice.to), choice, { municipality, own, index, hung: true }),
      );
    });
  }
  return { nodes, start: guide?.nodes[0]?.id ?? null };
}

export function choicesOf(node: Node): Choice[] {
  return 'question' in node.kind ? node.kind.question : [];
}

export function waysOf(node: Node): Way[] | null {
  return 'answer' in node.kind ? node.kind.answer : null;
}

/** A line of the outline: a node by the answer that leads to it. */
export interface Row {
  /** Its own name, whichever way it is reached. */
  key: string;
  at: string;
  depth: number;
  via: Edge | null;
  parent: string | null;
  /** Its children stand at another line: this one only points there. */
  again: boolean;
  children: number;
}

/** The tree as lines, and what no answer leads to. */
export function outline(tree: Tree): { rows: Row[]; lost: string[] } {
  const rows: Row[] = [];
  const seen = new Set<string>();
  const walk = (at: string, via: Edge | null, parent: Row | null) => {
    const node = tree.nodes.get(at);
    if (!node) return;
    const again = seen.has(at);
    const edges = again ? [] : node.edges.filter((edge) => tree.nodes.has(edge.to));
    const row: Row = {
      key: via ? `${parent?.key ?? ''}>${edgeName(via)}` : at,
      at,
      depth: parent ? parent.depth + 1 : 0,
      via,
      parent: parent?.key ?? null,
      again,
      children: edges.length,
    };
    rows.push(row);
    if (again) return;
    seen.add(at);
    for (const edge of edges) walk(edge.to, edge, row);
  };
  if (tree.start !== null) walk(tree.start, null, null);
  const lost = [...tree.nodes.keys()].filter((key) => !seen.has(key));
  return { rows, lost };
}

/** A choice by name within its node. */
export function edgeName(edge: Edge): string {
  return `${edge.municipality ?? ''}${edge.hung ? '+' : ''}${edge.index}`;
}

/** An id that no node has, made of words. */
export function freshId(taken: Iterable<string>, words: string): string {
  const base =
    words
      .toLowerCase()
      .replace(/æ/g, 'ae')
      .replace(/ø/g, 'oe')
      .replace(/å/g, 'aa')
      .normalize('NFD')
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 30)
      .replace(/-+$/, '') || 'trin';
  const used = new Set(taken);
  if (!used.has(base)) return base;
  for (let n = 2; ; n += 1) if (!used.has(`${base}-${n}`)) return `${base}-${n}`;
}

/** What a change answers with: the text, and where the eye should go. */
export interface Changed<T extends Text = Text> {
  text: T;
  select: string | null;
}

const copy = <T>(value: T): T => structuredClone(value);

/** The id of a node that is the text's own; null for another's. */
function ownId(text: Text, key: string): string | null {
  const prefix = isBranches(text) ? `${text.municipality}/` : '';
  if (!key.startsWith(prefix)) return null;
  const id = key.slice(prefix.length);
  return text.nodes.some((node) => node.id === id) ? id : null;
}

const keyOf = (text: Text, id: string): string =>
  isBranches(text) && text.nodes.some((node) => node.id === id)
    ? localKey(text.municipality, id)
    : id;

/** What a choice says of where it leads, from a key of the tree. */
function idOf(text: Text, key: string): string {
  return ownId(text, key) ?? (key.includes('/') ? key.slice(key.indexOf('/') + 1) : key);
}

export function changeNode(text: Text, key: string, edit: (node: Node) => void): Text {
  const id = ownId(text, key);
  if (id === null) return text;
  const next = copy(text);
  const node = next.nodes.find((other) => other.id === id);
  if (node) edit(node);
  return next;
}

/** A choice of the text, found again in a copy of it. */
function choiceIn(text: Text, edge: Edge): Choice | undefined {
  if (edge.hung) return isBranches(text) ? text.choices[edge.index]?.choice : undefined;
  const node = text.nodes.find((other) => other.id === ownId(text, edge.from));
  return node ? choicesOf(node)[edge.index] : undefined;
}

export function changeChoice(text: Text, edge: Edge, edit: (choice: Choice) => void): Text {
  if (!edge.own) return text;
  const next = copy(text);
  const choice = choiceIn(next, edge);
  if (choice) edit(choice);
  return next;
}

/** Another node for a choice to lead to. */
export function lead(text: Text, edge: Edge, to: string): Text {
  return changeChoice(text, edge, (choice) => {
    choice.to = idOf(text, to);
  });
}

/** One more answer to a question, with a node of its own behind it. An answer at which a guide ended
    becomes a question, and what it was stands behind its first choice. At a question of the common
    guide the branch of a municipality is hung. */
export function addAnswer(
  text: Text,
  tree: Tree,
  at: string,
  words: { choice: string; node: string },
): Changed {
  const place = tree.nodes.get(at);
  if (!place) return { text, select: null };
  const next = copy(text);
  const ids = [...tree.nodes.values()].map((other) => other.node.id);
  const id = freshId(ids, words.node);
  const fresh: Node = { id, title: words.node, markdown: '', kind: { answer: ['person'] } };
  const own = ownId(next, at);
  if (own !== null) {
    const node = next.nodes.find((other) => other.id === own)!;
    if ('answer' in node.kind) {
      fresh.title = node.title;
      fresh.markdown = node.markdown;
      fresh.kind = { answer: node.kind.answer };
      if (node.until) fresh.until = node.until;
      delete node.until;
      node.kind = { question: [{ text: words.choice, to: id }] };
      node.markdown = '';
    } else {
      node.kind.question.push({ text: words.choice, to: id });
    }
  } else if (isBranches(next) && place.municipality === null && place.ways === null) {
    next.choices.push({ at: place.node.id, choice: { text: words.choice, to: id } });
  } else {
    return { text, select: null };
  }
  next.nodes.push(fresh);
  return { text: next, select: keyOf(next, id) };
}

/** A step that nothing leads to yet. */
export function addNode(text: Text, tree: Tree, title: string): Changed {
  const next = copy(text);
  const ids = [...tree.nodes.values()].map((other) => other.node.id);
  const id = freshId(ids, title);
  next.nodes.push({ id, title, markdown: '', kind: { answer: ['person'] } });
  return { text: next, select: keyOf(next, id) };
}

/** Takes an answer away; what it led to stays. */
export function removeChoice(text: Text, edge: Edge): Text {
  if (!edge.own) return text;
  const next = copy(text);
  if (edge.hung) {
    if (isBranches(next)) next.choices.splice(edge.index, 1);
    return next;
  }
  const node = next.nodes.find((other) => other.id === ownId(next, edge.from));
  if (node && 'question' in node.kind) {
    node.kind.question.splice(edge.index, 1);
    if (node.kind.question.length === 0) node.kind = { answer: [] };
  }
  return next;
}

/** Takes a step away with every answer that leads to it. */
export function removeNode(text: Text, key: string): Text {
  const id = ownId(text, key);
  if (id === null) return text;
  const next = copy(text);
  next.nodes = next.nodes.filter((node) => node.id !== id);
  for (const node of next.nodes) {
    if ('question' in node.kind) {
      node.kind.question = node.kind.question.filter((choice) => choice.to !== id);
      if (node.kind.question.length === 0) node.kind = { answer: [] };
    }
  }
  if (isBranches(next)) {
    next.choices = next.choices.filter((hung) => hung.choice.to !== id && hung.at !== id);
  }
  return next;
}

/** Takes a line of the outline away: its answer, and the steps that only it led to. */
export function removeRow(text: Text, build: (text: Text) => Tree, row: Row): Text {
  if (!row.via) return text;
  const lostBefore = new Set(outline(build(text)).lost);
  let next = removeChoice(text, row.via);
  if (next === text) return text;
  for (;;) {
    const tree = build(next);
    const fallen = outline(tree).lost.filter(
      (key) => !lostBefore.has(key) && ownId(next, key) !== null,
    );
    const first = fallen[0];
    if (first === undefined) return next;
    next = removeNode(next, first);
  }
}

/** An answer one place up or down among its kind. */
export function moveChoice(text: Text, edge: Edge, by: -1 | 1): Text {
  if (!edge.own) return text;
  const next = copy(text);
  if (edge.hung) {
    if (!isBranches(next)) return text;
    // Among those hung at the same question.
    const at = next.choices[edge.index]?.at;
    let to = edge.index + by;
    while (next.choices[to] && next.choices[to]?.at !== at) to += by;
    return swap(next.choices, edge.index, to) ? next : text;
  }
  const node = next.nodes.find((other) => other.id === ownId(next, edge.from));
  if (!node || !('question' in node.kind)) return text;
  return swap(node.kind.question, edge.index, edge.index + by) ? next : text;
}

function swap<T>(list: T[], a: number, b: number): boolean {
  const [one, other] = [list[a], list[b]];
  if (one === undefined || other === undefined) return false;
  list[a] = other;
  list[b] = one;
  return true;
}

/** An answer to another question, as its last one. Not to where it comes from by itself. */
export function hang(text: Text, tree: Tree, edge: Edge, at: string): Text {
  const place = tree.nodes.get(at);
  if (!edge.own || !place || place.ways !== null || at === edge.from) return text;
  if (reaches(tree, edge.to, at)) return text;
  const choice = choiceIn(text, edge);
  if (!choice) return text;
  const moved = copy(choice);
  const next = removeChoice(text, edge);
  const own = ownId(next, at);
  const node = next.nodes.find((other) => other.id === own);
  if (node && 'question' in node.kind) {
    node.kind.question.push(moved);
    return next;
  }
  if (isBranches(next) && place.municipality === null) {
    next.choices.push({ at: place.node.id, choice: moved });
    return next;
  }
  return text;
}

/** A way to a step that has none: a new answer to a question. */
export function connect(text: Text, tree: Tree, at: string, to: string, words: string): Text {
  const place = tree.nodes.get(at);
  if (!place || at === to) return text;
  const next = copy(text);
  const choice = { text: words, to: idOf(text, to) };
  const own = ownId(next, at);
  const node = next.nodes.find((other) => other.id === own);
  if (node) {
    if ('question' in node.kind) node.kind.question.push(choice);
    else node.kind = { question: [choice] };
    return next;
  }
  if (isBranches(next) && place.municipality === null && place.ways === null) {
    next.choices.push({ at: place.node.id, choice });
    return next;
  }
  return text;
}

/** Whether one comes from one node to another. */
export function reaches(tree: Tree, from: string, to: string): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...(tree.nodes.get(at)?.edges.map((edge) => edge.to) ?? []));
  }
  return false;
}

/** The share of those who answered a question that answered so; null when nobody is known to. */
export function share(counted: Counted | undefined, tree: Tree, edge: Edge): number | null {
  const all = counted?.to.reduce((sum, turn) => sum + turn.count, 0) ?? 0;
  if (!counted || all === 0) return null;
  const id = tree.nodes.get(edge.to)?.node.id;
  const turn = counted.to.find((other) => other.node === id && other.nth === edge.nth);
  return (turn?.count ?? 0) / all;
}

/** The nodes of the tree that a fault is about. */
export function keysOf(fault: Fault, tree: Tree): string[] {
  if (fault.node === null) return [];
  const local = fault.municipality && localKey(fault.municipality, fault.node);
  if (local && tree.nodes.has(local)) return [local];
  return tree.nodes.has(fault.node) ? [fault.node] : [];
}
