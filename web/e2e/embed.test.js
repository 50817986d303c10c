// Straks on a municipality's own site: another site, as strict as a site can be, in a browser that
// keeps no cookies of third parties.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import {
  NARROW,
  Straks,
  colleague,
  eventually,
  openBrowser,
  person,
  setPresence,
  snap,
} from './straks.js';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let straks;
let browser;
before(async () => {
  straks = await Straks.start({ site: true });
  browser = await openBrowser(['--test-third-party-cookie-phaseout']);
});
after(async () => {
  await browser?.close();
  await straks?.remove();
});

const launcher = (page) => page.locator('straks-launcher').last();
const panel = (page) => page.frameLocator('straks-launcher iframe');

async function onSite(path, options = {}) {
  return person(browser, straks.siteUrl, options);
}

test('the site stays as strict as it is: nothing inline, our address alone', async () => {
  const answer = await fetch(`${straks.siteUrl}/frederikssund/flytning`);
  const policy = answer.headers.get('content-security-policy');
  assert.doesNotMatch(policy, /unsafe-inline|unsafe-eval|nonce-|sha256-/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  for (const what of ['script-src', 'connect-src', 'frame-src']) {
    assert.ok(policy.includes(`${what} `) && policy.includes(straks.url), `${what}: ${policy}`);
  }
});

test('a citizen chats on the municipality’s own site and walks on with the conversation', async () => {
  const { context, page, complaints } = await onSite();
  await page.goto('/frederikssund/flytning');
  const button = launcher(page).getByRole('button', { name: 'Få hjælp' });
  assert.equal(await button.getAttribute('aria-expanded'), 'false');
  // By keyboard alone.
  await button.focus();
  await page.keyboard.press('Enter');
  const frame = panel(page);
  await frame.getByRole('heading', { name: 'Om det, du læser' }).waitFor();
  assert.ok(await frame.getByRole('link', { name: /flytning/i }).count());
  await snap([page], 'embed-open');
  assert.ok(await frame.locator('.mast').isHidden(), 'the site has its own head');
  await frame.getByRole('link', { name: /Chat/ }).first().click();
  await frame.locator('#text').fill('Jeg flytter på lørdag. Skal mit barn have nyt sundhedskort?');
  await frame.getByRole('button', { name: 'Start chatten' }).click();
  await frame.locator('straks-chat').waitFor();
  await page.goto('/frederikssund/pas');
  await page.goto('/frederikssund/flytning');
  // The panel opens by itself and the conversation goes on, though third-party cookies are blocked.
  const again = panel(page);
  await again.locator('straks-chat .bub').first().waitFor();
  assert.match(
    await again.locator('straks-chat .bub').first().innerText(),
    /Jeg flytter på lørdag/,
  );
  const mette = await colleague(browser, straks, 'mette@furesoe.example');
  await setPresence(mette.page, 'Klar');
  await mette.page.locator('section.offer .take').waitFor();
  await mette.page.keyboard.press('F2');
  await mette.page.locator('main .log').waitFor();
  await mette.page.locator('#composer').fill('Ja, det kommer med posten.');
  await mette.page.keyboard.press('Control+Enter');
  await again.getByText('Ja, det kommer med posten.').waitFor();
  await snap([page], 'embed-chat');
  await page.keyboard.press('Escape');
  assert.deepEqual(complaints, []);
  await mette.context.close();
  await context.close();
});

test('the search box opens our results in the panel; the link works without scripts', async () => {
  const { context, page, complaints } = await onSite();
  await page.goto('/furesoe/');
  await launcher(page).getByRole('button', { name: 'Få hjælp' }).waitFor();
  const box = page.locator('straks-searchbox').getByRole('searchbox', { name: 'Søg hjælp' });
  await box.focus();
  await page.keyboard.type('nyt pas');
  await page.keyboard.press('Enter');
  await panel(page).getByText(/Pas/).first().waitFor();
  assert.equal(new URL(page.url()).pathname, '/furesoe/', 'the site’s page stays');
  await launcher(page).getByRole('button', { name: 'Luk hjælp' }).first().click();
  assert.ok(await page.locator('straks-launcher iframe').isHidden());
  assert.deepEqual(complaints, []);
  await context.close();
  const plain = await onSite('/', { javaScriptEnabled: false });
  await plain.page.goto('/furesoe/');
  await plain.page.getByRole('link', { name: 'Få hjælp' }).click();
  assert.equal(plain.page.url(), `${straks.url}/furesoe/`);
  await plain.context.close();
});

test('several on one page: left and right, Danish and English, colours that can be read', async () => {
  const { context, page } = await onSite();
  await page.goto('/soroe/pas');
  const danish = page.getByRole('button', { name: 'Få hjælp' });
  const english = page.getByRole('button', { name: 'Get help' });
  await danish.waitFor();
  await english.waitFor();
  const box = await english.boundingBox();
  assert.ok(box.x < 100, 'the English one stands at the left');
  const [ink, paper] = await english.evaluate((button) => {
    const style = getComputedStyle(button);
    return [style.color, style.backgroundColor];
  });
  assert.ok(contrast(ink, paper) >= 4.5, `${ink} on ${paper}`);
  await english.click();
  await page.getByRole('dialog', { name: 'Help from Sorø Kommune' }).waitFor();
  await danish.click();
  await page.getByRole('dialog', { name: 'Hjælp fra Sorø Kommune' }).waitFor();
  await eventually('one panel at a time', async () => {
    return (await page.getByRole('dialog').count()) === 1;
  });
  await snap([page], 'embed-two');
  await context.close();
});

test('a telephone has the whole screen; nothing for axe to find', async () => {
  const { context, page } = await onSite('/', { viewport: NARROW });
  await page.goto('/holbaek/flytning');
  await launcher(page).getByRole('button', { name: 'Få hjælp' }).click();
  await panel(page).getByRole('heading', { level: 1 }).waitFor();
  const box = await page.getByRole('dialog').boundingBox();
  assert.deepEqual([box.x, box.width, box.height], [0, NARROW.width, NARROW.height]);
  await snap([page], 'embed-narrow');
  await page.getByRole('dialog').getByRole('button', { name: 'Luk hjælp' }).click();
  await eventually('the launcher has the focus', async () =>
    page.evaluate(() => document.activeElement?.localName === 'straks-launcher'),
  );
  await context.close();
  const open = await person(browser, straks.siteUrl, { bypassCSP: true });
  await open.page.goto('/holbaek/flytning');
  await launcher(open.page).getByRole('button', { name: 'Få hjælp' }).click();
  await open.page.evaluate(axe);
  const found = await open.page.evaluate(() => window.axe.run(document, { iframes: false }));
  assert.deepEqual(
    found.violations.map((violation) => violation.id),
    [],
  );
  await open.context.close();
});

test('a site that is not listed may neither frame our pages nor read our search', async () => {
  const foreign = 'https://evil.example';
  const page = await fetch(`${straks.url}/furesoe/`);
  const policy = page.headers.get('content-security-policy');
  assert.match(policy, /frame-ancestors https:\/\/www\.furesoe\.dk http:\/\/localhost:\d+;/);
  const status = await fetch(`${straks.url}/staff/`);
  assert.match(status.headers.get('content-security-policy'), /frame-ancestors 'none'/);
  for (const path of ['search?q=pas', 'embed']) {
    const url = `${straks.url}/api/v1/m/furesoe/${path}`;
    const ask = async (origin) => (await fetch(url, { headers: { origin } })).headers;
    assert.equal((await ask(foreign)).get('access-control-allow-origin'), null);
    assert.equal((await ask(straks.siteUrl)).get('access-control-allow-origin'), straks.siteUrl);
  }
});

test('where a browser keeps nothing in frames, the chat moves to a window with what was written', async () => {
  const text = 'Hvor længe er borgerservice åben?';
  const answer = await fetch(`${straks.url}/furesoe/chat`, {
    method: 'POST',
    headers: { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({ text, message_id: crypto.randomUUID() }),
  });
  const page = await answer.text();
  assert.match(page, /<form[^>]+method="post" target="_blank" action="\/furesoe\/chat"/);
  assert.ok(page.includes(`name="text" value="${text}"`));
});

test('search engines and browsers are told: questions and answers, how to search', async () => {
  const html = await (await fetch(`${straks.url}/furesoe/topic/pas`)).text();
  const data = JSON.parse(/<script type="application\/ld\+json">(.*?)<\/script>/s.exec(html)[1]);
  assert.equal(data['@type'], 'FAQPage');
  assert.ok(data.mainEntity.every((one) => one.acceptedAnswer.text.length > 0));
  const search = await fetch(`${straks.url}/furesoe/opensearch.xml`);
  assert.match(await search.text(), /template="[^"]+\/furesoe\/search\?q=\{searchTerms\}"/);
});

function contrast(a, b) {
  const light = (colour) => {
    const [r, g, b] = colour.match(/\d+/g).map((part) => {
      const c = Number(part) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [x, y] = [light(a), light(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
