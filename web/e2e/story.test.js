// The story of the telephone. A citizen calls Horsens' job department about a pension matter; who has
// telephone duty answers, sees who has it and why not she, and puts the citizen through to her deputy
// after a word. The same call after closing time is called back at 8:05. Nobody comes near the main
// number.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { Phone } from './phone.js';
import { browserHears, instruments, phoneHears, speakingBrowser } from './sound.js';
import { Straks, ask, colleague, eventually, setPresence, sleep, steps, textOf } from './straks.js';

const MORNING = '2027-06-02T10:05:00+02:00';
/** Horsens' job department and main number; two citizens. */
const JOB = '+4500161442';
const MAIN = /00 ?16 ?00 ?00/;
const LOUISE = '+4500195541';
const KARL = '+4500195542';
/** When nobody of the department has answered after so many seconds, others are asked too. */
const LIMIT_S = 20;
const NOTE = 'Sygemeldt siden marts, har lægens papirer klar.';
/** What each one says, in Hz. */
const TONES = { citizen: 440, job: 700, pension: 1_000 };

describe('a call about the wrong matter to the right house', () => {
  let browsers, straks, home, phone, jakob, lise, ditte;
  const tell = steps('story', () => [jakob?.page, lise?.page, ditte?.page], 600_000);
  /** Signs in and is ready for the first call. */
  async function sits(browser, login) {
    const who = await colleague(browser, straks, login, { before: instruments });
    await setPresence(who.page, 'Klar');
    return who;
  }
  /** A new day: who signed in yesterday signs in again. */
  async function again(who) {
    assert.deepEqual(who.complaints, []);
    await who.context.close();
    return sits(browsers[0], who.account.login);
  }
  const now = async () => (await ask(jakob.page, '/me')).body.now;
  const moveTo = async (instant) => straks.advanceTo(instant, await now());
  const offerOf = ({ page }) =>
    page.locator('section.offer').filter({ has: page.locator('.take') });
  const card = ({ page }) => page.locator('.callcard');
  const speaks = ({ page }) =>
    eventually('in conversation', async () => /I samtale/.test(await textOf(card({ page }))));
  async function takes(who) {
    await offerOf(who).waitFor();
    await who.page.keyboard.press('F2');
    await card(who).waitFor();
  }
  async function wrapsUp({ page }) {
    await page.getByRole('radio', { name: /Straksafklaret/ }).waitFor();
    await page.locator('.wrap-card').focus();
    await page.keyboard.press('Enter');
    await page.locator('.kept').first().waitFor();
  }
  const hears = (name) => eventually(`it says ${name}`, () => phone.heardWords(name));
  /** A call to the closed department that ends as a booked call-back. */
  async function books(caller) {
    phone = await Phone.call(straks.sip, JOB, { caller });
    await hears('closed');
    phone.press('1');
    await hears('booked');
    await eventually('the call is over', () => phone.ended);
    phone.close();
  }

  before(async () => {
    home = await Phone.plugged({ tone: TONES.citizen });
    browsers = [await speakingBrowser(TONES.job), await speakingBrowser(TONES.pension)];
    straks = await Straks.start({ clock: MORNING, telephone: home.address });
    // She has been free for longest, but the telephone is his today.
    lise = await sits(browsers[0], 'lise@horsens.example');
    jakob = await sits(browsers[0], 'jakob@horsens.example');
    ditte = await sits(browsers[1], 'ditte@horsens.example');
  });
  after(async () => {
    phone?.close();
    home?.close();
    await Promise.all((browsers ?? []).map((browser) => browser.close()));
    await straks?.remove();
  });

  tell('who has telephone duty answers within the waiting limit', async () => {
    phone = await Phone.call(straks.sip, JOB, { caller: LOUISE, tone: TONES.citizen });
    await takes(jakob);
    assert.equal(await offerOf(lise).count(), 0);
    await speaks(jakob);
    const waited = /ventede (\d+):(\d\d)/.exec(await textOf(card(jakob)));
    assert.ok(waited, await textOf(card(jakob)));
    assert.ok(Number(waited[1]) * 60 + Number(waited[2]) < LIMIT_S, waited[0]);
    await browserHears(jakob.page, TONES.citizen);
    await phoneHears(phone, TONES.job);
  });

  tell('by what it is about he sees the deputy, and why not the owner', async () => {
    const { page } = jakob;
    await page.keyboard.press('F8');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('searchbox', { name: 'Hvad drejer det sig om?' }).fill('førtidspension');
    await dialog.getByRole('button', { name: /^Førtidspension/ }).click();
    const chosen = dialog.getByRole('radiogroup').getByRole('radio', { checked: true });
    await eventually('the deputy is proposed', async () =>
      /^Ditte[^]*Stedfortræder for Birthe[^]*Ledig/.test((await textOf(chosen)).trim()),
    );
    await eventually('with the reason', async () =>
      /Birthe .* er væk til kl\. 13\.00/.test(await textOf(dialog)),
    );
    await dialog.getByLabel(/^Note til modtageren/).fill(NOTE);
    await page.keyboard.press('Control+Enter');
    await dialog.waitFor({ state: 'detached' });
  });

  tell('the deputy sees note and trail before she answers', async () => {
    const ring = ditte.page.locator('section.offer').filter({ hasText: 'Jakob Winther' });
    await ring.waitFor();
    await eventually('note and trail', async () => {
      const told = await textOf(ring);
      return [NOTE, 'Førtidspension', 'Beskæftigelse Horsens'].every((it) => told.includes(it));
    });
    assert.equal(await card(ditte).count(), 0);
    await ring.getByRole('button', { name: 'Svar' }).click();
    await browserHears(ditte.page, TONES.job);
    assert.ok((await phone.hears(TONES.pension)) < 0.3, 'the citizen does not hear them');
  });

  tell('then the citizen and the deputy speak, and he is free', async () => {
    await jakob.page.getByRole('button', { name: 'Stil om og læg på' }).click();
    await card(ditte).waitFor();
    await browserHears(ditte.page, TONES.citizen);
    await phoneHears(phone, TONES.pension);
    await card(jakob).waitFor({ state: 'detached' });
  });

  tell('the main number was never touched', async () => {
    const { conversations } = (await ask(ditte.page, '/desk')).body;
    assert.equal(conversations.length, 1);
    const { body } = await ask(ditte.page, `/contacts/${conversations[0].contact}`);
    assert.equal(body.transfers, 1);
    assert.equal(body.notes[0].text, NOTE);
    assert.doesNotMatch(JSON.stringify(body), MAIN);
    assert.deepEqual(home.rings, [], 'nobody outside was called');
  });

  tell('she closes it with what it was about', async () => {
    phone.hangUp();
    await card(ditte).waitFor({ state: 'detached' });
    await eventually('its topic is proposed', async () =>
      /Førtidspension/.test(await textOf(ditte.page.locator('.wrap-card'))),
    );
    await wrapsUp(ditte);
    phone.close();
  });

  tell('at 16:30 the same call ends as a booked call-back', async () => {
    await moveTo('2027-06-02T16:30:00+02:00');
    await books(LOUISE);
    assert.equal(await offerOf(jakob).count(), 0);
  });

  tell('which is really dialled at 8:05, not before, by who is on duty then', async () => {
    await moveTo('2027-06-03T08:00:00+02:00');
    [jakob, lise] = [await again(jakob), await again(lise)];
    await moveTo('2027-06-03T08:04:00+02:00');
    await sleep(3_000);
    assert.equal((await offerOf(lise).count()) + (await offerOf(jakob).count()), 0);
    await moveTo('2027-06-03T08:05:00+02:00');
    await takes(lise);
    await eventually("the citizen's telephone rings", () => home.isRinging);
    assert.equal(await offerOf(jakob).count(), 0);
    assert.deepEqual(
      home.rings.map(({ number }) => number),
      [LOUISE],
    );
    const late = (await now()) - Date.parse('2027-06-03T08:05:00+02:00');
    assert.ok(late >= 0 && late < 120_000, `${late} ms after 8:05`);
    home.pickUp();
    await speaks(lise);
    await browserHears(lise.page, TONES.citizen);
    await phoneHears(home, TONES.job);
    home.hangUp();
    await card(lise).waitFor({ state: 'detached' });
    await wrapsUp(lise);
  });

  tell('who does not answer is called twice, five minutes apart, and then closed', async () => {
    await moveTo('2027-06-03T17:30:00+02:00');
    await books(KARL);
    await moveTo('2027-06-04T08:05:00+02:00');
    jakob = await again(jakob);
    home.rings = [];
    let contact;
    for (const attempt of [1, 2]) {
      await takes(jakob);
      contact = (await ask(jakob.page, '/desk')).body.conversations[0].contact;
      await eventually(`it rings, ${attempt}`, () => home.rings.length === attempt);
      await eventually('and nobody answers', () => home.rings.at(-1).givenUp, 90_000);
      await card(jakob).waitFor({ state: 'detached' });
      if (attempt === 2) break;
      await straks.advance('4m');
      await sleep(2_000);
      assert.equal(await offerOf(jakob).count(), 0, 'not yet');
      await straks.advance('1m');
    }
    assert.ok(home.rings.every(({ number }) => number === KARL));
    await straks.advance('10m');
    await sleep(2_000);
    assert.equal(await offerOf(jakob).count(), 0, 'and not a third time');
    const desk = (await ask(jakob.page, '/desk')).body;
    assert.deepEqual(desk.conversations, []);
    assert.ok(desk.queues.every(({ waiting }) => waiting === 0));
    const seen = await ask(jakob.page, `/contacts/${contact}`);
    assert.ok(seen.status === 404 || seen.body.phase === 'closed', JSON.stringify(seen));
  });

  tell('the journal tells the same, and no browser complained', async () => {
    for (const who of [jakob, lise, ditte]) assert.deepEqual(who.complaints, []);
    await straks.stop();
    assert.match(await straks.verify(), /the projections are what the journal makes of them/);
    assert.doesNotMatch(straks.errors, /ERROR|panicked/);
  });
});
