import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

// One build: the staff application (index.html), the citizen's enhancements (src/citizen/main.ts
// with its sheet) and the citizen's chat. Rust embeds dist/ and finds the citizen's hashed names in
// dist/manifest.json. Everything under dist/assets never changes under its name.
export default defineConfig({
  plugins: [svelte()],
  base: '/',
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
        chat: 'src/citizen/chat.ts',
      },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});
