// Writes a `.br` beside every text file of the build, at the best quality: Rust serves it as it is.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const dist = process.argv[2] ?? 'dist';
for (const name of readdirSync(dist, { recursive: true })) {
  if (!/\.(js|css|html|json|svg|aff|dic)$/.test(name)) continue;
  const path = join(dist, name);
  writeFileSync(`${path}.br`, brotliCompressSync(readFileSync(path)));
}
