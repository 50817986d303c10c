import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { svelte, type Options } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/** Packs every text file once, at the best quality, so that the server only has to send it. */
function packed(): Plugin {
  return {
    name: 'packed',
    apply: 'build',
    writeBundle({ dir }) {
      const folder = join(dir ?? 'dist', 'assets');
      for (const name of readdirSync(folder)) {
        if (!['.js', '.css', '.svg'].includes(extname(name))) continue;
        const text = readFileSync(join(folder, name));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text, { params }));
      }
    },
  };
}

/** Tests run the classes as a browser does, with their reactive fields. */
const reactive: Options = { dynamicCompileOptions: () => ({ generate: 'client' }) };

// One build: the staff application (index.html), the citizen's enhancements (src/citizen/main.ts
// with its sheet) and the citizen's conversation. Rust embeds dist/ and finds the citizen's hashed names in
// dist/manifest.json. Everything under dist/assets never changes under its name.
export default defineConfig(({ mode }) => ({
  plugins: [svelte(mode === 'test' ? reactive : {}), ...(mode === 'production' ? [packed()] : [])],
  base: '/',
  resolve:
    mode === 'test'
      ? {}
      : {
          // What the editor's Markdown has no use for is left out of its chunk.
          alias: {
            entities: join(import.meta.dirname, 'src/staff/workshop/text/entities.ts'),
            'linkify-it': join(import.meta.dirname, 'src/staff/workshop/text/no_links.ts'),
          },
        },
  // Vitest asks as a server does.
  ssr: { resolve: { conditions: ['browser', 'module'] } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    manifest: 'manifest.json',
    target: 'es2022',
    // A data: address would need its own line in the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        staff: 'index.html',
        citizen: 'src/citizen/main.ts',
        // The conversation only: other pages do without its weight.
        chat: 'src/citizen/chat.ts',
        // What changes when a page is shown in a municipality's own site.
        framed: 'src/citizen/framed.css',
        // For those sites: a script that stands alone.
        embed: 'src/embed/embed.ts',
      },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
    // The first of a file waits until everything that it draws in is transformed.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Else Node takes its parts for the server.
    server: { deps: { inline: ['svelte'] } },
  },
}));
