/**
 * `npm test` runs every test that needs nothing but npm packages; tests against real servers skip visibly.
 * With XINGJI_REAL=1 (`npm run test:real`) only the latter run, and a missing server is a failure.
 */
import { defineConfig } from 'vitest/config';

const real = process.env['XINGJI_REAL'] === '1';

export default defineConfig({
  test: {
    include: real ? ['tests/real/**/*.real.test.ts'] : ['tests/**/*.test.ts'],
    pool: 'forks',
    // Files of one process share the modules that they import: none of them changes what is outside its tests.
    isolate: false,
    // Two, so that end-to-end tests keep their deadlines on a small machine; servers are shared out one file at a time.
    maxWorkers: real ? 1 : 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    reporters: ['default', './tests/support/closing-line.ts'],
    coverage: {
      provider: 'v8',
      include: ['protocol/**/*.ts', 'bridge/**/*.ts', 'gateway/**/*.ts', 'client/**/*.ts', 'simulator/**/*.ts'],
      exclude: ['**/main.ts', '**/index.ts'],
    },
  },
});
