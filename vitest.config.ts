import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Two cores are the house's measure; boards and compilers are processes of their own beside the workers.
    maxWorkers: 2,
    pool: 'forks',
  },
});
