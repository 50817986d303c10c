// An errand with a telephone number is answered by telephone: from the inbox, by the agent's browser.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { look, none } from './look.js';
import { Phone } from './phone.js';
import { browserHears, instruments, phoneHears, speakingBrowser } from './sound.js';
import { Straks, citizen, colleague, eventually, setPresence, snap, textOf } from './straks.js';

const MORNING = '2027-06-03T09:00:00+02:00';
const SIZES = { 360: { width: 360, height: 740 }, 1440: { width: 1440, height: 900 } };

describe('an errand with a telephone number', () => {
  let browser, straks, torben, phone;
  const problems = [];

  before(async () => {
    browser = await speakingBrowser(1_000);
    phone = await Phone.plugged();
    straks = await Straks.start({ clock: MORNING, telephone: phone.address });
    const seen = { before: instruments, bypassCSP: true };
    torben = await colleague(browser, straks, 'torben@frederikssund.example', seen);
    const louise = await citizen(browser, straks.url, false);
    await louise.page.goto('/frederikssund/message?department=pension-og-ydelser');
    await louise.page.locator('#text').fill('Hvornår får jeg svar om min ældrecheck?');
    await louise.page.locator('input[name=reply][value=telephone]').check();
    await louise.page.locator('#phone').fill('00195541');
    await louise.page.locator('main form button').last().click();
    await louise.page.waitForURL(/sent=1/);
    await louise.context.close();
  });
  after(async () => {
    phone?.close();
    assert.deepEqual(torben?.complaints ?? [], []);
    await torben?.context.close();
    await straks?.remove();
    await browser?.close();
  });

  test('is answered by a call from the inbox', { timeout: 300_000 }, async () => {
    const { page } = torben;
    const card = page.locator('.callcard');
    try {
      await page.goto('/staff/#/inbox');
      await page.locator('.pick').filter({ hasText: 'Ydelser og pension' }).first().click();
      const call = page.getByRole('button', { name: 'Ring op' });
      await call.waitFor();
      await call.click();
      await eventually('she is told why not', async () =>
        /Sæt dig til Klar/.test(await textOf(page.locator('.chosen'))),
      );
      await setPresence(page, 'Optaget');
      await look(page, 'errand-call', problems, { sizes: SIZES, ready: '.chosen dl' });
      await call.click();
      await card.waitFor();
      await eventually('the phone rings', () => phone.isRinging);
      phone.pickUp();
      await browserHears(page, 440);
      await phoneHears(phone, 1_000);
      await look(page, 'errand-calling', problems, {
        sizes: { 1440: SIZES[1440] },
        ready: '.callcard',
      });
      phone.hangUp();
      await card.waitFor({ state: 'detached' });
      await page.getByRole('radio', { name: /Overdraget/ }).waitFor();
      await page.getByRole('button', { name: /^Gem og gå videre/ }).click();
      await page.goto('/staff/#/inbox');
      await page.locator('.pick').filter({ hasText: 'Ydelser og pension' }).first().click();
      await eventually('the story tells of it', async () =>
        /Torben ringede borgeren op/.test(await textOf(page.locator('.story'))),
      );
    } catch (error) {
      await snap([page], 'broken-errand-call');
      throw error;
    }
    none(problems);
  });
});
