// Every page in every language, width and light: axe finds nothing, the keyboard is enough, and a
// picture of each main screen is written for somebody to look at.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { SIZES, look, none, settled } from './look.js';
import {
  SCREENS,
  Straks,
  WIDE,
  ask,
  beginChat,
  citizen,
  colleague,
  eventually,
  openBrowser,
  person,
  setPresence,
  snap,
} from './straks.js';

/** Half a screen is the least on which the desk is worked at; narrower it shows duties and inbox. */
const DESK = { 760: { width: 760, height: 900 }, 1440: WIDE };

let browser, straks;
before(async () => {
  browser = await openBrowser();
  straks = await Straks.start();
});
after(async () => {
  await browser?.close();
  await straks?.remove();
});

describe('the citizen site', () => {
  for (const language of ['da', 'en']) {
    test(`axe finds nothing on any page (${language})`, { timeout: 900_000 }, async () => {
      const who = await citizen(browser, straks.url, true, { bypassCSP: true });
      const { page } = who;
      const problems = [];
      const m = '/frederikssund';
      await page.goto(`${m}/?lang=${language}`);
      const pages = {
        home: `${m}/`,
        pick: '/',
        results: `${m}/search?q=pas`,
        none: `${m}/search?q=xyzzy+qwertz`,
        article: `${m}/topic/pas`,
        referral: `${m}/topic/laegevagt`,
        topics: `${m}/topics`,
        guide: `${m}/guide/guide-pension`,
        'guide-end': `${m}/guide/guide-pension?s=lille.bolig`,
        contact: `${m}/contact`,
        department: `${m}/contact/pension-og-ydelser`,
        message: `${m}/message`,
        'chat-begin': `${m}/chat`,
        trail: `${m}/trail`,
        privacy: `${m}/privacy`,
        accessibility: `${m}/accessibility`,
        missing: `${m}/topic/ikke-til`,
      };
      for (const [name, path] of Object.entries(pages)) {
        await page.goto(path);
        assert.equal(await page.locator('html').getAttribute('lang'), language, path);
        await look(page, `citizen-${name}-${language}`, problems);
      }
      await page.goto(`${m}/message`);
      await page.locator('form.s-form button').click();
      await page.locator('.note.error').waitFor();
      await look(page, `citizen-message-fault-${language}`, problems);
      await page.locator('#text').fill('Hvornår er der åbent hos jer på lørdag?');
      await page.locator('input[name=reply][value=status-page]').check();
      await page.locator('form.s-form button').click();
      await page.locator('.status-c').waitFor();
      await look(page, `citizen-status-${language}`, problems);
      await page.goto(`${m}/chat`);
      await page.locator('#text').fill('Hej, hvornår er der åbent?');
      await page.locator('main form.form button').last().click();
      await page.locator('straks-chat').waitFor();
      await look(page, `citizen-chat-waiting-${language}`, problems);
      await page.locator('straks-chat .chat-h summary').click();
      await look(page, `citizen-chat-leave-${language}`, problems);
      await page.locator('straks-chat .chat-h button').click();
      await page.locator('.endbox').waitFor();
      await look(page, `citizen-chat-over-${language}`, problems);
      await who.context.close();
      none(problems);
    });
  }

  test('closed says when it opens and takes a message instead', { timeout: 600_000 }, async () => {
    const night = await Straks.start({ clock: '2027-06-02T23:10:00+02:00' });
    try {
      const { page, context } = await citizen(browser, night.url, true, { bypassCSP: true });
      const problems = [];
      await page.goto('/frederikssund/');
      assert.match(await page.locator('.strip').innerText(), /Lukket/);
      await look(page, 'citizen-closed-home-da', problems);
      await page.goto('/frederikssund/chat');
      await page.waitForURL(/\/message/);
      await look(page, 'citizen-closed-message-da', problems);
      await context.close();
      none(problems);
    } finally {
      await night.remove();
    }
  });

  test('the keyboard alone searches, walks a guide and begins a chat', async () => {
    const { page, context } = await citizen(browser, straks.url);
    const keys = page.keyboard;
    /** Tabs until something with the name has the focus, and that it can be seen. */
    const tabTo = async (name) => {
      for (let n = 0; n < 60; n += 1) {
        await keys.press('Tab');
        const at = await page.evaluate(() => {
          const it = document.activeElement;
          if (!it || it === document.body) return null;
          const { top, bottom } = it.getBoundingClientRect();
          const label = it.labels?.[0]?.innerText ?? '';
          const style = getComputedStyle(it);
          return {
            name: `${it.getAttribute('aria-label') ?? ''} ${it.innerText ?? ''} ${label}`,
            seen: bottom > 0 && top < innerHeight,
            ring: style.outlineStyle !== 'none' || style.boxShadow !== 'none',
          };
        });
        if (!at || !name.test(at.name)) continue;
        assert.ok(at.seen, `${name} has the focus out of sight`);
        return;
      }
      assert.fail(`no way by Tab to ${name}`);
    };
    await page.goto('/frederikssund/');
    await tabTo(/Gå til indhold/);
    await keys.press('Enter');
    await tabTo(/Søg efter svar/);
    await keys.type('bolig', { delay: 20 });
    await page.locator('ul.live a').first().waitFor();
    // Who has stepped into the list keeps the focus when the answer to a later key comes.
    const whole = /\/api\/.*q=boligst%C3%B8tte$/;
    let step;
    const stepped = new Promise((done) => (step = done));
    await page.route(whole, async (route) => {
      await stepped;
      await route.continue();
    });
    const [asked, answered] = [page.waitForRequest(whole), page.waitForResponse(whole)];
    await keys.type('støtte', { delay: 20 });
    await asked;
    await keys.press('ArrowDown');
    const isInList = () => page.evaluate(() => document.activeElement.matches('ul.live a'));
    await eventually('an answer has the focus', isInList);
    step();
    await (await answered).finished();
    await settled(page);
    assert.ok(await isInList(), 'the focus stays');
    await keys.press('Escape');
    await keys.press('Enter');
    await page.waitForURL(/\/search\?/);
    await page.goto('/frederikssund/guide/guide-pension');
    await tabTo(/folkepensionsalderen/);
    await keys.press('ArrowDown');
    await keys.press('Enter');
    await page.waitForURL(/[?&]s=/);
    await page.goto('/frederikssund/chat');
    await tabTo(/Hvad vil du spørge om/);
    await keys.type('Kan I hjælpe mig?');
    await tabTo(/Start chatten/);
    await keys.press('Enter');
    await page.locator('straks-chat').waitFor();
    await tabTo(/Skriv en besked/);
    await keys.type('Er der nogen?');
    await keys.press('Enter');
    await page.locator('.msg.me', { hasText: 'Er der nogen?' }).waitFor();
    await tabTo(/Forlad køen/);
    await keys.press('Enter');
    await tabTo(/Ja, forlad køen/);
    await keys.press('Enter');
    await page.locator('.endbox').waitFor();
    await context.close();
  });
});

describe('the staff desk', () => {
  test('axe finds nothing on any screen', { timeout: 900_000 }, async (t) => {
    const problems = [];
    t.after(() =>
      snap(
        browser.contexts().flatMap((context) => context.pages()),
        'broken-pages',
      ),
    );
    const gate = await person(browser, straks.url, { bypassCSP: true });
    await gate.page.goto('/staff/');
    await gate.page.getByLabel('Brugernavn').waitFor();
    await look(gate.page, 'staff-sign-in', problems);
    await gate.context.close();

    const mette = await colleague(browser, straks, 'mette@furesoe.example', { bypassCSP: true });
    const { page } = mette;
    await look(page, 'staff-desk-empty', problems);
    const list = { 800: { width: 800, height: 900 } };
    await look(page, 'staff-desk-list', problems, { sizes: list, ready: '.left.shown' });
    const louise = await citizen(browser, straks.url);
    await louise.page.goto('/holbaek/search?q=madservice');
    await louise.page.goto('/holbaek/topic/madservice');
    await beginChat(louise.page, 'holbaek', 'Hvad koster madservice for min mor?', 'Louise');
    await setPresence(page, 'Klar');
    await page.locator('section.offer .take').waitFor();
    for (const [width, size] of Object.entries(SIZES)) {
      await page.setViewportSize(size);
      await page.screenshot({ path: join(SCREENS, `staff-offer-${width}.png`) });
    }
    await page.setViewportSize(WIDE);
    await page.keyboard.press('F2');
    await page.locator('main .mband').waitFor();
    await page.locator('#pane-knowledge article.hit').waitFor();
    await page.locator('#composer').fill('Goddag Louise. Mit CPR er 010150-1234');
    await look(page, 'staff-desk-talk', problems);
    await page.locator('#composer').fill('Goddag Louise. Det finder vi ud af.');
    await page.keyboard.press('Control+Enter');
    await page.keyboard.press('F8');
    await page.getByRole('dialog').waitFor();
    await look(page, 'staff-transfer', problems, { sizes: DESK });
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').locator('input:focus').waitFor();
    await page.keyboard.type('pas');
    await eventually('the palette finds', async () => (await page.getByRole('option').count()) > 2);
    await look(page, 'staff-palette', problems, { sizes: DESK });
    // Another dialog takes the place of the palette.
    await page.keyboard.press('F1');
    await page.getByRole('dialog', { name: 'Taster' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('F1');
    await page.getByRole('dialog').waitFor();
    await look(page, 'staff-help', problems, { sizes: DESK });
    await page.keyboard.press('Escape');
    await page.locator('form.comp-box').getByRole('button', { name: 'Overdrag' }).click();
    const card = page.locator('.wrap-card');
    await card.getByLabel('Modtager').selectOption('holbaek/pension-og-ydelser');
    await card.locator('textarea').fill('Louise vil vide, om hendes mor kan få tilskud til mad.');
    await card.getByRole('radio', { name: 'Statusside' }).click();
    await look(page, 'staff-hand-over', problems, { sizes: DESK });
    await card.locator('textarea').press('Control+Enter');
    await card.getByRole('status').waitFor();
    await page.keyboard.press('F9');
    await card.getByRole('radiogroup', { name: 'Udfald' }).waitFor();
    await card.getByRole('button', { name: 'Stop uret' }).click();
    await look(page, 'staff-wrap-up', problems, { sizes: DESK });
    await card.focus();
    await page.keyboard.press('Enter');
    await page.locator('.kept').waitFor();
    await page.locator('button.presence').click();
    await look(page, 'staff-presence', problems);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: /Vagtchat/ }).click();
    await look(page, 'staff-room', problems, { sizes: DESK });
    for (const place of ['knowledge', 'knowledge/pas', 'directory', 'duty', 'logins', 'inbox']) {
      // What one leaves looks as what one comes to until that is there.
      await page.goto('about:blank');
      await page.goto(`/staff/#/${place}`);
      await page.locator('main#main').waitFor();
      await eventually(
        `${place} is there`,
        async () => !/Henter …/.test(await page.locator('.work').innerText()),
      );
      await look(page, `staff-${place.replace('/', '-')}`, problems);
    }
    await page.goto('/staff/#/desk');
    await setPresence(page, 'Ikke på vagt');
    await mette.context.close();
    await louise.context.close();

    const jette = await colleague(browser, straks, 'jette@holbaek.example', { bypassCSP: true });
    await jette.page.goto('/staff/#/inbox');
    await jette.page.locator('tr.pickable button').first().waitFor();
    await jette.page.locator('tr.pickable button').first().click();
    const take = jette.page.getByRole('button', { name: 'Tag den' });
    await take.click();
    await jette.page.getByLabel('Svar til borgeren').fill('Ja, det kan hun.');
    await look(jette.page, 'staff-inbox-errand', problems);
    await jette.context.close();

    const birgit = await colleague(browser, straks, 'birgit@furesoe.example', { bypassCSP: true });
    await birgit.page.goto('/staff/#/duty');
    await birgit.page.locator('main#main table').waitFor();
    await look(birgit.page, 'staff-duty-planner', problems);
    await birgit.context.close();

    const ulla = await colleague(browser, straks, 'ulla@furesoe.example', { bypassCSP: true });
    await ulla.page.goto('/staff/#/privacy');
    await ulla.page.locator('main#main').waitFor();
    await look(ulla.page, 'staff-privacy', problems);
    await ulla.context.close();
    none(problems);
  });

  test('the keyboard alone takes, answers and wraps up; nothing steals the focus', async () => {
    const jonas = await colleague(browser, straks, 'jonas@furesoe.example');
    const { page } = jonas;
    const keys = page.keyboard;
    const field = page.getByRole('dialog').locator('input:focus');
    await keys.press('Control+k');
    await field.waitFor();
    await keys.type('Klar');
    await page.getByRole('option', { name: /Klar/, selected: true }).waitFor();
    await keys.press('Enter');
    await eventually('ready', async () => (await ask(page, '/me')).body.presence.state === 'ready');
    await keys.press('Control+k');
    await field.waitFor();
    const ib = await citizen(browser, straks.url);
    await beginChat(ib.page, 'fredensborg', 'Hvor kan jeg aflevere en gammel cykel?', 'Ib');
    await page.locator('section.offer .take').waitFor();
    // The offer came while a dialog had the focus: it still has it, and typing goes there.
    await keys.type('pas');
    await eventually('it stands in the dialog', async () => {
      return (await page.getByRole('dialog').locator('input').inputValue()) === 'pas';
    });
    await keys.press('F2');
    await page.locator('main .mband', { hasText: 'Fredensborg' }).waitFor();
    await eventually('the composer has the focus', () =>
      page.evaluate(() => document.activeElement?.id === 'composer'),
    );
    await keys.type('Goddag Ib. På genbrugspladsen.');
    await keys.press('Control+Enter');
    await ib.page.locator('.bub', { hasText: 'genbrugspladsen' }).waitFor();
    await keys.press('F6');
    await eventually('the composer has let go of it', () =>
      page.evaluate(() => document.activeElement?.id !== 'composer'),
    );
    await keys.press('F9');
    await page.locator('.wrap-card').getByRole('radiogroup', { name: 'Udfald' }).waitFor();
    await keys.press('Q');
    await keys.press('Enter');
    await page.locator('.kept').waitFor();
    await setPresence(page, 'Ikke på vagt');
    await jonas.context.close();
    await ib.context.close();
  });
});
