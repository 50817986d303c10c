// Around the conversation: earlier contacts, recording with the citizen's yes, the leader who listens,
// whispers and joins, and the message that waits in the department's inbox.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { look, none } from './look.js';
import { Phone, wav } from './phone.js';
import { browserHears, instruments, phoneHears, speakingBrowser } from './sound.js';
import { Straks, colleague, eventually, setPresence, sleep, steps, textOf } from './straks.js';

/** Borgerservice in Frederikssund, for which Furesø answers tonight, and its pension department. */
const NUMBER = '+4500121001';
const PENSION = '+4500121223';
const DESK = { 800: { width: 800, height: 900 }, 1440: { width: 1440, height: 900 } };

describe('around a call', () => {
  let browser, straks, mette, dorte, rasmus, torben, admin, desk, card, phone;
  const problems = [];
  const tell = steps('telephone', () => [
    mette?.page,
    dorte?.page,
    rasmus?.page,
    torben?.page,
    admin?.page,
  ]);

  const reads = (locator, pattern) =>
    eventually(`it says ${pattern}`, async () => pattern.test(await textOf(locator)));
  const button = (page, name) => page.getByRole('button', { name, exact: true });
  /** Plays what is there to be heard, and says how long it is (s). */
  const plays = async (page) => {
    await page.getByRole('button', { name: /^Hør/ }).last().click();
    const audio = page.locator('audio');
    await audio.waitFor();
    return eventually('it plays', () =>
      audio.evaluate(({ currentTime, duration }) => currentTime > 0 && duration),
    );
  };
  const taken = async () => {
    phone?.close();
    phone = await Phone.call(straks.sip, NUMBER);
    await desk.locator('section.offer .take').waitFor();
    await desk.keyboard.press('F2');
    await reads(card, /I samtale/);
  };

  before(async () => {
    browser = await speakingBrowser(1_000);
    straks = await Straks.start();
    const seen = { before: instruments, bypassCSP: true };
    mette = await colleague(browser, straks, 'mette@furesoe.example', seen);
    dorte = await colleague(browser, straks, 'dorte@frederikssund.example', seen);
    rasmus = await colleague(browser, straks, 'rasmus@frederikssund.example', seen);
    desk = mette.page;
    card = desk.locator('.callcard');
    await setPresence(desk, 'Klar');
  });
  after(async () => {
    phone?.close();
    for (const who of [mette, dorte, rasmus, torben, admin]) {
      assert.deepEqual(who?.complaints ?? [], []);
      await who?.context.close();
    }
    await straks?.remove();
    await browser?.close();
  });

  tell('the municipality allows recording; until then nobody is offered it', async () => {
    await taken();
    assert.equal(await button(desk, 'Optag').count(), 0);
    await reads(card, /Borgerservice[^]*optages ikke/);
    phone.hangUp();
    await desk.getByRole('radio', { name: /Straksafklaret/ }).click();
    await desk.getByRole('button', { name: /^Gem og gå videre/ }).click();
    const { page } = rasmus;
    await page.goto('/staff/#/privacy');
    const rule = page.getByRole('region', { name: 'Optagelse af samtaler' });
    await rule.getByRole('checkbox').check();
    await rule.getByRole('button', { name: 'Gem' }).click();
    await reads(rule, /Gemt/);
    await look(page, 'recording-rule', problems, { sizes: DESK, ready: '#recording-title' });
  });

  tell('earlier contacts are shown once it is said how the citizen is known', async () => {
    await taken();
    await button(desk, 'Tidligere henvendelser').click();
    const earlier = desk.getByRole('region', { name: 'Tidligere henvendelser' });
    assert.equal(await earlier.getByRole('listitem').count(), 0);
    await earlier.getByRole('radio', { name: /sagt ja/ }).click();
    await button(earlier, 'Vis tidligere').click();
    await reads(earlier, /Borgerservice[^]*Straksafklaret/);
    await look(desk, 'call-earlier', problems, { sizes: DESK, ready: '.callcard' });
    await button(desk, 'Tidligere henvendelser').click();
  });

  tell('the call is recorded when the citizen says yes, and everybody sees it', async () => {
    await button(desk, 'Optag').click();
    await reads(desk.locator('.talk'), /Må jeg optage samtalen/);
    assert.equal(await desk.locator('.rec').count(), 0);
    await look(desk, 'call-record-asks', problems, { sizes: DESK, ready: '.callcard' });
    await desk.getByRole('button', { name: /^Borgeren har sagt ja/ }).click();
    await reads(desk.locator('.rec'), /^\s*Optages\s*$/);
    await sleep(2_000);
    await look(desk, 'call-recorded', problems, { sizes: DESK, ready: '.rec' });
    await button(desk, 'Pause').click();
    await reads(desk.locator('.rec'), /holder pause/);
    await button(desk, 'Optag videre').click();
    await reads(desk.locator('.rec'), /^\s*Optages\s*$/);
  });

  tell('a leader listens, whispers and joins, and the agent always sees it', async () => {
    const { page } = dorte;
    await page.goto('/staff/#/calls');
    const row = page.getByRole('listitem').filter({ hasText: 'Mette Lindholm' });
    await row.waitFor();
    await desk.keyboard.press('Shift+F4');
    const talk = desk.locator('.talk');
    await button(row, 'Lyt').click();
    await reads(page.locator('.own'), /Du lytter med hos Mette Lindholm[^]*Optages/);
    await browserHears(page, 440);
    await reads(talk, /Dorte Vang lytter med/);
    await look(desk, 'call-supervised', problems, { sizes: DESK, ready: '.callcard' });
    await button(row, 'Hvisk').click();
    await reads(talk, /Dorte Vang hvisker til dig/);
    assert.ok((await phone.hears(1_000)) < 0.2, 'the citizen does not hear a whisper');
    await look(page, 'calls', problems, { ready: '.own' });
    await button(row, 'Gå ind').click();
    await reads(talk, /Dorte Vang er med i samtalen/);
    await phoneHears(phone, 1_000);
    await button(page, 'Forlad opkaldet').click();
    await eventually('she is gone', async () => !/Dorte Vang/.test(await textOf(talk)));
    await button(row, 'Lyt').click();
    await reads(talk, /Dorte Vang lytter med/);
    // Who leaves the page does not go on listening unseen.
    await page.goto('/staff/#/logins');
    await eventually('she is gone', async () => !/Dorte Vang/.test(await textOf(talk)));
  });

  tell('what was kept is heard by its agent, and by the leader with a reason', async () => {
    phone.hangUp();
    await card.waitFor({ state: 'detached' });
    await desk.getByText('Optagelser').waitFor();
    const seconds = await plays(desk);
    assert.ok(seconds > 1 && seconds < 60, `${seconds} s`);
    await look(desk, 'call-kept', problems, { sizes: DESK, ready: 'audio' });
    const { page } = dorte;
    await page.goto('/staff/#/calls');
    const first = page.locator('.kept-sound').last();
    assert.ok(await first.getByRole('button', { name: /^Hør/ }).isDisabled());
    await look(page, 'calls-kept', problems, { ready: '.kept-sound' });
    await first.getByRole('combobox').selectOption('Klage');
    await plays(first);
    none(problems);
  });

  tell(
    'what callers hear can be a recording of the municipalities, and the machine again',
    async () => {
      admin = await colleague(browser, straks, 'admin@furesoe.example', { bypassCSP: true });
      const { page } = admin;
      await page.goto('/staff/#/calls');
      const greeting = page.getByRole('listitem').filter({ hasText: 'velkommen til kommunen' });
      const file = { name: 'hej.wav', mimeType: 'audio/wav', buffer: wav(500) };
      await greeting.locator('input[type=file]').setInputFiles(file);
      await reads(greeting, /Jeres egen/);
      assert.ok(Math.abs((await plays(page)) - 1) < 0.1, 'as long as it was');
      await look(page, 'prompts', problems, { ready: '#prompts-title' });
      await greeting
        .locator('input[type=file]')
        .setInputFiles({ ...file, buffer: Buffer.from('MP3') });
      await reads(greeting, /kan ikke afspilles/);
      await greeting.getByRole('button', { name: /^Fjern/ }).click();
      await eventually('the machine', async () => !/Jeres egen/.test(await textOf(greeting)));
      none(problems);
    },
  );

  tell('a message waits in the inbox of the department, and is heard there', async () => {
    await straks.advance('2h');
    phone.close();
    phone = await Phone.call(straks.sip, PENSION, { tone: 600 });
    await eventually('it is asked to speak', () => phone.heardWords('voice-mail'), 60_000);
    const isSilent = async () => {
      await phone.hears(600, 1_200);
      return phone.heard.length > 8_000 && phone.heard.every((sample) => Math.abs(sample) < 100);
    };
    await eventually('it is time to speak', isSilent);
    await sleep(3_000);
    phone.hangUp();
    torben = await colleague(browser, straks, 'torben@frederikssund.example');
    const { page } = torben;
    await page.goto('/staff/#/inbox');
    await page.getByRole('row').filter({ hasText: 'Besked fra borgeren' }).first().waitFor();
    await page.locator('.pick').first().click();
    const seconds = await plays(page);
    assert.ok(seconds > 1, `${seconds} s`);
    await page.getByRole('button', { name: 'Vis nummer' }).click();
    await reads(page.locator('.chosen'), /00 19 55 41/);
    const seen = await colleague(browser, straks, 'torben@frederikssund.example', {
      bypassCSP: true,
    });
    await seen.page.goto(page.url());
    await look(seen.page, 'inbox-voice', problems, { ready: '.chosen h3' });
    await seen.context.close();
    none(problems);
  });
});
