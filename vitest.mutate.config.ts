import { defineConfig } from 'vitest/config'

/** The tests of the pure parts alone, for `npm run mutate`: they need no Redis and no process. */
export default defineConfig({
  test: {
    include: [
      'test/unit/shared/{contract,time,ledger}/**/*.test.ts',
      'test/unit/worker/attempt/**/*.test.ts',
    ],
  },
})
