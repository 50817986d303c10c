// The units of a municipality as a tree: forvaltning, afdeling, team.

export interface Node {
  key: string;
  parent: string | null;
}
export interface Branch<U extends Node> {
  unit: U;
  below: Branch<U>[];
}

/** Every unit once, in the order given. One whose parent is not there, or that is part of itself,
 * stands at the top: nothing is hidden by an error of the data. */
export function branches<U extends Node>(units: readonly U[]): Branch<U>[] {
  const known = new Set(units.map((unit) => unit.key));
  const placed = new Set<string>();
  const grow = (unit: U): Branch<U> => {
    placed.add(unit.key);
    const below = units.filter((one) => one.parent === unit.key && !placed.has(one.key));
    return { unit, below: below.map(grow) };
  };
  const top = units.filter((unit) => unit.parent === null || !known.has(unit.parent)).map(grow);
  for (const unit of units) if (!placed.has(unit.key)) top.push(grow(unit));
  return top;
}

/** The unit and those it is part of, the outermost first. */
export function pathTo<U extends Node>(units: readonly U[], key: string | null): U[] {
  const path: U[] = [];
  let next = units.find((unit) => unit.key === key);
  while (next && !path.includes(next)) {
    path.unshift(next);
    const above: string | null = next.parent;
    next = units.find((unit) => unit.key === above);
  }
  return path;
}
