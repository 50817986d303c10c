// What a first visit costs on the wire, measured on the running server with brotli. Exits with 1
// and the table when a budget is passed.
import { get } from 'node:http';
import { Straks } from './straks.js';

const KB = 1024;
/** One round trip of a new connection carries so much (ten segments). */
const PAGE = 14 * KB;
const CITIZEN_JS = 6 * KB;
/** A municipality's own site loads this much of ours before anybody asks for help. */
const EMBED_JS = 3 * KB;
const STAFF_JS = 60 * KB;

/** The bytes of a body as they come over the wire, and its text. */
function fetched(url, cookie = '') {
  return new Promise((done, failed) => {
    get(url, { headers: { 'accept-encoding': 'br', cookie } }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', async () => {
        const body = Buffer.concat(parts);
        if (answer.statusCode !== 200) return failed(new Error(`${answer.statusCode} ${url}`));
        const packed = answer.headers['content-encoding'] === 'br';
        const { brotliDecompressSync } = await import('node:zlib');
        const text = (packed ? brotliDecompressSync(body) : body).toString('utf8');
        done({ bytes: body.length, packed, text });
      });
    }).on('error', failed);
  });
}

/** Scripts that a module loads before it runs. */
async function modules(base, paths, seen = new Map()) {
  for (const path of paths) {
    if (seen.has(path)) continue;
    const file = await fetched(base + path);
    seen.set(path, file);
    const imports = [...file.text.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)];
    await modules(
      base,
      imports.map(([, to]) => new URL(to, base + path).pathname),
      seen,
    );
  }
  return seen;
}

async function weigh(base, path, cookie) {
  const page = await fetched(base + path, cookie);
  const all = (pattern) => [...page.text.matchAll(pattern)].map(([, found]) => found);
  const styles = all(/<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"/g);
  const scripts = all(/<script[^>]+src="([^"]+)"/g);
  const preloaded = all(/<link[^>]+rel="modulepreload"[^>]+href="([^"]+)"/g);
  const css = await Promise.all(styles.map((style) => fetched(base + style)));
  const js = [...(await modules(base, [...scripts, ...preloaded])).values()];
  const sum = (files) => files.reduce((total, file) => total + file.bytes, 0);
  const plain = [page, ...css, ...js].filter((file) => !file.packed && file.bytes > 1_000).length;
  return { html: page.bytes, css: sum(css), js: sum(js), files: 1 + css.length + js.length, plain };
}

const straks = await Straks.start();
const rows = [];
try {
  const m = '/frederikssund';
  const begun = await fetch(`${straks.url}${m}/chat`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({ text: 'Hvornår er der åbent?', message_id: crypto.randomUUID() }),
  });
  const cookie = begun.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  for (const [name, path, own] of [
    ['home', `${m}/`, ''],
    ['results', `${m}/search?q=pas`, ''],
    ['article', `${m}/topic/pas`, ''],
    ['guide', `${m}/guide/guide-pension`, ''],
    ['contact', `${m}/contact`, ''],
    ['chat, begin', `${m}/chat`, ''],
    ['chat', `${m}/chat`, cookie],
  ]) {
    const found = await weigh(straks.url, path, own);
    rows.push({ name, ...found, total: found.html + found.css + found.js, over: [] });
    const row = rows.at(-1);
    if (row.total > PAGE) row.over.push(`page > ${PAGE}`);
    if (row.js > CITIZEN_JS) row.over.push(`JS > ${CITIZEN_JS}`);
    if (row.plain > 0) row.over.push('not compressed');
  }
  const embed = (await fetched(`${straks.url}/embed.js`)).bytes;
  rows.push({ name: 'embed.js', html: 0, css: 0, js: embed, total: embed, files: 1, over: [] });
  if (embed > EMBED_JS) rows.at(-1).over.push(`JS > ${EMBED_JS}`);
  const staff = await weigh(straks.url, '/staff/', '');
  rows.push({ name: 'staff', ...staff, total: staff.html + staff.css + staff.js, over: [] });
  if (staff.js > STAFF_JS) rows.at(-1).over.push(`JS > ${STAFF_JS}`);
} finally {
  await straks.remove();
}

const columns = ['name', 'html', 'css', 'js', 'total', 'files'];
const line = (cells) =>
  cells.map((cell, at) => String(cell)[at ? 'padStart' : 'padEnd'](at ? 8 : 14)).join('');
const table = [
  line(columns),
  ...rows.map((row) => `${line(columns.map((c) => row[c]))}  ${row.over.join(', ')}`),
];
process.stdout.write(`Bytes over the wire (brotli)\n${table.join('\n')}\n`);
if (rows.some((row) => row.over.length > 0)) process.exitCode = 1;
