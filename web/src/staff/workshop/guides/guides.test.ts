import { describe, expect, it } from 'vitest';
import { beside, layout, NODE_WIDTH, wrapped, type Box } from './layout';
import {
  addAnswer,
  addNode,
  connect,
  freshId,
  hang,
  keysOf,
  moveChoice,
  outline,
  removeChoice,
  removeNode,
  removeRow,
  share,
  treeOf,
  type Branches,
  type Guide,
  type Node,
  type Text,
} from './model';

const question = (id: string, ...to: string[]): Node => ({
  id,
  title: `${id}?`,
  markdown: '',
  kind: { question: to.map((other) => ({ text: `til ${other}`, to: other })) },
});
const answer = (id: string): Node => ({
  id,
  title: id,
  markdown: '',
  kind: { answer: ['person'] },
});
const guide = (...nodes: Node[]): Guide => ({
  topic: 'guide-pas',
  version: 7,
  title: 'Pas',
  title_en: 'Passport',
  area: 'id',
  department: 'borgerservice',
  competence: 'general',
  urgent: false,
  summary: '',
  summary_en: '',
  words: [],
  words_en: [],
  rules: [],
  related: [],
  owner: 'furesoe',
  reviewed: '2026-01-01',
  review: '2027-01-01',
  nodes,
});
const pas = () =>
  guide(
    question('hvem', 'barn', 'voksen', 'mistet'),
    question('barn', 'tid', 'tal'),
    question('voksen', 'tid'),
    answer('mistet'),
    answer('tid'),
    answer('tal'),
    answer('noedpas'),
  );
const oroe = (): Branches => ({
  topic: 'guide-pas',
  of: 7,
  version: 1,
  municipality: 'holbaek',
  department: 'borgerservice',
  reviewed: '2026-01-01',
  nodes: [answer('faerge')],
  choices: [{ at: 'hvem', choice: { text: 'På Orø', to: 'faerge' } }],
});
const tree = (text: Text = pas(), branches: Branches[] = []) => treeOf(text, pas(), branches);
const row = (text: Text, at: string, branches: Branches[] = []) =>
  outline(tree(text, branches)).rows.find((other) => other.at === at)!;

describe('the outline', () => {
  it('shows every step once with what lies under it, and points to it elsewhere', () => {
    const { rows, lost } = outline(tree());
    expect(rows.map((one) => [one.at, one.depth, one.again])).toEqual([
      ['hvem', 0, false],
      ['barn', 1, false],
      ['tid', 2, false],
      ['tal', 2, false],
      ['voksen', 1, false],
      ['tid', 2, true],
      ['mistet', 1, false],
    ]);
    expect(lost).toEqual(['noedpas']);
    expect(new Set(rows.map((one) => one.key)).size).toBe(rows.length);
  });

  it('ends in a guide that leads in a circle', () => {
    const circle = guide(question('a', 'b', 'a'), question('b', 'a'));
    expect(outline(tree(circle)).rows).toHaveLength(4);
  });

  it('shows local branches where they hang, as whose they are', () => {
    const shown = outline(tree(pas(), [oroe()]));
    const local = shown.rows.find((one) => one.at === 'holbaek/faerge')!;
    expect([local.depth, local.via?.municipality, local.via?.own]).toEqual([1, 'holbaek', false]);
    const written = outline(treeOf(oroe(), pas(), [])).rows;
    expect(written.find((one) => one.at === 'holbaek/faerge')?.via?.own).toBe(true);
    expect(written.find((one) => one.at === 'barn')?.via?.own).toBe(false);
  });
});

describe('changes', () => {
  it('adds an answer with a step of its own behind it', () => {
    const changed = addAnswer(pas(), tree(), 'barn', { choice: 'Ved ikke', node: 'Få hjælp' });
    expect(changed.select).toBe('faa-hjaelp');
    expect(outline(tree(changed.text)).rows.map((one) => one.at)).toContain('faa-hjaelp');
  });

  it('makes a question of an end, which then stands behind its first answer', () => {
    const changed = addAnswer(pas(), tree(), 'mistet', { choice: 'Ja', node: 'Nyt trin' });
    const now = tree(changed.text);
    expect(now.nodes.get('mistet')?.edges).toHaveLength(1);
    expect(now.nodes.get('nyt-trin')?.node.title).toBe('mistet');
  });

  it('hangs a municipality branch at a common question and touches nothing else', () => {
    const now = treeOf(oroe(), pas(), []);
    const changed = addAnswer(oroe(), now, 'barn', { choice: 'Lokalt', node: 'Her' });
    const text = changed.text as Branches;
    expect(text.choices.map((hung) => hung.at)).toEqual(['hvem', 'barn']);
    expect(changed.select).toBe('holbaek/her');
    expect(addAnswer(oroe(), now, 'tid', { choice: 'x', node: 'y' }).text).toEqual(oroe());
    expect(removeRow(oroe(), (t) => treeOf(t, pas(), []), row(pas(), 'barn'))).toEqual(oroe());
  });

  it('removes a line with the steps that only it led to', () => {
    const build = (text: Text) => tree(text);
    const next = removeRow(pas(), build, row(pas(), 'barn'));
    expect(next.nodes.map((node) => node.id)).toEqual([
      'hvem',
      'voksen',
      'mistet',
      'tid',
      'noedpas',
    ]);
    expect(removeRow(pas(), build, row(pas(), 'hvem'))).toEqual(pas());
  });

  it('removes an answer and keeps what it led to; a question without answers is an end', () => {
    const edge = tree().nodes.get('voksen')!.edges[0]!;
    const next = removeChoice(pas(), edge);
    expect(tree(next).nodes.get('voksen')?.ways).toEqual([]);
    const gone = removeNode(pas(), 'tid');
    expect(
      tree(gone)
        .nodes.get('barn')
        ?.edges.map((other) => other.to),
    ).toEqual(['tal']);
  });

  it('moves answers among their kind and to another question, never under themselves', () => {
    const [first] = tree().nodes.get('hvem')!.edges;
    const down = moveChoice(pas(), first!, 1);
    expect(
      tree(down)
        .nodes.get('hvem')
        ?.edges.map((edge) => edge.to),
    ).toEqual(['voksen', 'barn', 'mistet']);
    expect(moveChoice(pas(), first!, -1)).toEqual(pas());
    expect(hang(pas(), tree(), first!, 'barn')).toEqual(pas());
    const under = hang(pas(), tree(), first!, 'voksen');
    expect(
      tree(under)
        .nodes.get('voksen')
        ?.edges.map((edge) => edge.to),
    ).toEqual(['tid', 'barn']);
  });

  it('connects a lost step', () => {
    const next = connect(pas(), tree(), 'hvem', 'noedpas', 'Jeg er syg');
    expect(outline(tree(next)).lost).toEqual([]);
    const added = addNode(pas(), tree(), 'Nyt trin');
    expect(outline(tree(added.text)).lost).toEqual(['noedpas', 'nyt-trin']);
  });

  it('never gives an id twice', () => {
    expect(freshId(['trin'], '')).toBe('trin-2');
    expect(freshId([], 'Så er du på Ærø!')).toBe('saa-er-du-paa-aeroe');
    expect(freshId([], '🤷')).toBe('trin');
  });
});

describe('the drawing', () => {
  const over = (a: Box, b: Box) =>
    a.key !== b.key &&
    a.x < b.x + NODE_WIDTH &&
    b.x < a.x + NODE_WIDTH &&
    a.y < b.y + b.height &&
    b.y < a.y + a.height;

  it('leaves every node a place of its own, whatever leads where', () => {
    let seed = 7;
    const pick = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 60; round += 1) {
      const count = 1 + pick(14);
      const nodes = Array.from({ length: count }, (_, n) => {
        const to = Array.from({ length: pick(4) }, () => `n${pick(count + 1)}`);
        return to.length > 0 ? question(`n${n}`, ...to) : answer(`n${n}`);
      });
      const drawn = layout(tree(guide(...nodes)));
      expect(drawn.boxes).toHaveLength(count);
      for (const a of drawn.boxes) for (const b of drawn.boxes) expect(over(a, b)).toBe(false);
      for (const box of drawn.boxes) expect(box.x + NODE_WIDTH <= drawn.width).toBe(true);
    }
  });

  it('draws to the right of what leads there, and what is lost below', () => {
    const drawn = layout(tree());
    const box = (key: string) => drawn.boxes.find((other) => other.key === key)!;
    for (const line of drawn.lines)
      expect(box(line.edge.to).x).toBeGreaterThan(box(line.edge.from).x);
    expect(box('noedpas').lost).toBe(true);
    expect(box('noedpas').y).toBeGreaterThan(box('mistet').y);
  });

  it('is walked with the arrow keys', () => {
    const drawn = layout(tree());
    expect(beside(drawn, tree(), 'hvem', 'ArrowRight')).toMatch(/barn|voksen|mistet/);
    expect(beside(drawn, tree(), 'barn', 'ArrowLeft')).toBe('hvem');
    expect(beside(drawn, tree(), 'barn', 'ArrowDown')).toBe('voksen');
    expect(beside(drawn, tree(), 'barn', 'ArrowUp')).toBe('barn');
    expect(beside(drawn, tree(), 'gone', 'ArrowUp')).toBe('hvem');
  });

  it('wraps a title and cuts what is too long', () => {
    expect(wrapped('Hvornår rejser I?')).toEqual(['Hvornår rejser I?']);
    expect(wrapped('Selvbetjening: bestil tid til pas')).toHaveLength(2);
    expect(wrapped('x'.repeat(90))[0]).toHaveLength(20);
  });
});

it('tells the share of an answer, and which nodes a fault is about', () => {
  const both = guide(
    {
      ...question('a'),
      kind: {
        question: [
          { text: 'x', to: 'b' },
          { text: 'y', to: 'b' },
        ],
      },
    },
    answer('b'),
  );
  const now = tree(both, []);
  const counted = {
    entered: 10,
    on: 8,
    left: 2,
    back: 0,
    to: [
      { node: 'b', nth: 1, count: 6 },
      { node: 'b', nth: 2, count: 2 },
    ],
  };
  const [x, y] = now.nodes.get('a')!.edges;
  expect([share(counted, now, x!), share(counted, now, y!)]).toEqual([0.75, 0.25]);
  expect(share(undefined, now, x!)).toBeNull();
  const fault = { code: 'loop', choice: 0, about: '', stops: true };
  const with_ = tree(pas(), [oroe()]);
  expect(keysOf({ ...fault, node: 'faerge', municipality: 'holbaek' }, with_)).toEqual([
    'holbaek/faerge',
  ]);
  expect(keysOf({ ...fault, node: 'barn', municipality: 'holbaek' }, with_)).toEqual(['barn']);
  expect(keysOf({ ...fault, node: null, municipality: null }, with_)).toEqual([]);
});
