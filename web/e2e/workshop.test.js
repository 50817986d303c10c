// One text on its way: written by an editor, approved by another, changed for everybody, decided
// about where it was local, read by a citizen. On every database there is.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { look, none } from './look.js';
import {
  DATABASES,
  SCREENS,
  Straks,
  ask,
  citizen,
  colleague,
  eventually,
  openBrowser,
  steps,
  textOf,
} from './straks.js';

const TOPIC = 'pas-barn';
const LOCAL = `#/workshop/texts/${TOPIC}/frederikssund`;
const MASTER = `#/workshop/texts/${TOPIC}`;

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
});

/** Opens a text and waits until it can be read. */
async function open(page, address) {
  // The same address again is no new page by itself.
  await page.goto('about:blank');
  await page.goto(`/staff/${address}`);
  await page.locator('.ws-editor h1').waitFor();
}
const saved = (page) =>
  eventually('it is saved', async () => /Gemt kl\./.test(await textOf(page.locator('.saved'))));
const field = (page, part) => page.locator(`#ws-part-${part}`);
/** Writes at the end of a part, as somebody does who clicks there. */
async function write(page, part, text) {
  await field(page, part).click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(text);
}
/** The next step from the head of the editor, through its dialog. */
async function step(page, name, within = async () => {}) {
  await page.locator('.ws-editor > header').getByRole('button', { name, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  await within(dialog);
  await dialog.locator('button:not([type=button])').click();
  await dialog.waitFor({ state: 'detached' });
}
async function citizenReads(browserOf, url, pattern) {
  const { page, context } = await citizen(browserOf, url, false);
  try {
    await eventually(`the citizen reads ${pattern}`, async () => {
      await page.goto(`/frederikssund/topic/${TOPIC}`);
      return pattern.test(await textOf(page.locator('main')));
    });
  } finally {
    await context.close();
  }
}

for (const database of DATABASES) {
  describe(`a text on its way, ${database}`, () => {
    let straks, lasse, inge, karin, rikke;
    const tell = steps(`workshop-${database.toLowerCase()}`, () => [
      lasse?.page,
      inge?.page,
      karin?.page,
      rikke?.page,
    ]);

    before(async () => {
      straks = await Straks.start({ database });
      lasse = await colleague(browser, straks, 'lasse@frederikssund.example');
      karin = await colleague(browser, straks, 'karin@frederikssund.example');
      rikke = await colleague(browser, straks, 'rikke@furesoe.example');
      inge = await colleague(browser, straks, 'inge@frederikssund.example');
    });
    after(async () => {
      for (const who of [lasse, inge, karin, rikke]) {
        assert.deepEqual(who?.complaints ?? [], []);
        await who?.context.close();
      }
      await straks?.remove();
    });

    tell('a local editor writes, takes a hint and sends it for approval', async () => {
      const { page } = lasse;
      await open(page, LOCAL);
      await page
        .locator('#ws-row-bring')
        .getByRole('button', { name: /^Skriv en lokal tekst/ })
        .click();
      await write(page, 'bring', ' Medbring foto med henblik på at undgå ventetid.');
      await saved(page);
      const hint = page.getByRole('button', { name: /^Brug ”for at” i stedet for/ });
      await hint.waitFor();
      await hint.click();
      await eventually('the hint is in the text', async () =>
        /Medbring foto for at undgå ventetid/.test(await textOf(field(page, 'bring'))),
      );
      // The draft is as the text was never published.
      await page.reload();
      await field(page, 'bring').waitFor();
      assert.match(await textOf(field(page, 'bring')), /for at undgå ventetid/);
      await step(page, 'Send variant til godkendelse', async (dialog) => {
        await dialog.getByLabel('Hvem skal godkende').selectOption({ label: 'Karin Mose' });
        await dialog.getByLabel(/^Besked/).fill('Foto er nyt.');
      });
      await page.getByText('Sendt til godkendelse.').first().waitFor();
      // Nobody approves what they wrote last.
      assert.equal(await page.getByRole('button', { name: 'Godkend', exact: true }).count(), 0);
    });

    tell('a reviewer finds it among her tasks, approves it and sets its time', async () => {
      const { page } = karin;
      await page.goto('/staff/#/workshop/tasks');
      await page.locator('.tasks a').first().waitFor();
      await page
        .locator('.tasks li', { hasText: 'Godkendelse' })
        .getByRole('link', { name: /Pas til barn|pas til barn|børn/i })
        .first()
        .click();
      await page.locator('.ws-editor h1').waitFor();
      await step(page, 'Godkend');
      await page.getByText('Godkendt.').first().waitFor();
      await step(page, 'Udgiv den …', async (dialog) => {
        await dialog.getByLabel('Dag', { exact: true }).fill('2027-06-03');
        await dialog.getByLabel('Klokken', { exact: true }).fill('06:00');
        await dialog.getByLabel('Udløber (valgfri)').fill('2027-12-31');
      });
      await page
        .getByText(/^Udgives /)
        .first()
        .waitFor();
      await straks.advanceTo('2027-06-03T06:01:00+02:00', Date.parse('2027-06-02T20:15:00+02:00'));
      await citizenReads(browser, straks.url, /for at undgå ventetid/);
    });

    tell('the common text changes and the local editor is told', async () => {
      const { page } = rikke;
      await open(page, MASTER);
      await write(page, 'bring', ' Tag også et gammelt pas med.');
      await saved(page);
      await step(page, 'Send til godkendelse');
      await page.getByText('Sendt til godkendelse.').first().waitFor();
      await open(karin.page, MASTER);
      await step(karin.page, 'Godkend');
      await karin.page.getByText('Godkendt.').first().waitFor();
      await step(karin.page, 'Udgiv nu');
      await karin.page
        .getByText(/^Udgivet\./)
        .first()
        .waitFor();
      await eventually('the local editor has a task', async () => {
        const { body } = await ask(lasse.page, '/workshop/tasks?municipality=frederikssund');
        return body.tasks.some((it) => it.kind === 'stale-variant' && it.topic === TOPIC);
      });
    });

    tell('the local editor sees both beside each other and decides', async () => {
      const { page } = lasse;
      await page.goto('/staff/#/workshop/tasks');
      await page.getByRole('button', { name: /^Forældede varianter/ }).click();
      await page.locator('.tasks li', { hasText: 'Forældet variant' }).getByRole('link').click();
      const row = page.locator('#ws-row-bring');
      await row.getByText('Erstatter · forældet').waitFor();
      assert.match(await textOf(page.locator('.diff ins').first()), /gammelt pas/);
      await row.getByRole('button', { name: 'Behold min, den er rigtig' }).click();
      await row.getByText('Erstatter', { exact: true }).waitFor();
      await step(page, 'Send variant til godkendelse');
      await open(karin.page, LOCAL);
      await step(karin.page, 'Godkend');
      await step(karin.page, 'Udgiv nu', async (dialog) => {
        assert.equal(await dialog.getByLabel('Udløber (valgfri)').inputValue(), '2027-12-31');
        await karin.page.screenshot({ path: join(SCREENS, 'workshop-send-1440.png') });
      });
      await citizenReads(browser, straks.url, /for at undgå ventetid/);
    });

    tell('two write in one text: the second is told by name and loses nothing', async () => {
      await open(lasse.page, LOCAL);
      await open(inge.page, LOCAL);
      await field(inge.page, 'local').waitFor();
      await write(lasse.page, 'local', ' Lasse var her.');
      await saved(lasse.page);
      await write(inge.page, 'local', ' Inge var her.');
      const dialog = inge.page.getByRole('dialog', { name: /Lasse Kragh har også rettet/ });
      await dialog.waitFor();
      assert.match(await textOf(dialog), /Lasse var her/);
      assert.match(await textOf(dialog), /Inge var her/);
      await inge.page.screenshot({ path: join(SCREENS, 'workshop-conflict-1440.png') });
      await dialog.getByRole('radio', { name: /Tekst fra Lasse/ }).check();
      await dialog.getByRole('button', { name: 'Gem mine valg' }).click();
      await eventually('hers is theirs', async () =>
        /Lasse var her/.test(await textOf(field(inge.page, 'local'))),
      );
    });

    tell('a paste of ten million characters is refused and the text stands', async () => {
      const { page } = lasse;
      await field(page, 'local').click();
      const before = await textOf(field(page, 'local'));
      await field(page, 'local').evaluate((place) => {
        const data = new DataTransfer();
        data.setData('text/plain', 'x'.repeat(10_000_000));
        data.setData('text/html', `<p>${'x'.repeat(10_000_000)}</p>`);
        const paste = { clipboardData: data, bubbles: true, cancelable: true };
        place.dispatchEvent(new ClipboardEvent('paste', paste));
      });
      await page.getByRole('alert').filter({ hasText: 'for meget på én gang' }).waitFor();
      assert.equal(await textOf(field(page, 'local')), before);
      await field(page, 'local').evaluate((place) => {
        const data = new DataTransfer();
        data.setData('text/html', '<p onclick="x()"><b>Fed</b> <script>alert(1)</script>tekst</p>');
        const paste = { clipboardData: data, bubbles: true, cancelable: true };
        place.dispatchEvent(new ClipboardEvent('paste', paste));
      });
      await field(page, 'local').locator('strong', { hasText: 'Fed' }).waitFor();
      await saved(page);
    });

    tell('an earlier version is brought back as a draft', async () => {
      const { page } = lasse;
      const restore = async () => {
        await page.getByRole('button', { name: 'Versioner' }).click();
        const dialog = page.getByRole('dialog', { name: 'Versioner' });
        await dialog.getByRole('button', { name: 'Hent frem: version 1' }).click();
        await dialog.waitFor({ state: 'detached' });
        await page.getByText('Version 1 er hentet frem som kladde.').first().waitFor();
        assert.equal(await field(page, 'bring').count(), 0);
      };
      await restore();
      // What stood in the draft is kept, and found again.
      await page.getByRole('button', { name: 'Versioner' }).click();
      const versions = page.getByRole('dialog', { name: 'Versioner' });
      await versions.locator('summary').first().click();
      await versions.getByText(/Lasse var her/).waitFor();
      await page.screenshot({ path: join(SCREENS, 'workshop-kept-1440.png') });
      await versions.getByRole('button', { name: 'Luk' }).click();
      // A keypress in a field that was replaced takes nothing of it away.
      const before = await textOf(field(page, 'local'));
      await field(page, 'local').click();
      await page.keyboard.press('Control+z');
      assert.equal(await textOf(field(page, 'local')), before);
      await page.locator('.strip').getByRole('button', { name: 'Fortryd' }).click();
      await field(page, 'bring').waitFor();
      await saved(page);
      await restore();
    });

    tell('the preview is the citizen’s own page, and the agent’s card', async () => {
      const { page } = lasse;
      await page.getByRole('button', { name: /^Se som:/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Se som' });
      const shown = dialog.frameLocator('iframe');
      await shown.locator('h1').waitFor();
      assert.match(await textOf(shown.locator('main')), /Sådan er det i Frederikssund/);
      // With its sheet, under our own policy, and without a script.
      const look = (it) => getComputedStyle(it).fontFamily;
      await eventually('the page has its sheet', async () =>
        /system-ui/.test(await shown.locator('h1').evaluate(look)),
      );
      await page.screenshot({ path: join(SCREENS, 'workshop-preview-citizen-1440.png') });
      await dialog.getByRole('combobox').last().selectOption('agent');
      await dialog.locator('article.hit').waitFor();
      await page.keyboard.press('Escape');
    });
  });
}

describe('what an editor meets', () => {
  let straks, rikke, flemming, page;
  before(async () => {
    straks = await Straks.start();
    rikke = await colleague(browser, straks, 'rikke@furesoe.example');
    flemming = await colleague(browser, straks, 'flemming@furesoe.example');
    page = rikke.page;
  });
  after(async () => {
    for (const who of [rikke, flemming]) assert.deepEqual(who?.complaints ?? [], []);
    await straks?.remove();
  });
  const badge = async () =>
    Number((await textOf(page.locator('.ws-tabs .count'))).trim().split(/\s/)[0]);

  test('how many tasks are open stands at their tab, and falls with one that is done', async () => {
    await page.goto('/staff/#/workshop/tasks');
    await page.getByRole('button', { name: /^Alle [1-9]/ }).click();
    await page.locator('.tasks li').first().waitFor();
    const open = await page.locator('.tasks li').count();
    await eventually('the tab says as many', async () => (await badge()) === open);
    await page
      .getByRole('button', { name: /^Færdig:/ })
      .first()
      .click();
    await eventually('one less', async () => (await badge()) === open - 1);
  });

  test('the first word that is saved makes the next step ready; department and review are set', async () => {
    await open(page, '#/workshop/texts/folkepension');
    const head = page.locator('.ws-editor > header');
    assert.ok(await head.getByRole('button', { name: 'Send til godkendelse' }).isDisabled());
    await page.locator('#ws-f-department').selectOption({ index: 1 });
    await page.locator('#ws-f-review').fill('2027-06-10');
    const soon = page.locator('.strip', { hasText: 'skal gennemgås senest den 10. juni 2027' });
    await soon.getByRole('button', { name: 'Jeg har gennemgået den' }).click();
    await soon.waitFor({ state: 'detached' });
    assert.equal(await page.locator('#ws-f-review').inputValue(), '2028-06-01');
    await saved(page);
    assert.ok(await head.getByRole('button', { name: 'Send til godkendelse' }).isEnabled());
    assert.equal(await head.getByRole('button', { name: 'Udgiv nu' }).count(), 0);
    const { body } = await ask(page, '/workshop/texts/folkepension');
    assert.equal(body.draft.body.department, await page.locator('#ws-f-department').inputValue());
    assert.notEqual(body.draft.body.department, body.body.department);
  });

  test('what keeps a text back is listed, and each leads to its place', async () => {
    await open(page, '#/workshop/texts/folkepension');
    await page.locator('#ws-f-title').fill('');
    await page.locator('#ws-f-summary').fill('Se \u202ekd.rogrob og ring.');
    await page.getByRole('button', { name: 'Send til godkendelse' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('button:not([type=button])').click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: /^Kort svar: .*usynligt tegn/ }).waitFor();
    await dialog.getByRole('button', { name: 'Titel: Feltet er tomt.' }).click();
    await dialog.waitFor({ state: 'detached' });
    await eventually('the focus is in the title', () =>
      page.evaluate(() => document.activeElement?.id === 'ws-f-title'),
    );
    await page.getByRole('button', { name: 'Kassér kladde' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Kassér kladde' }).click();
    await page.getByText('Kladden er kasseret.').first().waitFor();
  });

  test('what is pasted is cleaned, or refused with a word', async () => {
    await open(page, '#/workshop/texts/folkepension');
    /** Whether the paste was let by, and how long that took (ms). */
    const paste = (selector, text, html = '', times = 1) =>
      page.locator(selector).evaluate(
        (place, [text, html, times]) => {
          const data = new DataTransfer();
          data.setData('text/plain', text.repeat(times));
          if (html) data.setData('text/html', html);
          const how = { clipboardData: data, bubbles: true, cancelable: true };
          const began = performance.now();
          const passed = place.dispatchEvent(new ClipboardEvent('paste', how));
          return { passed, took: performance.now() - began };
        },
        [text, html, times],
      );
    await page.locator('#ws-f-summary').focus();
    const { passed, took } = await paste('#ws-f-summary', 'x', '', 10_000_000);
    assert.equal(passed, false, 'refused');
    assert.ok(took < 10_000, `nothing froze: ${took} ms`);
    await page.getByRole('alert').filter({ hasText: 'Feltet har plads til' }).waitFor();
    const part = page.locator('.ProseMirror').first();
    const id = await part.getAttribute('id');
    await part.click();
    await page.keyboard.press('Control+End');
    const bad =
      '<p>Før <script>alert(1)</script><style>p{}</style><svg onload=alert(1)><text>tegnet</text></svg>' +
      '<a href="javascript:alert(1)">klik</a> <a href="data:text/html,x">fil</a> ' +
      '<span style="position:fixed">og\u202e\u2066 \u200befter</span></p>';
    await paste(`#${id}`, 'x', bad);
    await eventually('only its words are there', async () =>
      /Før klik fil og efter/.test(await textOf(part)),
    );
    assert.equal(await part.locator('script, style, svg, [style], a[href^=data]').count(), 0);
    await paste(`#${id}`, '', '<svg onload=alert(1)></svg>');
    await page.getByRole('alert').filter({ hasText: 'Der var ingen tekst' }).waitFor();
    await saved(page);
    const { body } = await ask(page, '/workshop/texts/folkepension');
    assert.doesNotMatch(JSON.stringify(body.draft.body), /script|svg|javascript|\u202e|\u200b/);
  });

  test('while the line is down nothing is lost, and that is said', async () => {
    await open(page, '#/workshop/texts/folkepension');
    await saved(page);
    await rikke.context.setOffline(true);
    await page.locator('#ws-f-summary').fill('Skrevet uden forbindelse.');
    const down = page.getByRole('alert').filter({ hasText: 'Din tekst ligger på denne computer' });
    await down.waitFor();
    await page.screenshot({ path: join(SCREENS, 'workshop-offline-1440.png') });
    await rikke.context.setOffline(false);
    await down.waitFor({ state: 'detached' });
    await saved(page);
    const { body } = await ask(page, '/workshop/texts/folkepension');
    assert.equal(body.draft.body.summary, 'Skrevet uden forbindelse.');
  });

  test('a second press on a step is none', async () => {
    await page.getByRole('button', { name: 'Send til godkendelse' }).click();
    const sent = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/submit')) sent.push(request.url());
    });
    await page.getByRole('dialog').locator('button:not([type=button])').dblclick();
    await page.getByText('Sendt til godkendelse.').first().waitFor();
    assert.equal(sent.length, 1);
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('a text is taken away: what that means is said first, and citizens can go on', async () => {
    await open(page, MASTER);
    await page.getByRole('button', { name: 'Fjern teksten …' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fjern ”Pas til barn”?' });
    const words = await textOf(dialog);
    assert.match(words, /5 kommuner har deres egen tekst/);
    assert.match(words, /gammelt link eller bogmærke/);
    assert.match(words, /en anden skal godkende/);
    await dialog.getByRole('button', { name: 'Begynd at fjerne teksten' }).click();
    await page.locator('.strip', { hasText: 'forsvinder teksten for borgerne' }).waitFor();
    assert.ok(await page.locator('#ws-f-title').isDisabled());
    await citizenReads(browser, straks.url, /pas/i);
    await step(page, 'Send til godkendelse');
    await page.getByText('Sendt til godkendelse.').first().waitFor();
    await open(flemming.page, MASTER);
    await step(flemming.page, 'Godkend');
    await flemming.page.getByText('Godkendt.').first().waitFor();
    await step(flemming.page, 'Fjern teksten nu');
    await flemming.page.locator('main.texts').waitFor();
    const { page: reader, context } = await citizen(browser, straks.url, false);
    await eventually('the page is gone', async () => {
      const answer = await reader.goto(`/frederikssund/topic/${TOPIC}`);
      return answer.status() === 404;
    });
    await reader.getByRole('searchbox').first().waitFor();
    await reader.screenshot({ path: join(SCREENS, 'workshop-removed-1440.png') });
    await context.close();
    const { body } = await ask(page, '/workshop/tasks?municipality=furesoe');
    assert.ok(body.tasks.some((it) => it.topic === TOPIC && it.why === 'master-gone'));
  });

  test('what was taken away stands among the removed, and is brought back as a draft', async () => {
    await page.goto('/staff/#/workshop/texts');
    const chip = page.getByRole('button', { name: /^Fjernede/ });
    await eventually('one is listed', async () => /Fjernede 1/.test(await textOf(chip)));
    await chip.click();
    await page.getByText(/Fjernet .* af Rikke Bloch/).waitFor();
    await page.screenshot({ path: join(SCREENS, 'workshop-removed-list-1440.png') });
    await page.getByRole('button', { name: 'Hent tilbage: Pas til barn' }).click();
    await page.locator('.ws-editor h1', { hasText: 'Pas til barn' }).waitFor();
    await step(page, 'Send til godkendelse');
    await page.getByText('Sendt til godkendelse.').first().waitFor();
    await open(flemming.page, MASTER);
    await step(flemming.page, 'Godkend');
    await flemming.page.getByText('Godkendt.').first().waitFor();
    await step(flemming.page, 'Udgiv nu');
    await citizenReads(browser, straks.url, /Sådan er det i Frederikssund/);
    await page.goto('/staff/#/workshop/texts');
    await page.getByText('Der er ingen fjernede tekster her').waitFor();
    await chip.click();
  });

  test('the list has local texts too, and one municipality’s alone when asked', async () => {
    await page.goto('/staff/#/workshop/texts');
    const ours = page.getByRole('button', { name: 'Kun Furesø' });
    const places = async () => new Set(await page.locator('[data-row] .c-where').allInnerTexts());
    await page.locator('[data-row]').first().waitFor();
    assert.ok((await places()).size > 1);
    await ours.click();
    await eventually('only theirs', async () => [...(await places())].join() === 'Furesø');
    await page.locator('[data-row] a').first().click();
    await page.locator('.ws-editor h1').waitFor();
    await page.getByText('Variant for Furesø').first().waitFor();
    await page.goto('/staff/#/workshop/texts');
    await ours.click();
  });

  test('a municipality without a text of its own is offered to begin one', async () => {
    await page.goto('/staff/#/workshop/texts/folkepension/furesoe');
    await page.getByRole('heading', { name: /Furesø har ingen/ }).waitFor();
    await page.getByRole('button', { name: 'Begynd en variant for Furesø' }).click();
    await page.locator('.ws-editor h1').waitFor();
    await page.getByText('Variant for Furesø').first().waitFor();
  });
});

describe('the workshop’s screens', () => {
  let straks;
  before(async () => {
    straks = await Straks.start();
  });
  after(async () => {
    await straks?.remove();
  });

  test('axe finds nothing on any of them', { timeout: 900_000 }, async () => {
    const problems = [];
    // The framed page is the citizen's, which is looked at on its own.
    const options = { ready: '.ws-page > *', iframes: false };
    const who = await colleague(browser, straks, 'lasse@frederikssund.example', {
      bypassCSP: true,
    });
    const { page } = who;
    const tabs = ['texts', 'tasks', 'guides', 'areas', 'bulk', 'words', 'improvements', 'imports'];
    for (const tab of tabs) {
      await page.goto(`/staff/#/workshop/${tab}`);
      await page.locator('.ws-page > *').first().waitFor();
      await eventually(
        `${tab} is there`,
        async () => !/Henter …/.test(await page.locator('.ws-page').innerText()),
      );
      await look(page, `workshop-${tab}`, problems, options);
    }
    await open(page, LOCAL);
    await look(page, 'workshop-variant', problems, options);
    await page.getByRole('button', { name: 'Versioner' }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'workshop-versions', problems, options);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /^Se som:/ }).click();
    await page.getByRole('dialog').locator('iframe').waitFor();
    await look(page, 'workshop-preview', problems, options);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Fjern teksten …' }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'workshop-remove', problems, options);
    await page.keyboard.press('Escape');
    await page.goto(`/staff/#/workshop/texts/folkepension/frederikssund`);
    await page.getByRole('button', { name: /^Begynd en variant/ }).waitFor();
    await look(page, 'workshop-absent', problems, options);
    await page.goto('/staff/#/workshop/guides/guide-boligstoette');
    await page.getByRole('tree').first().waitFor();
    await look(page, 'workshop-guide', problems, options);
    await open(page, MASTER);
    await look(page, 'workshop-master', problems, options);
    await page.goto('/staff/#/workshop/texts');
    await page.getByRole('button', { name: 'Ny artikel' }).click();
    await page.getByRole('dialog').waitFor();
    await look(page, 'workshop-new', problems, options);
    await who.context.close();
    none(problems);
  });

  test('the keyboard alone finds a text, formats it and moves a part', async () => {
    const { page, context } = await colleague(browser, straks, 'rikke@furesoe.example');
    const keys = page.keyboard;
    await page.goto('/staff/#/workshop/texts');
    await page.locator('[data-row]').first().waitFor();
    await page.getByRole('searchbox', { name: /^Find en tekst/ }).focus();
    await keys.type('pas til');
    await keys.press('ArrowDown');
    await eventually('a row has the focus', () =>
      page.evaluate(() => document.activeElement?.closest('[role=row]') !== null),
    );
    await keys.press('ArrowDown');
    await keys.press('ArrowUp');
    await open(page, MASTER);
    const heading = page.locator('#ws-head-bring');
    await heading.focus();
    await keys.press('Alt+ArrowDown');
    const stands = (place) => async () => {
      const ids = await page.locator('.part').evaluateAll((all) => all.map((it) => it.id));
      const at = await page.evaluate(() => document.activeElement?.id);
      return ids.indexOf('ws-row-bring') === place && at === 'ws-head-bring';
    };
    await eventually('it has moved and kept the focus', stands(2));
    await keys.press('Alt+ArrowUp');
    await eventually('it is back, with the focus', stands(1));
    await field(page, 'bring').focus();
    await keys.press('Control+End');
    await keys.press('Control+b');
    await keys.type('Husk');
    await field(page, 'bring').locator('strong', { hasText: 'Husk' }).waitFor();
    // A key that comes before the browser has said where the caret is acts there all the same.
    await field(page, 'price').focus();
    await field(page, 'price').evaluate(async (text) => {
      const said = new Promise((then) => {
        document.addEventListener('selectionchange', () => setTimeout(then), { once: true });
      });
      getSelection().selectAllChildren(text);
      getSelection().collapseToEnd();
      const key = { key: 'b', ctrlKey: true, bubbles: true, cancelable: true };
      text.dispatchEvent(new KeyboardEvent('keydown', key));
      await said;
    });
    await keys.type('Straks');
    await field(page, 'price').locator('strong', { hasText: 'Straks' }).waitFor();
    assert.match(await textOf(field(page, 'price')), /Straks$/);
    await field(page, 'bring').focus();
    await keys.press('Alt+F10');
    assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), 'Fed');
    await keys.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement?.ariaLabel), 'Kursiv');
    await keys.press('Escape');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'ws-part-bring');
    await context.close();
  });
});
