// A question guide from its editor to its citizens: a fault keeps it back, who began an old version
// finishes it, a municipality's branch is its own, and the agent carries the citizen's answers on.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  NARROW,
  Straks,
  ask,
  beginChat,
  citizen,
  colleague,
  eventually,
  openBrowser,
  setPresence,
  snap,
  textOf,
} from './straks.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const GUIDE = 'guide-boligstoette';
let straks, browser, niels, page;

before(async () => {
  straks = await Straks.start();
  browser = await openBrowser();
  niels = await colleague(browser, straks, 'niels@furesoe.example');
  page = niels.page;
});
after(async () => {
  await browser?.close();
  await straks?.remove();
});

const outline = (where = page) => where.getByRole('tree', { name: 'Guiden som liste' });
const line = (name, where = page) => outline(where).getByRole('treeitem', { name });
const saved = (where = page) => where.locator('header .saved', { hasText: /Gemt kl\./ }).waitFor();
async function open(where, ...rest) {
  await where.goto(`/staff/#/workshop/guides/${[GUIDE, ...rest].join('/')}`);
  await where.reload();
  await outline(where).waitFor();
}
async function publish(where) {
  await where.getByRole('button', { name: 'Udgiv nu' }).first().click();
  await where.getByRole('dialog').getByRole('button', { name: 'Udgiv nu' }).click();
}
/** What axe finds wrong with the page. */
async function faults(where) {
  await where.evaluate(axe);
  const { violations } = await where.evaluate(() =>
    window.axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }),
  );
  return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(' ')}`);
}

test('the editor adds an answer by keyboard; a dead end keeps the guide back and is named', async () => {
  await open(page);
  await snap([page], 'guide-editor');
  assert.deepEqual(await faults(page), []);
  await outline().getByRole('treeitem').first().focus();
  await page.keyboard.press('Insert');
  await page.locator('#gd-title').waitFor();
  await eventually('the new step is named', async () => {
    return (await page.locator('#gd-title').inputValue()) === 'Nyt trin';
  });
  await page.locator('#gd-title').fill('Få hjælp til at søge');
  await page.getByRole('button', { name: 'Slet vejen' }).click();
  await page.keyboard.press('Control+z');
  await page.getByRole('button', { name: 'Slet vejen' }).waitFor();
  await page.keyboard.press('Control+y');
  const check = page.getByRole('region', { name: 'Tjek før udgivelse' });
  await check.getByText('Få hjælp til at søge: fører ingen steder hen').waitFor();
  await saved();
  await publish(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('alert').waitFor();
  await snap([page], 'guide-refused');
  // What keeps it back is named, and leads to its place.
  await line('Hvad handler det om?').waitFor();
  await dialog.getByRole('button', { name: /Få hjælp til at søge: .*ingen steder hen/ }).click();
  await dialog.waitFor({ state: 'detached' });
  await eventually('the focus is at the step', () =>
    page.evaluate(() => {
      const { id, value } = document.activeElement;
      return id === 'gd-title' && value === 'Få hjælp til at søge';
    }),
  );
  const bad = await ask(page, `/workshop/texts/${GUIDE}`);
  assert.equal(bad.body.version, 1, 'nothing was published');
});

test('a citizen in the middle of the old version finishes it; others get the new one', async () => {
  const { page: before, context } = await citizen(browser, straks.url, false);
  await before.goto(`/soroe/guide/${GUIDE}`);
  await before.getByLabel('Jeg vil vide, om jeg kan få hjælp til huslejen').check();
  await before.getByRole('button', { name: 'Næste' }).click();
  assert.match(before.url(), /v=1(&|$)/);
  // The editor mends it, words a common answer anew, and publishes.
  await page.getByRole('button', { name: 'Vej', exact: true }).click();
  await line('Lejer du din bolig?').click();
  await page.locator('#gd-title').fill('Lejer du, eller ejer du?');
  await page.getByText('Klar til at udgive').waitFor();
  await saved();
  await publish(page);
  await eventually('version 2 stands', async () => {
    return (await ask(page, `/workshop/texts/${GUIDE}`)).body.version === 2;
  });
  await snap([page], 'guide-published');
  await before.getByLabel('Ja, jeg lejer').check();
  await before.getByRole('button', { name: 'Næste' }).click();
  assert.match(await textOf(before.locator('.sofar')), /Lejer du din bolig\?/);
  assert.match(before.url(), /v=1(&|$)/);
  await before.getByLabel('Nej, vi deler køkken med andre').check();
  await before.getByRole('button', { name: 'Næste' }).click();
  await before.getByRole('heading', { name: 'Søg råd, før du regner med noget' }).waitFor();
  const { page: later, context: other } = await citizen(browser, straks.url, false);
  await later.goto(`/soroe/guide/${GUIDE}?s=bor`);
  await later.getByRole('heading', { name: 'Lejer du, eller ejer du?' }).waitFor();
  await later.goto(`/soroe/guide/${GUIDE}?v=99&s=bor`);
  await later.getByText('Guiden er blevet rettet, siden du begyndte').waitFor();
  await later.getByRole('heading', { name: 'Hvad handler det om?' }).waitFor();
  await snap([later], 'guide-lost');
  await other.close();
  await context.close();
});

test('a municipality hangs its own branch, and only its citizens meet it', async () => {
  await page.goto(`/staff/#/workshop/guides/${GUIDE}/furesoe`);
  await page.reload();
  const begin = page.getByRole('button', { name: 'Begynd grene for Furesø' });
  await begin.waitFor();
  await snap([page], 'guide-no-branches');
  const looked = await ask(page, `/workshop/texts/${GUIDE}?municipality=furesoe`);
  assert.equal(looked.status, 404, 'looking begins nothing');
  await begin.click();
  await outline().waitFor();
  await line('Har boligen sit eget køkken?').focus();
  await page.keyboard.press('Insert');
  await eventually('the local step', async () => {
    return (await page.locator('#gd-title').inputValue()) === 'Nyt trin';
  });
  await page.locator('#gd-title').fill('Kom i boligcaféen torsdag');
  await line('Har boligen sit eget køkken?').click();
  await page.getByLabel('Svar 4').fill('Jeg vil tale om det i Furesø');
  await page.getByText('Klar til at udgive').waitFor();
  await saved();
  await snap([page], 'guide-branches');
  await publish(page);
  await page.locator('.strip.ok').waitFor();
  const { page: here, context } = await citizen(browser, straks.url, false);
  await here.goto(`/furesoe/guide/${GUIDE}?s=bor.koekken`);
  await here.getByLabel('Jeg vil tale om det i Furesø').check();
  await here.getByRole('button', { name: 'Næste' }).click();
  await here.getByRole('heading', { name: 'Kom i boligcaféen torsdag' }).waitFor();
  await here.goto(`/soroe/guide/${GUIDE}?s=bor.koekken`);
  assert.equal(await here.getByLabel('Jeg vil tale om det i Furesø').count(), 0);
  await context.close();
});

test('the guide changes where a branch hangs: its editor sees what, decides, and it goes out', async () => {
  await open(page);
  await line('Har boligen sit eget køkken?').click();
  await page
    .getByLabel('Hjælp vises under spørgsmålet')
    .fill('Et køkken er dit eget, når ingen andre bruger det.');
  await page.getByText('Klar til at udgive').waitFor();
  await saved();
  await publish(page);
  await page.locator('.strip.ok').waitFor();
  await open(page, 'furesoe');
  const strip = page.getByRole('group', { name: 'Har boligen sit eget køkken?' });
  await strip.locator('ins').first().waitFor();
  await snap([page], 'guide-settle');
  assert.deepEqual(await faults(page), []);
  await strip.getByRole('button', { name: 'Behold mine svar' }).click();
  await strip.waitFor({ state: 'detached' });
  await publish(page);
  await page.locator('.strip.ok').waitFor();
  const { body } = await ask(page, `/workshop/texts/${GUIDE}?municipality=furesoe`);
  assert.deepEqual([body.stale, body.affected, body.draft], [false, [], null]);
  const { page: here, context } = await citizen(browser, straks.url, false);
  await here.goto(`/furesoe/guide/${GUIDE}?s=bor.koekken`);
  await here.getByLabel('Jeg vil tale om det i Furesø').waitFor();
  await context.close();
});

test('by keyboard alone: every act is said, and the focus stays with what was acted on', async () => {
  await open(page);
  const focused = () =>
    page.evaluate(() => document.activeElement?.innerText?.replace(/\s+/g, ' ') ?? '');
  const press = async (key, words, at) => {
    await page.keyboard.press(key);
    await eventually(`${key}: “${words}” is said, the focus at ${at}`, async () => {
      const said = await page.locator('p.sr[role=status]').first().textContent();
      return said.trim() === words && at.test(await focused());
    });
  };
  await outline().getByRole('treeitem').nth(1).focus();
  const moved = /^Jeg vil vide, om jeg kan få hjælp til huslejen/;
  await press('Alt+ArrowDown', 'Flyttet.', moved);
  await press('Alt+ArrowUp', 'Flyttet.', moved);
  await press('Alt+ArrowLeft', 'Det kan ikke flyttes den vej.', moved);
  await press('Control+z', 'Fortrudt.', moved);
  await press('Control+y', 'Gentaget.', moved);
  await page.keyboard.press('Insert');
  await eventually('the name can be written', () =>
    page.evaluate(() => document.activeElement?.id === 'gd-title'),
  );
  await page.keyboard.type('Til sidst');
  await page.keyboard.press('Escape');
  await eventually('the focus is back in the outline', async () =>
    /Til sidst/.test(await focused()),
  );
  await press('Delete', 'Slettet. Fortryd med Ctrl+Z.', moved);
  await press('Control+z', 'Fortrudt.', /Til sidst/);
  await press('Delete', 'Slettet. Fortryd med Ctrl+Z.', moved);
  // In the drawing the focus stays in the drawing, and the outline follows.
  await page.getByRole('listbox', { name: 'Guiden som tegning' }).focus();
  await page.keyboard.press('ArrowRight');
  await eventually('the outline follows', async () =>
    (await textOf(outline().locator('[aria-selected="true"]'))).includes('eget køkken'),
  );
  await page.keyboard.press('Enter');
  await eventually('the name can be written', () =>
    page.evaluate(() => document.activeElement?.id === 'gd-title'),
  );
  await page.keyboard.press('Escape');
  await eventually('back in the drawing', () =>
    page.evaluate(() => document.activeElement?.id === 'gd-drawing'),
  );
  await saved();
});

test('two write in one guide: the second chooses step by step, and undoes a restored version', async () => {
  // In another browser, where the server cannot know that it is the same hands.
  const second = await colleague(browser, straks, 'niels@furesoe.example');
  const other = second.page;
  await open(page);
  await open(other);
  // The second's line is down until both are written: nothing is saved between, nor taken in.
  await second.context.setOffline(true);
  const rename = async (where, step, to) => {
    await line(step, where).click();
    await where.locator('#gd-title').fill(to);
  };
  await rename(page, 'Spørg huslejenævnet', 'Spørg nævnet først');
  await saved();
  await rename(other, 'Spørg huslejenævnet', 'Nævnet svarer dig');
  await rename(other, 'Er du folkepensionist?', 'Får du folkepension?');
  await second.context.setOffline(false);
  const dialog = other.getByRole('dialog', { name: 'Teksten er også rettet et andet sted' });
  await dialog.waitFor();
  assert.equal(await dialog.getByRole('group').count(), 1, 'the step that both have changed');
  await snap([other], 'guide-conflict');
  await dialog
    .getByRole('group', { name: 'Nævnet svarer dig' })
    .getByRole('radio', { name: /Tekst rettet et andet sted/ })
    .check();
  await dialog.getByRole('button', { name: 'Gem mine valg' }).click();
  await line('Spørg nævnet først', other).waitFor();
  await line('Får du folkepension?', other).waitFor();
  await saved(other);
  const { body } = await ask(page, `/workshop/texts/${GUIDE}`);
  const titles = body.draft.body.nodes.map((node) => node.title);
  assert.ok(titles.includes('Spørg nævnet først') && titles.includes('Får du folkepension?'));
  await second.context.close();
  // An earlier version is brought back; Ctrl+Z takes that back too.
  await open(page);
  await line('Får du folkepension?').waitFor();
  await page.getByRole('button', { name: 'Versioner' }).click();
  await page.getByRole('button', { name: 'Hent frem: version 1' }).click();
  await line('Lejer du din bolig?').waitFor();
  await outline().getByRole('treeitem').first().focus();
  await page.keyboard.press('Control+z');
  await line('Får du folkepension?').waitFor();
  await saved();
  await page.getByRole('button', { name: 'Kassér kladde' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Kassér kladde' }).click();
  await page.getByText('Kladden er kasseret.').first().waitFor();
});

test('the draft is tried as a made-up citizen, and the tree follows', async () => {
  await open(page);
  await page.getByRole('button', { name: /^Se som/ }).click();
  const panel = page.getByRole('region', { name: 'Prøv guiden' });
  await panel.getByLabel('Borger i').selectOption('soroe');
  await panel.getByRole('button', { name: 'Huslejen er steget eller urimelig' }).click();
  await panel.getByRole('heading', { name: 'Spørg huslejenævnet' }).waitFor();
  await eventually('the line is selected', async () => {
    const chosen = outline().locator('[aria-selected="true"]');
    return (await textOf(chosen)).includes('Spørg huslejenævnet');
  });
  await snap([page], 'guide-try');
});

test('the agent carries on the citizen’s answers; the story shows both', async () => {
  const ida = await citizen(browser, straks.url, false);
  await ida.page.goto(`/frederikssund/guide/${GUIDE}`);
  await ida.page.getByLabel('Jeg vil vide, om jeg kan få hjælp til huslejen').check();
  await ida.page.getByRole('button', { name: 'Næste' }).click();
  await beginChat(ida.page, 'frederikssund', 'Kan jeg få boligstøtte?', 'Ida');
  const mette = await colleague(browser, straks, 'mette@furesoe.example');
  await setPresence(mette.page, 'Klar');
  await mette.page.locator('section.offer .take').waitFor();
  await mette.page.keyboard.press('F2');
  await mette.page.locator('main .log').waitFor();
  const id = await ida.page.locator('straks-chat').getAttribute('data-contact');
  const trail = mette.page.locator('.trail');
  await trail.getByText('Hvad handler det om?').waitFor();
  await trail
    .getByText(/Guide:/)
    .first()
    .waitFor();
  const begun = await ask(mette.page, `/contacts/${id}/guides/${GUIDE}`);
  assert.equal(begun.body.path, 'bor');
  assert.equal(begun.body.by_citizen, 1);
  await snap([mette.page], 'guide-desk');
  await mette.page.locator('.ksearch input').fill('guide kan jeg få boligstøtte');
  const hit = mette.page.locator('.kbody button', { hasText: 'Guide: kan jeg få boligstøtte' });
  await hit.first().click();
  await mette.page.getByRole('button', { name: 'Gå spørgeguiden' }).click();
  await mette.page.getByText('borgerens svar').waitFor();
  await mette.page.getByRole('button', { name: 'Ja, jeg lejer' }).click();
  await mette.page.getByRole('heading', { name: 'Har boligen sit eget køkken?' }).waitFor();
  await snap([mette.page], 'guide-agent');
  const seen = await ask(mette.page, `/contacts/${id}`);
  const walked = seen.body.trail.find((step) => step.kind === 'guide');
  assert.deepEqual(
    walked.answers.map((said) => said.by_agent),
    [false, true],
  );
  await mette.context.close();
  await ida.context.close();
});

test('what was walked is shown in place, on a narrow screen as a list alone', async () => {
  await open(page);
  await eventually('the figures', async () => {
    return /[1-9]/.test(await textOf(outline().getByRole('treeitem').first().locator('.num')));
  });
  const happens = page.getByRole('region', { name: 'Hvad sker her?' });
  await happens.getByRole('heading', { name: 'Gik videre til' }).waitFor();
  await happens.getByRole('button', { name: /hjælp til huslejen/ }).click();
  await eventually('it leads to the step', async () =>
    (await textOf(outline().locator('[aria-selected="true"]'))).includes('hjælp til huslejen'),
  );
  await snap([page], 'guide-figures');
  await page.setViewportSize(NARROW);
  await outline().waitFor();
  assert.ok(await page.getByRole('listbox', { name: 'Guiden som tegning' }).isHidden());
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  assert.equal(wide, false, 'nothing stands out at the side');
  await snap([page], 'guide-narrow');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await snap([page], 'guide-dark');
  assert.deepEqual(niels.complaints, []);
});
