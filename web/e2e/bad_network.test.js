// Networks that break, servers that die, two tabs of one person: nothing is lost, nothing doubled.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import {
  Straks,
  ask,
  beginChat,
  bubbles,
  citizen,
  colleague,
  eventually,
  lines,
  openBrowser,
  setPresence,
} from './straks.js';
import { Wire } from './wire.js';

describe('a bad network', () => {
  let browser, straks, ib, mette, near, far;

  before(async () => {
    browser = await openBrowser();
    straks = await Straks.start();
  });
  after(async () => {
    await browser?.close();
    await straks?.remove();
  });

  // Each citizen and each agent has a line of their own, and they talk.
  beforeEach(async () => {
    near = await Wire.to(straks.url);
    far = await Wire.to(straks.url);
    ib = await citizen(browser, near.url);
    mette = await colleague(browser, straks, 'mette@furesoe.example', {}, far.url);
    await setPresence(mette.page, 'Klar');
    await beginChat(ib.page, 'frederikssund', 'Spørgsmål 0', 'Ib');
    await mette.page.locator('section.offer .take').waitFor();
    await mette.page.keyboard.press('F2');
    await mette.page.locator('#composer').waitFor();
    await ib.page.locator('.chat-h', { hasText: 'Mette' }).waitFor();
  });
  afterEach(async () => {
    const contact = await ib.page.locator('straks-chat').getAttribute('data-contact');
    await ask(mette.page, `/contacts/${contact}/end`, 'POST', {});
    await ask(mette.page, `/contacts/${contact}/wrap-up`, 'POST', {
      topic: null,
      outcome: 'clarified-at-once',
    });
    await setPresence(mette.page, 'Ikke på vagt');
    await ib.context.close();
    await mette.context.close();
    await near.stop();
    await far.stop();
  });

  const fromCitizen = async (text) => {
    await ib.page.locator('straks-chat #text').fill(text);
    await ib.page.keyboard.press('Enter');
  };
  const fromAgent = async (text) => {
    await mette.page.locator('#composer').fill(text);
    await mette.page.keyboard.press('Control+Enter');
  };
  /** Both sides show exactly these, in this order, none pending. */
  const bothHave = async (texts) => {
    const wanted = { citizen: texts, agent: texts, pending: 0, failed: 0 };
    let got = {};
    try {
      await eventually('both sides', async () => {
        got = {
          citizen: await bubbles(ib.page),
          agent: await lines(mette.page),
          pending: await mette.page.locator('article.pending').count(),
          failed: await ib.page.locator('.msg.fail').count(),
        };
        return isDeepStrictEqual(got, wanted);
      });
    } catch {
      assert.deepEqual(got, wanted);
    }
  };

  test('a cut line is seen, kept through and mended on both sides', async () => {
    await fromCitizen('fra borgeren 1');
    await fromAgent('fra Mette 1');
    await bothHave(['Spørgsmål 0', 'fra borgeren 1', 'fra Mette 1']);

    near.cut();
    await ib.page.locator('.pill', { hasText: 'Ingen forbindelse' }).waitFor();
    await fromCitizen('fra borgeren 2, uden net');
    await ib.page.locator('.msg.fail').waitFor();
    await fromAgent('fra Mette 2, til en der er væk');
    near.mend();
    const seen = ['Spørgsmål 0', 'fra borgeren 1', 'fra Mette 1'];
    await eventually('both have both', async () => {
      const [citizens, agents] = [await bubbles(ib.page), await lines(mette.page)];
      return citizens.length === 5 && agents.length === 5;
    });
    assert.deepEqual((await lines(mette.page)).slice(0, 3), seen);
    const order = await lines(mette.page);
    await ib.page.locator('.pill').waitFor({ state: 'hidden' });
    // What was written meanwhile stands where the server put it, on a page read anew at the latest.
    await ib.page.reload();
    await bothHave(order);

    far.cut();
    await fromAgent('fra Mette 3, uden net');
    await fromCitizen('fra borgeren 3');
    await mette.page.locator('article.pending').waitFor();
    await mette.page.locator('#composer').fill('et udkast');
    far.mend();
    await eventually('the agent is back', async () => {
      const agents = await lines(mette.page);
      return agents.length === 7 && (await mette.page.locator('article.pending').count()) === 0;
    });
    assert.equal(await mette.page.locator('#composer').inputValue(), 'et udkast');
    const agents = await lines(mette.page);
    assert.equal(new Set(agents).size, 7);
    await eventually('and the citizen has the same', async () => {
      const citizens = await bubbles(ib.page);
      return citizens.length === 7 && new Set([...citizens, ...agents]).size === 7;
    });
  });

  test('a line that is dead without saying so is noticed', async () => {
    near.silence();
    await fromAgent('hører du mig?');
    await ib.page.locator('.pill', { hasText: 'Ingen forbindelse' }).waitFor({ timeout: 60_000 });
    near.mend();
    await bothHave(['Spørgsmål 0', 'hører du mig?']);
  });

  test('an answer that is not ours is none: the message is sent again', async () => {
    const path = '**/chat/say';
    await ib.page.route(path, (route) =>
      route.fulfill({ status: 403, contentType: 'text/html', body: '<h1>Nej</h1>' }),
    );
    await fromCitizen('Spørgsmål 1');
    await ib.page.locator('.msg.me.fail', { hasText: 'Spørgsmål 1' }).waitFor();
    await ib.page.unroute(path);
    await fromCitizen('Spørgsmål 2');
    await bothHave(['Spørgsmål 0', 'Spørgsmål 1', 'Spørgsmål 2']);
  });

  test('the server dies and comes back: the conversation goes on, drafts are kept', async () => {
    await fromCitizen('før');
    await bothHave(['Spørgsmål 0', 'før']);
    await mette.page.locator('#composer').fill('et udkast, som ingen må tage');
    await straks.kill();
    await fromCitizen('mens den er væk');
    await ib.page.locator('.msg.fail').waitFor();
    await straks.again();
    await bothHave(['Spørgsmål 0', 'før', 'mens den er væk']);
    assert.equal(
      await mette.page.locator('#composer').inputValue(),
      'et udkast, som ingen må tage',
    );
    // A reload of the tab keeps it too.
    await mette.page.reload();
    await eventually('the draft after a reload', async () =>
      /som ingen må tage/.test(await mette.page.locator('#composer').inputValue()),
    );
    await mette.page.keyboard.press('F6');
    await mette.page.locator('#composer').focus();
    await mette.page.keyboard.press('Control+Enter');
    await bothHave(['Spørgsmål 0', 'før', 'mens den er væk', 'et udkast, som ingen må tage']);
  });

  test('two tabs of one agent show the same, and an offer is taken once', async () => {
    const first = mette.page;
    const second = await mette.context.newPage();
    await second.goto('/staff/');
    await second.locator('main .mband', { hasText: 'Frederikssund' }).waitFor();
    await fromAgent('fra den ene');
    await bothHave(['Spørgsmål 0', 'fra den ene']);
    await eventually('the other tab has it', async () => (await lines(second)).length === 2);
    await second.locator('#composer').fill('fra den anden');
    await second.keyboard.press('Control+Enter');
    await bothHave(['Spørgsmål 0', 'fra den ene', 'fra den anden']);

    const eva = await citizen(browser, straks.url);
    await beginChat(eva.page, 'holbaek', 'Er der åbent i morgen?', 'Eva');
    await first.locator('section.offer .take').waitFor();
    await second.locator('section.offer .take').waitFor();
    const id = await eva.page.locator('straks-chat').getAttribute('data-contact');
    await second.keyboard.press('F2');
    await second.locator('main .mband', { hasText: 'Holbæk' }).waitFor();
    // The first tab loses the offer, gets the conversation, and stays where it was.
    await first.locator('section.offer .take').waitFor({ state: 'detached' });
    await first.locator('.conv', { hasText: 'Eva' }).waitFor();
    assert.match(await first.locator('main .mband').innerText(), /Frederikssund/);
    await first.locator('section.offer').waitFor({ state: 'detached' });
    const row = (await ask(first, '/desk')).body.conversations.filter((it) => it.contact === id);
    assert.equal(row.length, 1);
    await ask(first, `/contacts/${id}/end`, 'POST', {});
    await ask(first, `/contacts/${id}/wrap-up`, 'POST', { topic: null, outcome: 'citizen-left' });
    await second.close();
    await eva.context.close();
  });

  test('an agent whose network vanishes is told so and keeps the conversation', async () => {
    await fromCitizen('er du der?');
    await bothHave(['Spørgsmål 0', 'er du der?']);
    far.cut();
    await fromCitizen('hallo?');
    await mette.page.getByText('Forbindelsen er væk', { exact: false }).first().waitFor();
    far.mend();
    await bothHave(['Spørgsmål 0', 'er du der?', 'hallo?']);
  });

  test('the journal tells the same as the projections', async () => {
    assert.match(await straks.verify(), /the projections are what the journal makes of them/);
  });
});
