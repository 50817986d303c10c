// A question on a Wednesday evening, from the citizen's first word to the department's answer the
// next morning: with JavaScript in the citizen's browser, and without.
import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { MailServer } from './mail.js';
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
  say,
  setPresence,
  steps,
  textOf,
} from './straks.js';

const QUESTION = 'Min pension er for lille til varmeregningen. Kan jeg få hjælp til selvbetjening?';
const ERRAND = 'Louise har lille pension og en høj varmeregning. Kan hun få et personligt tillæg?';
const ANSWER =
  'Ja, du kan søge et personligt tillæg. Vi har lagt et skema klar til dig på Torvet 2.';
const MAIL = 'louise@borger.example';

const rgb = (hex) =>
  `rgb(${[1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)).join(', ')})`;

let browser;
before(async () => {
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
});

for (const withScript of [true, false]) {
  describe(`the evening, ${withScript ? 'with' : 'without'} JavaScript for the citizen`, () => {
    let mail, straks, louise, page, soroe, soroePage, mette, desk, kept;
    /** What the other citizens' contacts are called. */
    const contacts = {};
    const pages = () => [desk, page, kept?.page];
    const step = steps(withScript ? 'js' : 'plain', pages);
    /** Shows the citizen what has happened; without JavaScript it must be asked for. */
    const look = async (who = page) => {
      if (!withScript) await who.getByRole('link', { name: 'Hent nye beskeder' }).click();
    };
    const sees = (what, check, who = page) =>
      eventually(what, async () => {
        await look(who);
        return check();
      });

    before(async () => {
      mail = await MailServer.start();
      straks = await Straks.start({ smtp: mail.address });
      // Mette's evening is busy: three citizens of three municipalities already talk with her.
      mette = await colleague(browser, straks, 'mette@furesoe.example');
      desk = mette.page;
      await setPresence(desk, 'Klar');
      soroe = await citizen(browser, straks.url, withScript);
      soroePage = soroe.page;
      for (const [municipality, name, who] of [
        ['soroe', 'Ida', soroePage],
        ['holbaek', 'Ib', (await citizen(browser, straks.url, false)).page],
        ['furesoe', 'Eva', (await citizen(browser, straks.url, false)).page],
      ]) {
        await beginChat(who, municipality, 'Hvornår bliver min skraldespand tømt?', name);
        contacts[municipality] = {
          page: who,
          id: await who.locator('straks-chat').getAttribute('data-contact'),
        };
        await desk.locator('section.offer .take').waitFor();
        await desk.keyboard.press('F2');
        await desk.locator('.offer .take').waitFor({ state: 'detached' });
      }
    });

    after(async () => {
      await Promise.all([louise, soroe, mette, kept].map((who) => who?.context.close()));
      await straks?.remove();
      await mail?.stop();
    });

    step(
      '20:15 the citizen searches and reads the answer with the local facts framed',
      async () => {
        louise = await citizen(browser, straks.url, withScript, {
          viewport: { width: 390, height: 800 },
        });
        page = louise.page;
        await page.goto('/frederikssund/');
        const strip = page.locator('.strip');
        assert.match(await textOf(strip), /Åbent nu til kl\. 22/);
        assert.match(await textOf(strip), /I aften svarer Furesø Kommune for Frederikssund/);
        await page.locator('#q').fill('hjælp til selvbetjening');
        if (withScript) {
          const first = page.locator('ul.live a').first();
          await first.waitFor();
          assert.match(await textOf(first), /Hjælp til digital selvbetjening/);
        }
        await page.keyboard.press('Enter');
        await page.waitForURL(/\/frederikssund\/search\?q=/);
        assert.match(
          await textOf(page.locator('article.short h2')),
          /Hjælp til digital selvbetjening/,
        );
        const local = page.locator('section.local');
        assert.match(await textOf(local), /Sådan er det i Frederikssund[\s\S]*Gælder kun her/);
        assert.match(await textOf(local), /Torvet 2/);
        await page.getByRole('link', { name: 'Læs hele svaret' }).click();
        await page.waitForURL(/topic\/hjaelp-selvbetjening/);
        assert.match(await textOf(page.locator('section.local')), /Torvet 2, 3 pladser/);
      },
    );

    step('she follows a question guide whose state stands in the address', async () => {
      await page.goto('/frederikssund/guide/guide-pension');
      await page.getByLabel('Jeg får pension, men pengene rækker ikke').check();
      await page.getByRole('button', { name: 'Næste' }).click();
      await page.getByLabel('Varmen, huslejen eller boligen').check();
      await page.getByRole('button', { name: 'Næste' }).click();
      await page.waitForURL(/[?&]s=lille\.bolig/);
      assert.match(await textOf(page.locator('article.short h1')), /Søg varmetillæg/);
      assert.match(await textOf(page.locator('.sofar')), /pengene rækker ikke/);
    });

    step(
      'she opens the chat: who answers tonight, her number in line, the expected wait',
      async () => {
        await page.locator('a.way', { hasText: 'Chat' }).click();
        await page.waitForURL(/\/frederikssund\/chat/);
        const start = page.locator('main');
        assert.match(await textOf(start), /I aften svarer Furesø Kommune for Frederikssund/);
        assert.match(await textOf(page.locator('section.carry')), /hjælp til selvbetjening/);
        await page.locator('#text').fill(QUESTION);
        await page.locator('#name').fill('Louise');
        await page.getByRole('button', { name: 'Start chatten' }).click();
        const queue = page.locator('.queue');
        await queue.waitFor();
        assert.match(await textOf(queue), /Du er nummer\s+1\s+i køen/);
        assert.match(await textOf(queue), /Det er din tur om (under|over|\d+–)\s?\d+ min\./);
        assert.match(await textOf(page.locator('.strip')), /I aften svarer Furesø Kommune/);
        await sees('the notice', async () =>
          /Furesø svarer for Frederikssund/.test(await textOf(page.locator('.log'))),
        );
      },
    );

    step(
      'a place becomes free and the agent takes her with F2; focus was never moved',
      async () => {
        const furesoe = contacts.furesoe;
        await desk.keyboard.press('Alt+3');
        await desk.locator('.mband', { hasText: 'Furesø Kommune' }).waitFor();
        await furesoe.page.reload();
        await furesoe.page.locator('summary', { hasText: 'Afslut' }).click();
        await furesoe.page.getByRole('button', { name: 'Ja, afslut' }).click();
        const card = desk.locator('.wrap-card');
        await card.waitFor();
        // The citizen ended it, so the card unfolds and takes nothing from the agent.
        assert.equal(await card.evaluate((it) => it.contains(document.activeElement)), false);
        await desk.keyboard.press('F9');
        await card.getByRole('radiogroup', { name: 'Udfald' }).waitFor();
        await desk.keyboard.press('1');
        await desk.keyboard.press('Q');
        await desk.keyboard.press('Enter');
        const offer = desk.locator('section.offer');
        await offer.locator('.take').waitFor();
        assert.match(await textOf(offer.locator('.band')), /Frederikssund/);
        const focused = await desk.evaluate(() =>
          document.activeElement?.closest('.offer') ? 'offer' : 'elsewhere',
        );
        assert.equal(focused, 'elsewhere');
        await desk.keyboard.press('F2');
        await desk.locator('.mband', { hasText: 'Frederikssund Kommune' }).waitFor();
      },
    );

    step('she sees at once whose citizen it is, in name and colour, and the trail', async () => {
      const me = (await ask(desk, '/me')).body;
      const { colour } = me.municipalities.find(({ key }) => key === 'frederikssund');
      const band = desk.locator('main .mband');
      assert.match(await textOf(band), /Frederikssund Kommune\s+Du svarer for Frederikssund/);
      assert.equal(await band.evaluate((it) => getComputedStyle(it).backgroundColor), rgb(colour));
      const trail = await textOf(desk.locator('section.trail'));
      assert.match(trail, /Søgte\s+[”"]?hjælp til selvbetjening/);
      assert.match(trail, /Læste\s+Hjælp til digital selvbetjening/);
      assert.match(trail, /Spørgeguide:[\s\S]*Varmen, huslejen eller boligen/);
      assert.deepEqual(await lines(desk), [QUESTION]);
      assert.match(
        await textOf(desk.locator('form.comp-box')),
        /Du svarer som Frederikssund Kommune[\s\S]*Send som Frederikssund/,
      );
      await sees('who answers', async () =>
        /Mette\s+Furesø/.test(await textOf(page.locator('.chat-h'))),
      );
      assert.match(await textOf(page.locator('.chat-sub')), /Hjælper Frederikssund/);
    });

    step('she answers from the knowledge base with the local facts of Frederikssund', async () => {
      const side = desk.locator('#pane-knowledge');
      assert.match(await textOf(side.locator('.ksearch')), /Svar for\s+Frederikssund/);
      // Already searched from the citizen's words.
      await side.locator('article.hit').waitFor();
      await side.getByLabel('Søg i viden').fill('hjælp til selvbetjening');
      const other = side.locator('.hits2 button', { hasText: 'Hjælp til digital selvbetjening' });
      const open = side.locator('article.hit').getByRole('heading', {
        name: 'Hjælp til digital selvbetjening',
      });
      await other.or(open).first().waitFor();
      if (!(await open.isVisible())) await other.click();
      // It opens at the top, where she sees it.
      await eventually('the article is in sight', () =>
        open.evaluate((it) => {
          const { top, bottom } = it.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
      );
      assert.match(
        await textOf(side.locator('section.local')),
        /Gælder kun Frederikssund[\s\S]*Torvet 2/,
      );
      await desk.keyboard.press('Alt+i');
      const composer = desk.locator('#composer');
      await eventually(
        'the answer stands in the composer, which has the focus',
        async () =>
          /Torvet 2/.test(await composer.inputValue()) &&
          (await composer.evaluate((it) => it === document.activeElement)),
      );
      assert.match(
        await textOf(desk.locator('form.comp-box .tag')),
        /Hjælp til digital selvbetjening/,
      );
      await desk.keyboard.press('Control+Enter');
      await sees('the answer', async () => (await bubbles(page)).some((b) => /Torvet 2/.test(b)));
      const source = page.locator('.acard');
      assert.match(await textOf(source), /Hjælp til digital selvbetjening/);
      assert.match(await source.locator('a').getAttribute('href'), /hjaelp-selvbetjening/);
    });

    step('messages go both ways with read marks, and a CPR number is masked', async () => {
      await eventually('read by the citizen', async () => {
        await look();
        return /læst/.test(await textOf(desk.locator('.log article.mine').last()));
      });
      await say(page, 'Tak! Mit CPR-nummer er 010150-1234, hvis du skal bruge det.');
      await eventually('she is told that it was hidden', async () =>
        /Vi har skjult det, der ligner et CPR-nummer/.test(await textOf(page.locator('main'))),
      );
      await eventually('the agent has it', async () =>
        (await lines(desk)).some((line) => line.startsWith('Tak!')),
      );
      const seen = (await lines(desk)).find((line) => line.startsWith('Tak!'));
      assert.doesNotMatch(seen, /1234|010150/);
      assert.doesNotMatch(await textOf(desk.locator('body')), /010150|1234/);
      await sees(
        'masked on her side too',
        async () => !/1234|010150/.test(await textOf(page.locator('main'))),
      );
      await sees('her message is read', async () =>
        /Læst/.test(await textOf(page.locator('.msg.me').last())),
      );
      await desk.locator('#composer').fill('Jeg sender det til jeres pensionsafdeling.');
      await desk.keyboard.press('Control+Enter');
      await sees('the agent answers', async () =>
        (await bubbles(page)).some((text) => /pensionsafdeling/.test(text)),
      );
    });

    step('the errand is left with the pension department for the next working day', async () => {
      await desk.locator('form.comp-box').getByRole('button', { name: 'Overdrag' }).click();
      const card = desk.locator('.wrap-card');
      await card.getByLabel('Modtager').selectOption({ label: 'Ydelser og pension' });
      await card.getByLabel('Det, borgeren mangler').fill(ERRAND);
      assert.match(
        await textOf(card.getByRole('radio', { name: /Foreslået/ })),
        /I morgen, tors\. 3\. juni, kl\. 12\.00/i,
      );
      await card.getByRole('radio', { name: 'E-mail' }).click();
      await card.getByRole('textbox', { name: 'E-mail' }).fill(MAIL);
      await desk.keyboard.press('Control+Enter');
      await card.getByText('Overdraget til Ydelser og pension').waitFor();
      await sees('the promise', async () =>
        /Ydelser og pension svarer dig senest i morgen[^.]*kl\. 12/.test(
          await textOf(page.locator('.sys.promise')),
        ),
      );
      await eventually('the promise is mailed', () => mail.to(MAIL).length > 0);
      assert.match(
        mail.to(MAIL)[0].text.replaceAll('\u00a0', ' '),
        /Ydelser og pension har fået din henvendelse\. Du får svar senest 3\. juni 2027 kl\. 12\./,
      );
    });

    step('she wraps up with three keys', async () => {
      await desk.keyboard.press('F9');
      const card = desk.locator('.wrap-card');
      await card.getByRole('radiogroup', { name: 'Udfald' }).waitFor();
      assert.equal(
        await card.getByRole('radio', { name: /Overdraget/ }).getAttribute('aria-checked'),
        'true',
      );
      await desk.keyboard.press('1');
      await desk.keyboard.press('Enter');
      await desk.locator('.kept').first().waitFor();
      await sees('the end', async () => /Fik du hjælp/.test(await textOf(page.locator('main'))), {
        // The page that is over has no button to ask again.
        getByRole: () => ({ click: () => page.reload() }),
      });
    });

    step('22:00 she finishes the one live contact and sees nothing else of Sorø', async () => {
      await setPresence(desk, 'Optaget');
      const waiting = await citizen(browser, straks.url, false);
      await beginChat(waiting.page, 'soroe', 'Er der åbent på rådhuset?');
      const waits = await waiting.page.locator('straks-chat').getAttribute('data-contact');
      const queue = desk.locator('table[aria-labelledby=queue]');
      await eventually('Sorø waits in her list', async () => /Sorø\s+1/.test(await textOf(queue)));
      await straks.advance('1h45m');
      const live = contacts.soroe.id;
      await eventually('nothing else of Sorø is reached', async () => {
        const me = (await ask(desk, '/me')).body;
        const list = (await ask(desk, '/desk')).body;
        return (
          !me.duty.on &&
          me.municipalities.every(({ key }) => key !== 'soroe') &&
          list.queues.every(({ municipality }) => municipality !== 'soroe') &&
          list.conversations.filter((row) => row.municipality === 'soroe').length === 1
        );
      });
      await eventually('nor is it on the screen', async () => {
        const left = await textOf(desk.locator('#pane-list'));
        return (left.match(/Sorø/g) ?? []).length === 1;
      });
      assert.doesNotMatch(await textOf(desk.locator('header.top .duty')), /Sorø/);
      assert.equal((await ask(desk, `/contacts/${waits}`)).status, 404);
      assert.equal((await ask(desk, `/contacts/${waits}/accept`, 'POST', {})).status, 404);
      const poll = await desk.evaluate(async () => {
        const answer = await fetch('/api/v1/live/poll?stream=queue/soroe&after=0');
        return answer.status;
      });
      assert.ok(poll === 403 || poll === 404, `queue/soroe answers ${poll}`);

      await desk.locator('.conv', { hasText: 'Sorø' }).click();
      await desk.locator('main .mband', { hasText: 'Kun denne samtale' }).waitFor();
      assert.equal((await ask(desk, `/contacts/${live}`)).status, 200);
      await desk.locator('#composer').fill('Den bliver tømt i morgen tidlig. God aften!');
      await desk.keyboard.press('Control+Enter');
      await sees(
        'the last answer',
        async () => (await bubbles(soroePage)).some((text) => /God aften/.test(text)),
        soroePage,
      );
      await desk.keyboard.press('F9');
      const card = desk.locator('.wrap-card');
      await card.getByRole('radiogroup', { name: 'Udfald' }).waitFor();
      await desk.keyboard.press('Q');
      await desk.keyboard.press('Enter');
      await eventually(
        'it is gone',
        async () => (await ask(desk, `/contacts/${live}`)).status === 404,
      );
      await eventually(
        'the screen holds nothing of Sorø',
        async () => !/Sorø|Ida/.test(await textOf(desk.locator('.work'))),
      );
      await waiting.context.close();
    });

    step(
      '8:00 the department finds the errand with its deadline, takes and answers it',
      async () => {
        const { now } = (await ask(desk, '/me')).body;
        await straks.advanceTo('2027-06-03T08:00:00+02:00', now);
        kept = await colleague(browser, straks, 'torben@frederikssund.example');
        const inbox = kept.page;
        await inbox.getByRole('link', { name: /Overdraget/ }).click();
        const row = inbox.locator('tr.pickable');
        await row.first().waitFor();
        assert.equal(await row.count(), 1);
        assert.match(await textOf(row), /kl\. 12\.00/);
        assert.match(await textOf(inbox.locator('main')), /Frist i dag/);
        await row.getByRole('button').click();
        const detail = inbox.locator('main');
        // The whole story comes along.
        await detail.getByText(QUESTION).waitFor();
        assert.match(
          await textOf(detail),
          /Borgeren er lovet svar \(E-mail\) senest i dag kl\. 12\.00/,
        );
        await inbox.getByRole('button', { name: 'Tag den' }).click();
        await inbox.getByLabel('Svar til borgeren').fill(ANSWER);
        await inbox.getByRole('button', { name: 'Svar som Frederikssund' }).click();
        await inbox.getByText('Borgeren har fået svar').waitFor();
      },
    );

    step('the citizen gets the mail, and the status page shows the answer', async () => {
      await eventually('the answer is mailed', () =>
        mail
          .to(MAIL)
          .some(({ text }) => text.includes('/status/') && text.includes(ANSWER.slice(0, 30))),
      );
      const text = mail.to(MAIL).at(-1).text;
      const link = /http:\/\/\S+\/frederikssund\/status\/\S+/.exec(text)?.[0];
      assert.ok(link, text);
      await page.goto(link);
      await page.getByText('Du har fået svar').waitFor();
      assert.match(await textOf(page.locator('main')), new RegExp(ANSWER.slice(0, 40)));
    });

    step('the journal tells the same as the projections, and no browser complained', async () => {
      for (const who of [louise, soroe, mette, kept]) assert.deepEqual(who.complaints, []);
      await straks.stop();
      assert.match(await straks.verify(), /the projections are what the journal makes of them/);
      assert.doesNotMatch(straks.errors, /ERROR|panicked/);
    });
  });
}
