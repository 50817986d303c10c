// Nobody can ask the wrong place: an agent of Horsens' job department finds who has a pension matter,
// and hands the citizen to the deputy because the owner is away until 13; the pension department
// keeps its entries true. On every database there is.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { look, none } from './look.js';
import {
  DATABASES,
  Straks,
  citizen,
  colleague,
  eventually,
  openBrowser,
  setPresence,
  steps,
  textOf,
} from './straks.js';

const MORNING = '2027-06-02T10:05:00+02:00';
const DEPARTMENT = '#/directory/horsens/unit/pension-og-ydelser';
const TEAM = '#/directory/horsens/unit/pension-folkepension';
const QUESTION = 'Jeg er sygemeldt fra mit fleksjob. Kan jeg få førtidspension i stedet?';
const NOTE = 'Sygemeldt siden marts, har lægens papirer klar.';
const FIELD = 'Søg navn, emne, nummer eller hverdagsord';

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
});

/** Opens a place of the directory and waits until it can be read. */
async function open(page, address) {
  // What one leaves has a heading too.
  await page.goto('about:blank');
  await page.goto(`/staff/${address}`);
  await page.locator('main h1').first().waitFor();
}
/** Saves what a dialog asks and waits until it is gone. */
async function saves(page, name) {
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await dialog.waitFor({ state: 'detached' });
}
const section = (page, name) => page.getByRole('region', { name, exact: true });
/** The row of a list or table that names somebody. */
const row = (page, name) => page.locator('tr, li').filter({ hasText: name }).first();
const reads = (page, pattern) =>
  eventually(`it says ${pattern}`, async () => pattern.test(await textOf(page.locator('main'))));

for (const database of DATABASES) {
  describe(`the directory, ${database}`, () => {
    let straks, jakob, ditte, louise, admin;
    const tell = steps(`directory-${database.toLowerCase()}`, () => [
      jakob?.page,
      ditte?.page,
      louise?.page,
      admin?.page,
    ]);

    before(async () => {
      straks = await Straks.start({ clock: MORNING, database });
      jakob = await colleague(browser, straks, 'jakob@horsens.example');
      ditte = await colleague(browser, straks, 'ditte@horsens.example');
      admin = await colleague(browser, straks, 'admin@horsens.example');
      louise = await citizen(browser, straks.url);
    });
    after(async () => {
      for (const who of [jakob, ditte, louise, admin]) {
        assert.deepEqual(who?.complaints ?? [], []);
        await who?.context.close();
      }
      await straks?.remove();
    });

    tell(
      'by keyboard: who has førtidspension, when is she back, and who answers till then',
      async () => {
        const { page } = jakob;
        const keys = page.keyboard;
        await open(page, '#/directory');
        await eventually('the field has the focus', () =>
          page.evaluate((label) => document.activeElement?.ariaLabel === label, FIELD),
        );
        await keys.type('førtidspension');
        const birthe = page.locator('.found li').filter({ hasText: 'Birthe' });
        await eventually('she is found, and when she is back', async () =>
          /Væk, tilbage kl\. 13\.00/.test(await textOf(birthe)),
        );
        await keys.press('ArrowDown');
        for (let n = 0; n < 9; n += 1) {
          if (await birthe.evaluate((it) => it.contains(document.activeElement))) break;
          await keys.press('ArrowDown');
        }
        await keys.press('Enter');
        await page.getByRole('heading', { level: 1, name: /^Birthe/ }).waitFor();
        await reads(page, /Imens Birthe .* er væk, svarer Ditte/);
        // A number is a link that a telephone understands.
        const number = page.locator('main a[href^="tel:"]').first();
        assert.match((await number.getAttribute('href')) ?? '', /^tel:\+45\d{8}$/);
      },
    );

    tell('words of everyday life and a number lead to the department too', async () => {
      const { page } = jakob;
      const field = page.getByLabel(FIELD);
      const found = page.locator('.found');
      for (const [words, name] of [
        ['byggetilladelse', /Byggeri og Bolig/],
        ['00 16 12 35', /Ydelse/],
        ['0016 0000', /Ingen stilles om hertil/],
      ]) {
        await field.fill(words);
        await eventually(`${words} finds ${name}`, async () => name.test(await textOf(found)));
      }
      await field.fill('');
    });

    tell('the chat goes to the deputy, with the note, because the owner is away', async () => {
      await setPresence(ditte.page, 'Klar');
      await setPresence(jakob.page, 'Klar');
      await louise.page.goto('/horsens/chat?department=jobcenter&topic=foertidspension');
      await louise.page.locator('#text').fill(QUESTION);
      await louise.page.locator('#name').fill('Louise');
      await louise.page.getByRole('button', { name: 'Start chatten' }).click();
      await louise.page.locator('straks-chat').waitFor();
      const { page } = jakob;
      await page.goto('/staff/#/desk');
      await page.locator('section.offer .take').waitFor();
      await page.keyboard.press('F2');
      await eventually('he has the conversation', () =>
        page.evaluate(() => document.activeElement?.id === 'composer'),
      );
      await page.keyboard.press('F8');
      const dialog = page.getByRole('dialog', { name: 'Viderestil' });
      const chosen = dialog.getByRole('radio', { checked: true });
      await eventually('the deputy is proposed, and why', async () =>
        /^Ditte[^]*Stedfortræder for Birthe[^]*Ledig/.test((await textOf(chosen)).trim()),
      );
      await eventually('and until when', async () =>
        /Birthe .* er væk til kl\. 13\.00/.test(await textOf(dialog)),
      );
      const owner = dialog.getByRole('radio').filter({ hasText: /^\s*Birthe/ });
      assert.equal(await owner.getAttribute('aria-disabled'), 'true');
      assert.match(await textOf(owner), /Væk, tilbage kl\. 13\.00/);
      // A main number is no way out.
      const field = dialog.getByLabel('Søg afdeling eller person');
      await field.fill('0016 0000');
      await eventually('the main number is refused with the reason', async () =>
        /Et hovednummer kan ikke få en viderestilling/.test(await textOf(dialog)),
      );
      await field.fill('');
      await eventually('the deputy is proposed again', async () =>
        /^Ditte/.test((await textOf(chosen)).trim()),
      );
      await dialog.getByLabel(/^Note til modtageren/).fill(NOTE);
      await page.keyboard.press('Control+Enter');
      await dialog.waitFor({ state: 'detached' });
      await ditte.page.goto('/staff/#/desk');
      await ditte.page.locator('section.offer .take').waitFor();
      await ditte.page.keyboard.press('F2');
      await eventually('she reads the question and the note', async () => {
        const all = await textOf(ditte.page.locator('main'));
        return all.includes(QUESTION) && all.includes(NOTE);
      });
    });

    tell('who sees a mistake says so, and the coordinator accepts it with one click', async () => {
      const { page } = jakob;
      await open(page, DEPARTMENT);
      await page.getByRole('button', { name: 'Meld en fejl' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Hvad er forkert?').selectOption({ label: 'Adresse' });
      await dialog.getByLabel(/^Det rigtige/).fill('Rådhustorvet 6, 8700 Horsens');
      await dialog.getByLabel('Hvordan ved du det?').fill('De er flyttet ind ved siden af.');
      await saves(page, 'Send til koordinatoren');

      await open(ditte.page, DEPARTMENT);
      const proposal = ditte.page
        .locator('section.card')
        .filter({ hasText: 'Forslag til ændring' });
      await eventually('it says what stands and what is proposed', async () =>
        /Adresse[^]*Rådhustorvet 4[^]*Rådhustorvet 6[^]*flyttet/.test(await textOf(proposal)),
      );
      const confirm = ditte.page.getByRole('button', { name: 'Oplysningerne passer' });
      assert.equal(await confirm.getAttribute('aria-disabled'), 'true');
      await proposal.getByRole('button', { name: 'Godkend' }).click();
      await proposal.waitFor({ state: 'detached' });
      await reads(ditte.page, /Rådhustorvet 6, 8700 Horsens/);
      await confirm.click();
      await reads(ditte.page, /Bekræftet 2\. juni 2027 af Ditte/);
      const history = section(ditte.page, 'Historik');
      await eventually('both stand in the history', async () =>
        /bekræftede alt[^]*rettede[^]*Rådhustorvet 6/.test(await textOf(history)),
      );
      // Everybody sees it without loading the page again.
      await reads(page, /Rådhustorvet 6, 8700 Horsens/);
    });

    tell('a colleague goes away in two clicks, and is back with one', async () => {
      const { page } = ditte;
      await open(page, TEAM);
      const kurt = row(section(page, 'Mennesker'), 'Kurt');
      await kurt.getByRole('button', { name: 'Væk', exact: true }).click();
      await page.getByRole('button', { name: 'Tilbage i dag kl. 13.00' }).click();
      await eventually('he is away', async () =>
        /Væk, tilbage kl\. 13\.00/.test(await textOf(kurt)),
      );
      await kurt.getByRole('link', { name: /^Kurt/ }).click();
      await page.getByRole('button', { name: 'Er tilbage' }).click();
      await reads(page, /Intet fravær er skrevet ind/);
    });

    tell('a coordinator gives a topic to somebody, for some citizens, with a deputy', async () => {
      const { page } = ditte;
      await open(page, TEAM);
      const duties = section(page, 'Ansvar');
      await duties.getByRole('button', { name: 'Emne' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Søg et emne med hverdagsord').fill('penge til varme');
      await dialog.getByRole('radio', { name: /varme/i }).first().click();
      await dialog.getByRole('button', { name: /^Kurt/ }).click();
      await dialog.getByLabel('Søg en person').fill('ditte');
      await dialog.getByRole('button', { name: /^Ditte/ }).click();
      await dialog.getByRole('button', { name: 'Alder' }).click();
      await dialog.getByRole('group', { name: 'Alder' }).getByLabel('Fra').fill('67');
      await saves(page, 'Gem');
      await eventually('it stands there in words', async () =>
        /varme[^]*Kurt[^]*, derefter Ditte[^]*borgere fra 67 år/i.test(await textOf(duties)),
      );
    });

    tell('a coordinator changes hours and numbers where they stand', async () => {
      const { page } = ditte;
      await open(page, DEPARTMENT);
      await section(page, 'Numre og adgang').getByRole('button', { name: 'Nummer' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Telefon', { exact: true }).fill('+45 00 16 00 00');
      await dialog.getByRole('button', { name: /^Gem/ }).click();
      await eventually('the main number is refused', async () =>
        /hovednummer/i.test(await textOf(dialog.getByRole('alert'))),
      );
      await dialog.getByLabel('Telefon', { exact: true }).fill('+45 00 16 12 47');
      await saves(page, 'Gem');
      await reads(page, /\+45 00 16 12 47/);
      await page.getByRole('button', { name: 'Ret', exact: true }).click();
      await dialog.getByLabel('fredag').fill('9-12');
      await saves(page, 'Gem');
      await reads(page, /Fredag\s+kl\. 9–12/);
    });

    tell('a file is tried first; one cut short is held back', async () => {
      const { page } = admin;
      await open(page, '#/directory/horsens');
      await page.getByRole('link', { name: 'Hent fra en fil' }).click();
      const people = Array.from(
        { length: 8 },
        (_, n) => `person;p${n};Prøve Person${n};pension-og-ydelser`,
      );
      const bring = (lines) =>
        page.getByLabel('Fil (CSV)').setInputFiles({
          name: 'horsens.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from(['kind;id;name;unit', ...lines, ''].join('\n')),
        });
      const apply = page.getByRole('button', { name: 'Gennemfør' });
      await bring(['person;p1;Prøve Person1;findes-ikke']);
      await reads(page, /1 linje kan ikke læses/);
      assert.equal(await apply.count(), 0);
      await bring(people);
      await reads(page, /8 kommer til/);
      await apply.click();
      await reads(page, /horsens\.csv er indlæst/);
      await bring(people.slice(0, 2));
      await reads(page, /Filen holdes tilbage[^]*6 fjernes/);
      assert.equal(await apply.isEnabled(), false);
      await page.getByLabel(FIELD).fill('Prøve Person7');
      await eventually('the new colleague is found', async () =>
        /Prøve Person7/.test(await textOf(page.locator('.found'))),
      );
    });

    tell('Borgerservice sees what nobody has confirmed for long', async () => {
      const { page } = admin;
      await open(page, '#/directory/horsens/stale');
      await reads(page, /Ikke bekræftet længe[^]*Byggeri og Bolig[^]*Bekræftet for \d+ dage siden/);
    });

    if (database === 'SQLite')
      tell('axe finds nothing on any of them', async () => {
        const problems = [];
        const who = await colleague(browser, straks, 'admin@horsens.example', { bypassCSP: true });
        const { page } = who;
        for (const [name, address] of Object.entries({
          overview: '#/directory/horsens',
          all: '#/directory/all',
          unit: DEPARTMENT,
          stale: '#/directory/horsens/stale',
          import: '#/directory/horsens/import',
        })) {
          await open(page, address);
          await look(page, `directory-${name}`, problems);
        }
        await open(page, TEAM);
        await look(page, 'directory-team', problems);
        await row(section(page, 'Mennesker'), 'Kurt').getByRole('link', { name: /^Kurt/ }).click();
        await page.getByRole('heading', { level: 1, name: /^Kurt/ }).waitFor();
        await look(page, 'directory-person', problems);
        for (const [name, button] of [
          ['away', 'Væk'],
          ['person-edit', 'Ret'],
          ['report', 'Meld en fejl'],
        ]) {
          await page.getByRole('button', { name: button, exact: true }).click();
          await look(page, `directory-${name}`, problems);
          await page.keyboard.press('Escape');
        }
        await page.getByLabel(FIELD).fill('pension');
        await page.locator('.found li').first().waitFor();
        await look(page, 'directory-search', problems);
        await open(page, DEPARTMENT);
        await page.getByRole('button', { name: 'Ret', exact: true }).click();
        await look(page, 'directory-edit', problems);
        await page.keyboard.press('Escape');
        await open(page, TEAM);
        await page
          .getByRole('button', { name: /^Ret .*varme/i })
          .first()
          .click();
        await look(page, 'directory-duty', problems);
        await who.context.close();
        none(problems);
      });
  });
}
