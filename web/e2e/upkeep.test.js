// An editor's afternoon with what keeps the knowledge base true: one figure in all texts, areas, words
// of the search, what citizens did not find, and what comes in from elsewhere.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { settled } from './look.js';
import { Site } from './nginx.js';
import { NARROW, Straks, WIDE, ask, colleague, eventually, openBrowser, snap } from './straks.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

let straks, browser, site;
const people = [];
before(async () => {
  site = await Site.start();
  straks = await Straks.start({ reads: site.host });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await straks?.remove();
  await site?.stop();
  assert.deepEqual(
    people.flatMap((who) => who.complaints),
    [],
  );
});

/** Somebody of the demo, signed in once. */
const known = new Map();
async function as(login) {
  if (!known.has(login)) {
    const who = await colleague(browser, straks, login, { bypassCSP: true });
    who.page.on('console', (message) => {
      // What is refused in a story is told on the screen.
      const text = message.text();
      if (
        message.type() === 'error' &&
        !/Failed to load resource|WebSocket connection/.test(text)
      ) {
        who.complaints.push(text);
      }
    });
    people.push(who);
    known.set(login, who.page);
  }
  return known.get(login);
}
async function open(login, ...place) {
  const page = await as(login);
  await page.setViewportSize(WIDE);
  const go = async () => {
    // The same address again is no new page by itself.
    await page.goto('about:blank');
    await page.goto(`/staff/#/workshop/${place.join('/')}`);
  };
  await go();
  const name = page.getByLabel('Brugernavn');
  await name.or(page.locator('.ws-page h1').first()).first().waitFor();
  if (await name.isVisible()) {
    // The clock has been moved past the end of the sign-in.
    await name.fill(login);
    await page.getByLabel('Adgangskode').fill(straks.account(login).password);
    await page.keyboard.press('Enter');
    await page.locator('header.top').waitFor();
    await go();
  }
  await page.locator('.ws-page h1').first().waitFor();
  return page;
}
/** A story; when it breaks, everybody's screen is kept. */
const tell = (name, story) =>
  test(name, { timeout: 300_000 }, async () => {
    try {
      await story();
    } catch (error) {
      await snap([...known.values()], 'broken-upkeep');
      throw error;
    }
  });
/** Looked at in both sizes, in light and dark: nothing for axe to find, nothing beyond the edge. */
async function judged(page, name) {
  for (const [size, viewport] of [
    ['wide', WIDE],
    ['narrow', NARROW],
  ]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page);
      await snap([page], `upkeep-${name}-${size}-${colorScheme}`);
      await page.evaluate(axe);
      const found = await page.evaluate(
        (values) => window.axe.run(document, { runOnly: { type: 'tag', values } }),
        RULES,
      );
      const faults = found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html)}`);
      assert.deepEqual(faults, [], `${name}, ${size}, ${colorScheme}`);
    }
    const wider = await page.evaluate(() => {
      const main = document.querySelector('main');
      return main.scrollWidth - main.clientWidth;
    });
    assert.ok(wider <= 0, `${name}, ${size}: ${wider} pixels beyond the edge`);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
}
/** What a citizen's page says. */
async function reads(path) {
  const answer = await fetch(straks.url + path);
  return (await answer.text()).replace(/&nbsp;|\u00a0/g, ' ');
}
async function found(municipality, query) {
  const search = new URLSearchParams({ q: query });
  const answer = await fetch(`${straks.url}/api/v1/m/${municipality}/search?${search}`);
  return answer.json();
}
const told = (page) => page.locator('.ws-told');

// ---- One figure in all texts ----

const LASSE = 'lasse@frederikssund.example';
const KARIN = 'karin@frederikssund.example';
const PRICED = ['/soroe/topic/pas', '/soroe/topic/pas-barn'];

/** Writes a change by keyboard and sends it for approval; a second person approves it. */
async function approvedChange(find, replace, within = async () => {}) {
  const page = await open(LASSE, 'bulk');
  await page.getByLabel('Find').focus();
  await page.keyboard.type(find);
  await page.keyboard.press('Tab');
  await page.keyboard.type(replace);
  await page.keyboard.press('Enter');
  await page
    .getByRole('heading', { level: 1, name: `”${find}” bliver til ”${replace}”` })
    .waitFor();
  await within(page);
  const address = page.url();
  await page.getByRole('button', { name: 'Send til godkendelse' }).click();
  await told(page).getByText('Sendt videre.').waitFor();
  const second = await open(KARIN, 'bulk');
  const row = second.getByRole('listitem').filter({ hasText: replace });
  await row.getByText('Venter på dig').waitFor();
  await row.getByRole('link').click();
  await second.getByRole('button', { name: 'Godkend', exact: true }).click();
  await told(second).getByText('Godkendt.').waitFor();
  return open(LASSE, 'bulk', address.split('/').at(-1));
}
async function scheduled(page, day, time) {
  const form = page.getByRole('form', { name: 'Udgiv på et tidspunkt' });
  await form.getByLabel('Dag').fill(day);
  await form.getByLabel('Klokken').fill(time);
  await form.getByRole('button', { name: 'Udgiv da' }).click();
  await told(page)
    .getByText(/^Udgives/)
    .waitFor();
}

tell('a figure is changed everywhere at its minute, after a second person has looked', async () => {
  const page = await approvedChange('150 kr.', '155 kr.', async (page) => {
    await judged(page, 'bulk-change');
    await page.getByRole('checkbox', { name: 'Tag ”Legitimationskort' }).focus();
    await page.keyboard.press('Space');
    await page.getByText('Taget fra').waitFor();
  });
  for (const path of PRICED) assert.match(await reads(path), /150 kr\./);
  await scheduled(page, '2027-06-03', '06:00');
  await straks.advance('9h20m');
  for (const path of PRICED) assert.match(await reads(path), /150 kr\./, 'not before its minute');
  await straks.advance('30m');
  await eventually('the citizens read the new figure', async () => {
    const pages = await Promise.all(PRICED.map(reads));
    return pages.every((text) => text.includes('155 kr.') && !text.includes('150 kr.'));
  });
  assert.match(await reads('/soroe/topic/legitimationskort'), /150 kr\./, 'it was taken out');
  await page
    .getByText(/^Udgivet/)
    .first()
    .waitFor();
  assert.equal(await page.getByRole('button', { name: 'Udgiv nu' }).count(), 0);
});

tell(
  'a change is refused by its clock when a text has changed meanwhile, and says so',
  async () => {
    const page = await approvedChange('155 kr.', '160 kr.');
    await scheduled(page, '2027-06-03', '09:00');
    // A colleague's own change of the same place goes out first.
    const niels = await open('niels@furesoe.example', 'texts');
    const karin = await as(KARIN);
    const asks = async (who, path, body, method = 'POST') => {
      const answer = await ask(who, path, method, body);
      assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    };
    const draft = await asks(niels, '/workshop/texts/pas-barn/draft', { municipality: null });
    const at = `/workshop/drafts/${draft.id}`;
    const parts = draft.body.parts.map((part) =>
      part.markdown.includes('155 kr.')
        ? { ...part, markdown: `${part.markdown} Husk barnet.` }
        : part,
    );
    const change = { revision: draft.revision, body: { ...draft.body, parts } };
    const { revision } = await asks(niels, at, change, 'PUT');
    await asks(niels, `${at}/submit`, { revision, note: '', reviewer: null });
    await asks(karin, `${at}/approve`, { revision, note: '' });
    await asks(karin, `${at}/publish`, { revision, at: null, expires_at: null });
    await straks.advance('3h');
    const list = await open(LASSE, 'bulk');
    const row = list.getByRole('listitem').filter({ hasText: '160 kr.' });
    await row.getByText(/er ændret siden/).waitFor();
    await judged(list, 'bulk-list');
    await row.getByRole('link').click();
    await list.getByText(/Intet er udgivet\./).waitFor();
    await list.getByText(/^Teksten er ændret, siden/).waitFor();
    await judged(list, 'bulk-refused');
    for (const path of PRICED) assert.match(await reads(path), /155 kr\./);
    await list.getByRole('button', { name: 'Se igennem igen' }).click();
    await told(list)
      .getByText(/Set igennem igen/)
      .waitFor();
    await list.getByRole('button', { name: 'Send til godkendelse' }).waitFor();
  },
);

// ---- Areas ----

tell('an area is opened to one member after the other, and gets another editor', async () => {
  const admin = await open('admin@furesoe.example', 'areas', 'sundhed');
  await judged(admin, 'area');
  const reach = admin.getByRole('group', { name: 'Åben for' });
  const soroe = reach.getByRole('checkbox', { name: 'Sorø' });
  await soroe.focus();
  await admin.keyboard.press('Space');
  await admin.getByText('Ændringerne er ikke gemt.').waitFor();
  await admin.keyboard.press('Enter');
  await admin.getByText('Gemt.', { exact: true }).waitFor();
  await eventually('the citizens of Sorø no longer see it', async () => {
    const { hits } = await found('soroe', 'skifte læge');
    return !hits.some((hit) => hit.slug === 'laegeskift');
  });
  assert.ok((await found('furesoe', 'skifte læge')).hits.some((hit) => hit.slug === 'laegeskift'));
  const closed = await fetch(`${straks.url}/soroe/topic/laegeskift`);
  assert.equal(closed.status, 404);
  await soroe.check();
  const editors = admin.getByRole('group', { name: 'Redaktører' });
  await editors.getByRole('checkbox', { name: /Lasse Kragh/ }).check();
  await admin.getByRole('button', { name: 'Gem', exact: true }).click();
  await admin.getByText('Gemt.', { exact: true }).waitFor();
  await admin
    .locator('.head')
    .getByText(/Lasse Kragh/)
    .waitFor();
  await eventually('Lasse may write the common texts of the area now', async () => {
    const { body } = await ask(await as(LASSE), '/workshop/texts/laegeskift');
    return body.can.edit;
  });
  const lasse = await open(LASSE, 'areas', 'sundhed');
  await lasse.getByText('Kun administratoren for fællesskabet kan ændre det.').waitFor();
  await lasse.getByRole('link', { name: /^Se \d+ under Søgninger uden svar/ }).click();
  await lasse.getByRole('heading', { level: 1, name: 'Forbedringer' }).waitFor();
  assert.equal(await lasse.getByRole('combobox', { name: 'Område' }).inputValue(), 'sundhed');
  await judged(await open(LASSE, 'areas'), 'areas');
});

// ---- Words of the search ----

tell('a synonym is tried as a draft, set live, and found at once', async () => {
  const page = await open('niels@furesoe.example', 'words');
  await page.getByLabel('Det siger folk').focus();
  await page.keyboard.type('klimperkasse');
  await page.keyboard.press('Tab');
  await page.keyboard.type('rotter');
  await page.keyboard.press('Enter');
  await told(page).getByText('Kladden er gemt.').waitFor();
  assert.equal(
    (await found('soroe', 'klimperkasse')).abstained,
    true,
    'a draft is no more than that',
  );
  await page.getByRole('button', { name: 'Prøv klimperkasse' }).click();
  await page.getByText('Med kladden: klimperkasse betyder rotter.').waitFor();
  await page
    .getByRole('heading', { level: 3, name: /^Rotter/ })
    .first()
    .waitFor();
  await page.getByText('Hvorfor', { exact: true }).first().click();
  await page.getByRole('cell', { name: 'synonym' }).first().waitFor();
  await judged(page, 'words');
  await page.getByRole('button', { name: 'Sæt i drift klimperkasse' }).click();
  await told(page).getByText('Det er i drift nu.').waitFor();
  const first = await eventually('citizens find it', async () => {
    const { hits } = await found('soroe', 'klimperkasse');
    return hits?.[0]?.slug;
  });
  assert.equal(first, 'rotter');
  // The other way round it would be a circle.
  await page.getByLabel('Det siger folk').fill('rotter');
  await page.getByLabel('Det hedder det i teksterne').fill('klimperkasse');
  await page.getByRole('button', { name: 'Sæt i drift', exact: true }).click();
  await page
    .getByRole('alert')
    .getByText(/Ordene går i ring: .*rotter.*klimperkasse/)
    .waitFor();
  await page.getByRole('button', { name: 'Fjern klimperkasse' }).click();
  await told(page).getByText('Det er fjernet.').waitFor();
  await eventually('it is gone', async () => (await found('soroe', 'klimperkasse')).abstained);
});

tell('an editor puts a text first, and says what is no mistake', async () => {
  const page = await open('niels@furesoe.example', 'words');
  await page.getByRole('button', { name: /^Først i listen/ }).click();
  await page.getByLabel('Søgning', { exact: true }).first().fill('sommerferie');
  await page
    .getByRole('combobox', { name: 'Tekst', exact: true })
    .selectOption({ label: 'Pas: bestil eller forny dit pas' });
  await page.getByLabel(/^Til og med/).fill('2027-08-31');
  await page.getByRole('button', { name: 'Sæt først' }).click();
  await page.getByText('til 31. august 2027').waitFor();
  await eventually(
    'it is first',
    async () => (await found('soroe', 'sommerferie')).hits[0].slug === 'pas',
  );
  await page.locator('#word-try').fill('sommerferie');
  await page.keyboard.press('Enter');
  await page.locator('ol').getByText('Sat først', { exact: true }).waitFor();
  await judged(page, 'words-first');
  await page.getByRole('button', { name: /^Undtagelser/ }).click();
  await page.getByRole('combobox', { name: 'Hvad' }).selectOption('not-typo');
  await page.getByRole('textbox', { name: 'Ord', exact: true }).fill('pax');
  await page.getByRole('button', { name: 'Sæt i drift' }).click();
  await page.getByText('“pax” er altid rigtigt stavet').waitFor();
  await judged(page, 'words-exceptions');
  await page.getByRole('button', { name: 'Fjern pax' }).click();
  await page.getByText('Her er ingen undtagelser endnu.').waitFor();
});

// ---- What citizens did not find ----

tell(
  'what was not found gets an owner and a day, a synonym, and shows whether it helped',
  async () => {
    const page = await open('niels@furesoe.example', 'improvements');
    await judged(page, 'improvements');
    await page.getByRole('link', { name: /mad til ældre/ }).focus();
    await page.keyboard.press('Enter');
    const detail = page.locator('#imp-detail');
    await detail.getByRole('heading', { level: 2, name: /mad til ældre/ }).waitFor();
    await judged(page, 'improvement');
    await detail.getByLabel('Hos').selectOption({ label: 'Niels Frandsen' });
    await told(page).getByText('Gemt').waitFor();
    await detail.getByLabel('Frist').fill('2027-06-20');
    await page.keyboard.press('Tab');
    await page.locator('.item[aria-current]').getByText('20. juni 2027').waitFor();
    await detail.getByRole('button', { name: 'Opret synonym som kladde' }).click();
    await detail.getByText('Taget op').waitFor();
    await detail.getByRole('link', { name: 'Se synonymer' }).click();
    await page.getByRole('button', { name: 'Sæt i drift mad til ældre' }).click();
    await told(page).getByText('Det er i drift nu.').waitFor();
    await page.goBack();
    await detail.getByRole('button', { name: 'Færdig' }).click();
    await page.getByRole('button', { name: 'Færdige 2' }).waitFor();
    await detail.getByText('Efter', { exact: true }).waitFor();
    await page.getByRole('link', { name: /det blå kort/ }).click();
    await detail.getByText('13 % (mellem 5 og 28 %), 4 af 32').waitFor();
    await detail.getByText('Det er blevet bedre, og det skyldes næppe tilfældigheder.').waitFor();
    await judged(page, 'improvement-done');
  },
);

tell('a new article begins with what citizens asked', async () => {
  const page = await open('niels@furesoe.example', 'improvements');
  await page
    .getByRole('link', { name: /ladestander.*Furesø/s })
    .first()
    .click();
  await page.getByRole('button', { name: 'Start en kladde' }).click();
  await page.locator('.ws-editor h1').waitFor();
  await eventually('the outline is there', async () =>
    /Ladestander til elbil/.test(
      (
        await page.locator('.ws-editor input').evaluateAll((all) => all.map((one) => one.value))
      ).join('\n'),
    ),
  );
});

// ---- What comes in ----

const file = (name, mimeType, text) => ({ name, mimeType, buffer: Buffer.from(text) });

async function brought(page, form, files) {
  await page.getByLabel('Hvad er det?').selectOption(form);
  await page.getByLabel('Filer', { exact: true }).setInputFiles(files);
  await page.getByRole('button', { name: 'Se, hvad der kommer ind' }).click();
}

tell('files come in as drafts, all or none, and what is wrong is told by line', async () => {
  const page = await open('niels@furesoe.example', 'imports');
  await brought(page, 'markdown', [
    file('hunde.md', 'text/markdown', '# Hundeskov\nHunden må løbe frit bag hegnet.'),
    file('tom.md', 'text/markdown', '# Tom\n'),
  ]);
  await page.getByText('tom.md').waitFor();
  await page.getByText('der mangler tekst').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Hent ind' }).count(), 0);
  await brought(page, 'csv', [
    file('skove.csv', 'text/csv', 'titel;tekst\nHundeskov;Hunden må løbe frit.\n'),
  ]);
  await page.getByRole('row', { name: /Hundeskov.*Kladde/ }).waitFor();
  await judged(page, 'imports');
  await page.getByRole('button', { name: 'Hent ind' }).click();
  await page.getByText('Kladden er hentet ind.').waitFor();
  await page.getByRole('link', { name: 'Hundeskov' }).waitFor();
  await brought(page, 'html', [
    file(
      'bro.html',
      'text/html',
      '<html><body><main><h1>Badebro</h1><p>Broen er åben hele sommeren.</p><script>alert(1)</script></main></body></html>',
    ),
  ]);
  await page.getByRole('row', { name: /Badebro/ }).waitFor();
  const bomb =
    '<!DOCTYPE a [<!ENTITY x "x"><!ENTITY y "&x;&x;&x;&x;">]><KLE-Emneplan>&y;</KLE-Emneplan>';
  await brought(page, 'kle', [file('emner.xml', 'text/xml', bomb)]);
  await page.getByText(/af sikkerhedsgrunde ikke læser/).waitFor();
  const plan =
    '<KLE-Emneplan><Hovedgruppe><HovedgruppeNr>98</HovedgruppeNr><HovedgruppeTitel>Måner</HovedgruppeTitel></Hovedgruppe></KLE-Emneplan>';
  await brought(page, 'kle', [file('emner.xml', 'text/xml', plan)]);
  await page.getByRole('button', { name: 'Hent ind' }).click();
  await page
    .getByText('1 emner er hentet ind.')
    .or(page.getByText('1 emne er hentet ind.'))
    .waitFor();
});

tell('an article of the portal is shown with its source, and is not edited here', async () => {
  const page = await open('niels@furesoe.example', 'imports');
  await brought(page, 'borger-dk', [
    file(
      'maane.xml',
      'text/xml',
      "<A><ArticleTitle>Lån en måne</ArticleTitle><ArticleUrl>https://www.borger.dk/maane</ArticleUrl><Content>&lt;div id='microArticle_1'&gt;&lt;h2&gt;Månelån&lt;/h2&gt;&lt;p&gt;Det koster 7 kr. at låne en månelampe.&lt;/p&gt;&lt;/div&gt;</Content></A>",
    ),
  ]);
  await page.getByRole('button', { name: 'Hent ind' }).click();
  await page.getByText('Artiklen er hentet ind.').waitFor();
  await page.getByRole('link', { name: 'Lån en måne' }).click();
  await page.getByText(/kan ikke rettes her/).waitFor();
  await eventually('citizens find it', async () => {
    const { hits } = await found('furesoe', 'månelampe');
    return hits?.[0]?.slug === 'borger-dk-laan-en-maane';
  });
  assert.match(
    await reads('/furesoe/topic/borger-dk-laan-en-maane'),
    /https:\/\/www\.borger\.dk\/maane/,
  );
});

tell('a municipality’s own site is read politely and found in the same search', async () => {
  const page = await open('niels@furesoe.example', 'imports');
  await page.getByRole('button', { name: 'Vælg hjemmeside' }).click();
  await page.getByLabel(/^Værter/).fill(site.host);
  await page.getByRole('button', { name: 'Gem', exact: true }).click();
  await eventually(
    'its pages are found',
    async () => {
      const { hits } = await found('furesoe', 'kattelem');
      return hits?.some((hit) => hit.url?.includes('kattelem.html'));
    },
    60_000,
  );
  await page
    .getByText('nogle sider er på andre værter', { exact: false })
    .waitFor({ state: 'attached' });
  await page
    .getByText(/bemærkning/)
    .first()
    .click();
  await judged(page, 'sites');
  assert.equal(
    (await found('soroe', 'kattelem')).hits.some((hit) => hit.url?.includes(site.host)),
    false,
  );
  await page.getByRole('button', { name: 'Ret', exact: true }).click();
  await page.getByLabel(/^Værter/).fill('127.0.0.1:22');
  await page.getByRole('button', { name: 'Gem', exact: true }).click();
  const remarks = page.getByText(/bemærkning/).first();
  await remarks.click();
  await page.getByText(/127\.0\.0\.1:22.*(må ikke læses|svarer ikke)/).waitFor();
});
