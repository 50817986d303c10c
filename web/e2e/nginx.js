// A municipality's own site: a real web server with the pages that the Rust tests read too.
import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, freePort } from './straks.js';

const PAGES = fileURLToPath(new URL('../../crates/app/tests/site', import.meta.url));

export class Site {
  #process;
  #folder;

  static async start() {
    const site = new Site();
    site.host = `127.0.0.1:${await freePort()}`;
    site.#folder = await mkdtemp(join(tmpdir(), 'straks-e2e-site-'));
    const at = site.#folder;
    // The worker is nobody.
    await chmod(at, 0o755);
    await mkdir(join(at, 'site'));
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${at}/${name};`)
      .join(' ');
    await writeFile(
      join(at, 'nginx.conf'),
      `daemon off; pid ${at}/pid; error_log ${at}/error.log; events {}
       http { ${temporary} access_log off;
         types { text/html html; application/xml xml; text/plain txt; }
         server { listen ${site.host}; root ${at}/site; charset utf-8; } }`,
    );
    for (const name of await readdir(PAGES)) {
      await site.write(name, await readFile(join(PAGES, name), 'utf8'));
    }
    site.#process = spawn('nginx', ['-c', join(at, 'nginx.conf'), '-p', at], { stdio: 'ignore' });
    await eventually('the site is there', async () => {
      const answer = await fetch(`http://${site.host}/robots.txt`);
      return answer.ok;
    });
    return site;
  }

  /** A page, with the site's own address for HOST. */
  async write(name, text) {
    await writeFile(join(this.#folder, 'site', name), text.replaceAll('HOST', this.host));
  }

  async stop() {
    // The master ends its workers.
    const ended = new Promise((done) => this.#process.once('exit', done));
    this.#process.kill('SIGTERM');
    await ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
