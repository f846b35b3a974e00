import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const SOURCES = resolve(import.meta.dirname, '..');
/** What decides the figures of a search. */
const PATTERNS = [
  'engine/**/*.{ts,c,h,wasm}',
  'studio/{search-worker,class-search-worker,answer-batches,shared-features}.ts',
  'shared/random.ts',
];

/** SHA-256 over the engine's sources: equal code gives equal searches. */
export function engineCodeHash(): string {
  const hash = createHash('sha256');
  for (const file of globSync(PATTERNS, { cwd: SOURCES }).sort()) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(SOURCES, file)))
      .update('\0');
  }
  return hash.digest('hex');
}
