// Looks at a screen as many people see it: what axe finds, whether anything sticks out sideways, and
// a picture for somebody to look at.
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NARROW, SCREENS, WIDE } from './straks.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
export const SIZES = { 360: NARROW, 1440: WIDE };
await mkdir(SCREENS, { recursive: true });

/** What axe finds on the page, in one line each. The page's browser needs `bypassCSP`. */
async function faults(page, options) {
  if (!(await page.evaluate('typeof window.axe === "object"'))) await page.evaluate(axe);
  const found = await page.evaluate(
    ([values, more]) =>
      window.axe.run(document, {
        runOnly: { type: 'tag', values },
        resultTypes: ['violations'],
        ...more,
      }),
    [RULES, options],
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(
      (node) =>
        `${id}: ${node.target.join(' ')} ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`,
    ),
  );
}

/** Waits until the page stands as it was just asked to (its size, its light): another width may show
 * another page, which is loaded first; the old one goes with the next frame. */
export async function settled(page, ready = 'main') {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
  await page.locator(ready).first().waitFor();
}

/** Looks at what is on the page in these sizes and both lights, and writes down what is wrong.
 * @param {{ sizes?: Record<string, object>, ready?: string, iframes?: boolean }} [options]
 * `ready`: what is there when the page is; `iframes`: what is framed too (yes, if nothing is said). */
export async function look(page, name, problems, options = {}) {
  const { sizes = SIZES, ready, ...more } = options;
  for (const [width, size] of Object.entries(sizes)) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page, ready);
      const where = `${name} ${width} ${colorScheme}`;
      for (const fault of await faults(page, more)) problems.push(`${where}: ${fault}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) problems.push(`${where}: ${over} px wider than the screen`);
      const suffix = colorScheme === 'light' ? '' : '-dark';
      await page.screenshot({ path: join(SCREENS, `${name}-${width}${suffix}.png`) });
    }
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(WIDE);
}

export function none(problems) {
  assert.equal(problems.length, 0, `\n${[...new Set(problems)].join('\n')}\n`);
}
