// Where the nodes of a guide are drawn: in layers from left to right, no two over each other.
import type { Edge, Tree } from './model';

export const NODE_WIDTH = 190;
const LINE = 17;
const GAP_X = 78;
const GAP_Y = 22;
const MARGIN = 16;
/** So many characters of a title stand in a line. */
const LINE_CHARS = 20;

export interface Box {
  key: string;
  x: number;
  y: number;
  height: number;
  layer: number;
  lines: string[];
  /** No answer leads to it. */
  lost: boolean;
}

export interface Line {
  edge: Edge;
  d: string;
  /** Where its share is written. */
  x: number;
  y: number;
}

export interface Layout {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

/** A title in at most two lines. */
export function wrapped(title: string, chars = LINE_CHARS): string[] {
  const lines: string[] = [''];
  for (const word of title.trim().split(/\s+/)) {
    const last = lines[lines.length - 1]!;
    const longer = last ? `${last} ${word}` : word;
    if (longer.length <= chars || last === '') lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  const cut = (text: string) => (text.length > chars ? `${text.slice(0, chars - 1)}…` : text);
  if (lines.length <= 2) return lines.map(cut);
  const rest = `${lines[1]} ${lines.slice(2).join(' ')}`;
  return [cut(lines[0]!), cut(rest)];
}

/** How deep each node lies: by the longest way to it, circles followed once. */
function layersOf(tree: Tree, roots: string[]): Map<string, number> {
  const layers = new Map<string, number>();
  const open = new Set<string>();
  // Ways as they are followed, without those that close a circle.
  const order: string[] = [];
  const ways = new Map<string, string[]>();
  const visit = (root: string) => {
    const stack: { at: string; next: number }[] = [{ at: root, next: 0 }];
    open.add(root);
    while (stack.length > 0) {
      const top = stack[stack.length - 1]!;
      const edge = tree.nodes.get(top.at)?.edges[top.next];
      if (!edge) {
        stack.pop();
        open.delete(top.at);
        order.push(top.at);
        continue;
      }
      top.next += 1;
      if (!tree.nodes.has(edge.to) || open.has(edge.to)) continue;
      const list = ways.get(top.at) ?? [];
      list.push(edge.to);
      ways.set(top.at, list);
      if (!layers.has(edge.to)) {
        layers.set(edge.to, 0);
        open.add(edge.to);
        stack.push({ at: edge.to, next: 0 });
      }
    }
  };
  for (const root of roots) {
    if (layers.has(root)) continue;
    layers.set(root, 0);
    visit(root);
  }
  for (const at of order.reverse()) {
    for (const to of ways.get(at) ?? []) {
      layers.set(to, Math.max(layers.get(to) ?? 0, (layers.get(at) ?? 0) + 1));
    }
  }
  return layers;
}

/** The whole drawing. Every node has a place of its own; what no answer leads to stands below. */
export function layout(tree: Tree): Layout {
  const boxes = new Map<string, Box>();
  const reached = new Set<string>();
  const open = tree.start === null ? [] : [tree.start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reached.has(at) || !tree.nodes.has(at)) continue;
    reached.add(at);
    open.push(...tree.nodes.get(at)!.edges.map((edge) => edge.to));
  }
  const lost = [...tree.nodes.keys()].filter((key) => !reached.has(key));
  const pointedTo = new Set(
    lost.flatMap((key) => tree.nodes.get(key)!.edges.map((edge) => edge.to)),
  );
  const roots = [
    ...(tree.start === null ? [] : [tree.start]),
    ...lost.filter((key) => !pointedTo.has(key)),
    ...lost,
  ];
  const layers = layersOf(tree, roots);
  let bottom = MARGIN;
  // A node is placed by the first way that leads to it; its ends take the next free strip, and a
  // question stands in the middle of its own. Strips never overlap, so neither do the nodes.
  const place = (at: string): { top: number; end: number } | null => {
    const node = tree.nodes.get(at);
    if (!node || boxes.has(at)) return null;
    const lines = wrapped(node.node.title || node.node.id);
    const height = 41 + lines.length * LINE;
    const isLost = !reached.has(at);
    const layer = (layers.get(at) ?? 0) + (isLost && at !== tree.start ? 1 : 0);
    const box: Box = {
      key: at,
      x: MARGIN + layer * (NODE_WIDTH + GAP_X),
      y: 0,
      height,
      layer,
      lines,
      lost: isLost,
    };
    boxes.set(at, box);
    const strips = node.edges.map((edge) => place(edge.to)).filter((strip) => strip !== null);
    const first = strips[0];
    const last = strips[strips.length - 1];
    if (!first || !last) {
      box.y = bottom;
      bottom += height + GAP_Y;
      return { top: box.y, end: box.y + height };
    }
    const middle = (first.top + last.end) / 2;
    box.y = Math.max(first.top, middle - height / 2);
    // Higher than all that stands behind it.
    const end = Math.max(last.end, box.y + height);
    bottom = Math.max(bottom, end + GAP_Y);
    return { top: first.top, end };
  };
  for (const root of roots) {
    if (boxes.has(root)) continue;
    if (boxes.size > 0) bottom += GAP_Y;
    place(root);
  }
  const lines: Line[] = [];
  for (const node of tree.nodes.values()) {
    const from = boxes.get(node.key)!;
    const shown = node.edges.filter((edge) => boxes.has(edge.to));
    for (const edge of shown) {
      const to = boxes.get(edge.to)!;
      const [x1, y1] = [from.x + NODE_WIDTH, from.y + from.height / 2];
      // Several that lead to one node do not hide each other.
      const same = shown.filter((other) => other.to === edge.to);
      const y2 = to.y + to.height / 2 + (same.indexOf(edge) - (same.length - 1) / 2) * 14;
      const x2 = to.x;
      const bend = x2 > x1 ? x1 + Math.min(40, (x2 - x1) / 2) : x1 + 40;
      lines.push({
        edge,
        d: `M${x1} ${y1}C${bend} ${y1} ${bend} ${y2} ${Math.min(bend + 26, Math.max(x2, x1))} ${y2}H${x2}`,
        x: x2 - 6,
        y: y2 - 6,
      });
    }
  }
  const all = [...boxes.values()];
  return {
    boxes: all,
    lines,
    width: Math.max(0, ...all.map((box) => box.x + NODE_WIDTH)) + MARGIN,
    height: Math.max(0, ...all.map((box) => box.y + box.height)) + MARGIN,
  };
}

/** The node one comes to with an arrow key; the same when there is none. */
export function beside(drawn: Layout, tree: Tree, at: string, key: string): string {
  const here = drawn.boxes.find((box) => box.key === at);
  if (!here) return tree.start ?? at;
  const middle = (box: Box) => box.y + box.height / 2;
  // The next layer before one further away: an answer may lead past it.
  const away = (box: Box) => Math.abs(box.layer - here.layer);
  const aside = (box: Box) => Math.abs(middle(box) - middle(here));
  const nearest = (boxes: Box[]) =>
    boxes.sort((a, b) => away(a) - away(b) || aside(a) - aside(b))[0]?.key ?? at;
  const boxOf = (other: string) => drawn.boxes.filter((box) => box.key === other);
  switch (key) {
    case 'ArrowRight':
      return nearest(tree.nodes.get(at)?.edges.flatMap((edge) => boxOf(edge.to)) ?? []);
    case 'ArrowLeft':
      return nearest(
        drawn.boxes.filter((box) => tree.nodes.get(box.key)?.edges.some((edge) => edge.to === at)),
      );
    case 'ArrowUp':
      return nearest(drawn.boxes.filter((box) => box.layer === here.layer && box.y < here.y));
    case 'ArrowDown':
      return nearest(drawn.boxes.filter((box) => box.layer === here.layer && box.y > here.y));
    default:
      return at;
  }
}
