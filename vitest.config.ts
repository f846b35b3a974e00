import { defineConfig } from 'vitest/config';
// biome-ignore lint/correctness/useImportExtensions: plain JavaScript, of which bootstrap.d.mts tells the types
import { COMPILE_CACHE } from './bin/bootstrap.mjs';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores are the house's measure; boards and compilers are processes of their own beside the workers.
    maxWorkers: 2,
    pool: 'forks',
    // As bin/bootstrap.mjs gives it to every command: tests start hundreds of them.
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
  },
});
