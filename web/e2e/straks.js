// The real program and real browsers. Nothing here is a stand-in: the demo consortium runs as a
// process of its own on its own data, and its clock is moved with the program's own command.
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));

const target = process.env.CARGO_TARGET_DIR ?? resolve(here, '../../target');
export const BINARY = process.env.STRAKS_BIN ?? join(target, 'debug/straks');

/** The evening of the story. */
export const EVENING = '2027-06-02T20:15:00+02:00';
/** Where pictures of the screens are written. */
export const SCREENS = process.env.STRAKS_SCREENS ?? resolve(here, '../../target/screens');

export async function sleep(ms) {
  await new Promise((done) => setTimeout(done, ms));
}

/** So long anything may take that is not a matter of time, on the slowest machine, ms. */
const PATIENCE = 45_000;
/** The program builds its demonstration, and then the index of the search. */
const START = 180_000;

/** Asks until the answer is true; fails with the last one. */
export async function eventually(what, ask, within = PATIENCE) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    try {
      last = await ask();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) {
      throw new Error(`${what}: not within ${within} ms (last: ${String(last)})`);
    }
    await sleep(50);
  }
}

/** The databases there are to run on: the embedded one always, PostgreSQL where one is offered. */
export const DATABASES = process.env.STRAKS_TEST_POSTGRES ? ['SQLite', 'PostgreSQL'] : ['SQLite'];

/** A new database of the PostgreSQL server that the tests were started with. */
async function newDatabase() {
  const [server, options] = process.env.STRAKS_TEST_POSTGRES.split('?');
  const at = (name) => `${server.replace(/\/$/, '')}/${name}${options ? `?${options}` : ''}`;
  const name = `straks_e2e_${process.pid}_${Date.now()}`;
  const say = (statement) => run('psql', [at('postgres'), '-q', '-c', statement]);
  await say(`CREATE DATABASE ${name}`);
  return { url: at(name), drop: () => say(`DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A port that nobody listens at, below those from which Linux takes the near end of a connection:
 * nobody else comes by it before the program that is started there. */
export async function freePort() {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const isFree = await new Promise((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => done(true));
    });
    if (!isFree) continue;
    await new Promise((done) => server.close(done));
    return port;
  }
}

/** A running demo consortium. */
export class Straks {
  #process;
  #errors = '';

  /** @param {{ clock?: string, smtp?: string, site?: boolean, database?: string, reads?: string,
   * telephone?: string }} [options] `database`: one of `DATABASES`; `site`: a municipality's
   * own site too, at `siteUrl`, which is another site than ours; `reads`: the host of a site on this
   * machine that may be read; `telephone`: where citizens are called back. */
  static async start(options = {}) {
    const straks = new Straks();
    straks.data = await mkdtemp(join(tmpdir(), 'straks-e2e-'));
    straks.smtp = options.smtp;
    straks.reads = options.reads;
    straks.telephone = options.telephone;
    straks.database = options.database === 'PostgreSQL' ? await newDatabase() : null;
    // Chosen here so that a second start listens where the browsers look.
    straks.url = `http://127.0.0.1:${await freePort()}`;
    if (options.site) straks.siteUrl = `http://localhost:${await freePort()}`;
    await straks.#spawn(['--clock', options.clock ?? EVENING]);
    const { stdout } = await run(BINARY, ['demo', '--accounts', '--json']);
    straks.accounts = JSON.parse(stdout);
    // The index is built in the background; before that the search knows nothing.
    await eventually(
      'the search answers',
      async () => {
        const path = '/api/v1/m/frederikssund/search?q=folkepension';
        const answer = await fetch(straks.url + path);
        return (await answer.json()).abstained === false;
      },
      START,
    );
    return straks;
  }

  async #spawn(more) {
    const args = ['demo', '--data', this.data, '--listen', new URL(this.url).host, ...more];
    if (this.smtp) args.push('--smtp', this.smtp);
    if (this.database) args.push('--database', this.database.url);
    if (this.reads) args.push('--allow-private', this.reads);
    if (this.telephone) args.push('--telephone', this.telephone);
    if (this.siteUrl) args.push('--site', new URL(this.siteUrl).host);
    const child = spawn(BINARY, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    // Whatever ends the tests ends it too.
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    child.stderr.setEncoding('utf8').on('data', (text) => (this.#errors += text));
    await new Promise((ready, failed) => {
      const late = setTimeout(() => failed(new Error(`not ready: ${this.#errors}`)), START);
      let out = '';
      child.stdout.setEncoding('utf8').on('data', (text) => {
        out += text;
        if (!/^ready /m.test(out)) return;
        this.sip = /^sip (\S+)$/m.exec(out)?.[1];
        clearTimeout(late);
        ready();
      });
      child.on('exit', (code) => {
        clearTimeout(late);
        failed(new Error(`straks ended (${code}): ${this.#errors}`));
      });
    });
  }

  /** Everything the program has said to standard error. */
  get errors() {
    return this.#errors;
  }

  account(login) {
    const found = this.accounts.find((account) => account.login === login);
    if (!found) throw new Error(`no demo account ${login}`);
    return found;
  }

  /** Moves the clock forward, `1h45m`. */
  async advance(time) {
    await run(BINARY, ['demo', '--data', this.data, '--advance', time]);
  }

  /** Moves the clock to an instant that is still to come. */
  async advanceTo(instant, now) {
    await this.advance(`${Math.ceil((Date.parse(instant) - now) / 1000)}s`);
  }

  /** Ends it as a power cut would. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** Starts again on the same data, address and clock. */
  async again() {
    await this.#spawn([]);
  }

  async #end(signal) {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill(signal);
    await ended;
  }

  async stop() {
    await this.#end('SIGTERM');
  }

  /** `straks journal verify`; fails when a projection differs. */
  async verify() {
    const { stderr } = await run(BINARY, ['journal', 'verify', '--data', this.data]);
    return stderr;
  }

  async remove() {
    await this.stop();
    await this.database?.drop();
    await rm(this.data, { recursive: true, force: true });
  }
}

/** @param {string[]} [more] further arguments of Chromium */
export async function openBrowser(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  });
}

export const WIDE = { width: 1440, height: 900 };
export const NARROW = { width: 360, height: 740 };

/** A browser of its own: own cookies, own storage. What it complains about is kept. `before` runs in
 * every page before its own scripts. */
export async function person(browser, url, { before, ...options } = {}) {
  const context = await browser.newContext({
    baseURL: url,
    viewport: WIDE,
    locale: 'da-DK',
    timezoneId: 'Europe/Copenhagen',
    reducedMotion: 'reduce',
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  if (before) await context.addInitScript(before);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const text = message.text();
    if (/Content.Security.Policy|Trusted ?Type/i.test(text)) complaints.push(text);
  });
  return { context, page, complaints };
}

/** Writes pictures of pages under a name, for whoever looks why. */
export async function snap(pages, name) {
  await mkdir(SCREENS, { recursive: true });
  let n = 0;
  for (const page of pages) {
    n += 1;
    if (!page || page.isClosed()) continue;
    await page.screenshot({ path: join(SCREENS, `${name}-${n}.png`) }).catch(() => {});
  }
}

/** A citizen, with JavaScript or without. */
export function citizen(browser, url, javaScriptEnabled = true, options = {}) {
  return person(browser, url, { javaScriptEnabled, ...options });
}

/** Asks the staff API with the sign-in of a page's browser. */
export async function ask(page, path, method = 'GET', body = undefined) {
  return page.evaluate(
    async ([path, method, body]) => {
      const answer = await fetch(`/api/v1/staff${path}`, {
        method,
        headers: { 'x-straks': '1', 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
      };
    },
    [path, method, body],
  );
}

/** A colleague who has signed in by keyboard, at the desk or where the role leads. */
export async function colleague(browser, straks, login, options = {}, url = straks.url) {
  const who = await person(browser, url, options);
  const { page } = who;
  const account = straks.account(login);
  await page.goto('/staff/');
  await page.getByLabel('Brugernavn').fill(account.login);
  await page.getByLabel('Adgangskode').fill(account.password);
  await page.keyboard.press('Enter');
  await page.locator('header.top').waitFor();
  return { ...who, account };
}

/** Sets the presence by the picker in the top bar. */
export async function setPresence(page, state) {
  const button = page.locator('button.presence');
  await button.click();
  await page.getByRole('radio', { name: new RegExp(`^${state}`) }).click();
  const why = page.getByRole('button', { name: `Sæt til ${state}` });
  if (await why.isVisible()) await why.click();
  await eventually(`presence ${state}`, async () => (await textOf(button)).trim().endsWith(state));
}

/** Begins a chat from the citizen's side and ends where the conversation stands. */
export async function beginChat(page, municipality, text, name = '') {
  await page.goto(`/${municipality}/chat`);
  await page.locator('#text').fill(text);
  if (name) await page.locator('#name').fill(name);
  await page.getByRole('button', { name: 'Start chatten' }).click();
  await page.locator('straks-chat').waitFor();
}

/** The citizen writes; without JavaScript the page comes back with it. */
export async function say(page, text) {
  const field = page.locator('straks-chat #text');
  await field.fill(text);
  await page.getByRole('button', { name: 'Send', exact: true }).click();
}

/** What somebody reads there; a space that does not break is a space. */
export async function textOf(locator) {
  return (await locator.innerText()).replace(/[\u00a0\u202f]/g, ' ');
}

/** The words of every bubble on the citizen's page, in order. */
export function bubbles(page) {
  return page.locator('straks-chat .bub').allInnerTexts();
}

/** The words of every message in the conversation the agent has open. */
export function lines(page) {
  return page.locator('main .log article.msg:not(.internal) > div').allInnerTexts();
}

/** Steps of one story: what comes after a broken one is skipped, and everybody's screen is kept. */
export function steps(name, pages, timeout = 300_000) {
  let broken = null;
  return (title, step) =>
    test(title, { timeout }, async (t) => {
      if (broken) return t.skip(`after: ${broken}`);
      broken = title;
      try {
        await step();
      } catch (error) {
        await snap(pages(), `broken-${name}`);
        throw error;
      }
      broken = null;
    });
}
