// A citizen calls, and an agent answers in the browser: sound both ways, hold, a colleague who is
// asked first, a page that is loaded anew, the end.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { plugIn } from './desk_phone.js';
import { Phone, decode, encode, share } from './phone.js';
import { browserHears, instruments, phoneHears, phoneHearsNo, speakingBrowser } from './sound.js';
import { Straks, ask, colleague, eventually, setPresence, snap, textOf } from './straks.js';

/** Borgerservice in Frederikssund; tonight Furesø answers for it. */
const NUMBER = '+4500121001';
const TIME = { timeout: 300_000 };

/** What is lost and made up of what the page's newest connection receives within three seconds. */
function received(page) {
  return page.evaluate(async () => {
    const count = async () => {
      const stats = await globalThis.peers.at(-1).getStats();
      return [...stats.values()].find((each) => each.type === 'inbound-rtp');
    };
    const before = await count();
    await new Promise((done) => setTimeout(done, 3_000));
    const after = await count();
    const more = (name) => after[name] - before[name];
    return {
      packets: more('packetsReceived'),
      lost: more('packetsLost'),
      concealed: more('concealedSamples') / more('totalSamplesReceived'),
    };
  });
}

test('the telephone of these tests says and hears tones', () => {
  const tone = Array.from({ length: 800 }, (_, n) =>
    Math.round(8_000 * Math.sin((2 * Math.PI * 440 * n) / 8_000)),
  );
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  assert.deepEqual(
    bytes.map((byte) => encode(decode(byte))),
    bytes,
  );
  const through = tone.map((sample) => decode(encode(sample)));
  assert.ok(share(through, 440) > 0.98, String(share(through, 440)));
  assert.ok(share(through, 1_000) < 0.02);
});

describe('a call', () => {
  let browser, straks, mette, jonas, desk, phone;

  before(async () => {
    browser = await speakingBrowser(1_000);
    straks = await Straks.start();
    mette = await colleague(browser, straks, 'mette@furesoe.example', { before: instruments });
    desk = mette.page;
    await setPresence(desk, 'Klar');
  });
  after(async () => {
    phone?.close();
    await Promise.all([mette, jonas].map((who) => who?.context.close()));
    await straks?.remove();
    await browser?.close();
  });

  test('is answered in the browser, and each hears the other', TIME, async () => {
    try {
      phone = await Phone.call(straks.sip, NUMBER);
      const offer = desk.locator('section.offer');
      await offer.locator('.take').waitFor();
      assert.match(await textOf(offer), /Frederikssund[\s\S]*Opkald/);
      await desk.keyboard.press('F2');
      await desk.locator('.callcard').waitFor();
      await eventually('in conversation', async () =>
        (await textOf(desk.locator('.callcard'))).includes('I samtale'),
      );
      await browserHears(desk, 440);
      await phoneHears(phone, 1_000);
      await eventually('three seconds come through whole, both ways', async () => {
        const { gaps } = phone;
        const { packets, lost, concealed } = await received(desk);
        const missing = phone.gaps - gaps;
        if (packets > 140 && lost === 0 && concealed < 0.01 && missing === 0) return true;
        throw new Error(JSON.stringify({ packets, lost, concealed, missing }));
      });
      const card = await textOf(desk.locator('.callcard'));
      assert.match(card, /•• •• •• 41/);
      assert.doesNotMatch(card, /19 55/);
    } catch (error) {
      await snap([desk], 'broken-call');
      throw error;
    }
    await snap([desk], 'call');
  });

  test('waits with music, and goes on where it was', TIME, async () => {
    await desk.keyboard.press('F4');
    await eventually('on hold', async () =>
      (await textOf(desk.locator('.callcard'))).includes('På hold'),
    );
    await phoneHearsNo(phone, 1_000);
    await eventually('there is music', async () => {
      await phone.hears(1_000);
      return phone.heard.some((sample) => Math.abs(sample) > 100);
    });
    await desk.keyboard.press('F4');
    await phoneHears(phone, 1_000);
  });

  test('has its sound back after a reload', TIME, async () => {
    await desk.reload();
    await phoneHears(phone, 1_000);
    assert.ok(!phone.ended);
  });

  test('is spoken in one window, and in the other when asked to', TIME, async () => {
    const other = await mette.context.newPage();
    await other.goto(desk.url());
    await other.getByText('Lyden er i et andet vindue').waitFor();
    await phoneHears(phone, 1_000);
    await other.getByRole('button', { name: 'Tag lyden hertil' }).click();
    await desk.getByText('Lyden er i et andet vindue').waitFor();
    await phoneHears(phone, 1_000);
    await snap([desk, other], 'call-two-windows');
    await desk.getByRole('button', { name: 'Tag lyden hertil' }).click();
    await other.getByText('Lyden er i et andet vindue').waitFor();
    await phoneHears(phone, 1_000);
    await other.close();
  });

  test('is put through after a word with the colleague', TIME, async () => {
    try {
      jonas = await colleague(browser, straks, 'jonas@furesoe.example', { before: instruments });
      await setPresence(jonas.page, 'Klar');
      await desk.keyboard.press('F8');
      const dialog = desk.getByRole('dialog');
      await dialog.getByRole('radio', { name: /Jonas Bach/ }).click();
      await dialog
        .getByRole('textbox', { name: /Note til modtageren/ })
        .fill('Louise spørger om pas til sin søn.');
      await desk.keyboard.press('Control+Enter');
      const ring = jonas.page.locator('section.offer').filter({ hasText: 'Mette Lindholm' });
      await ring.waitFor();
      assert.match(await textOf(ring), /Louise spørger om pas/);
      await snap([desk, jonas.page], 'call-asked');
      await ring.getByRole('button', { name: 'Svar' }).click();
      await browserHears(jonas.page, 1_000);
      await desk.getByRole('button', { name: 'Stil om og læg på' }).click();
      await jonas.page.locator('.callcard').waitFor();
      await browserHears(jonas.page, 440);
      await desk.locator('.callcard').waitFor({ state: 'detached' });
    } catch (error) {
      await snap([desk, jonas?.page], 'broken-transfer');
      throw error;
    }
  });

  test('ends, and what it was about is said', TIME, async () => {
    phone.hangUp();
    const { page } = jonas;
    await page.locator('.callcard').waitFor({ state: 'detached' });
    await page.getByRole('radio', { name: /Straksafklaret/ }).waitFor();
    assert.deepEqual([...mette.complaints, ...jonas.complaints], []);
    assert.match(await straks.verify(), /./);
  });
});

describe('a call on the desk telephone', () => {
  let browser, straks, mette, desk, phone, deskPhone;

  before(async () => {
    browser = await speakingBrowser(1_000);
    straks = await Straks.start();
    mette = await colleague(browser, straks, 'mette@furesoe.example', { before: instruments });
    desk = mette.page;
  });
  after(async () => {
    phone?.close();
    await deskPhone?.unplug();
    assert.deepEqual(mette?.complaints ?? [], []);
    await mette?.context.close();
    await straks?.remove();
    await browser?.close();
  });

  test('rings there, and the desk shows it and holds it', TIME, async () => {
    try {
      const { body } = await ask(desk, '/devices', 'POST', { name: 'Skrivebordet', old: true });
      deskPhone = await plugIn(body, { tone: 600 });
      await desk.goto('/staff/#/logins');
      await desk.getByRole('checkbox', { name: 'Jeg svarer på min bordtelefon' }).check();
      await desk.goto('/staff/#/desk');
      await setPresence(desk, 'Klar');
      phone = await Phone.call(straks.sip, NUMBER);
      await desk.locator('section.offer .take').waitFor();
      await desk.keyboard.press('F2');
      const card = desk.locator('.callcard');
      await eventually('in conversation there', async () =>
        /Du taler på bordtelefonen[^]*I samtale/.test(await textOf(card)),
      );
      await phoneHears(phone, 600);
      assert.equal(await desk.getByRole('button', { name: 'Slå lyd fra' }).count(), 0);
      assert.equal(await desk.locator('.note.error').count(), 0);
      await snap([desk], 'call-desk-phone');
      await desk.keyboard.press('F4');
      await eventually('on hold', async () => (await textOf(card)).includes('På hold'));
      await phoneHearsNo(phone, 600);
      await desk.keyboard.press('F4');
      await phoneHears(phone, 600);
      await desk.getByRole('button', { name: 'Læg på' }).click();
      await eventually('the citizen is let go', () => phone.ended);
    } catch (error) {
      await snap([desk], 'broken-desk-phone');
      throw error;
    }
  });
});
