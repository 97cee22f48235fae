import { defineConfig } from 'vitest/config'

/** One folder or one kind of test alone: `npx vitest run test/unit`. */
export default defineConfig({
  test: {
    include: ['test/{unit,integration,scenario}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // A scenario runs several processes of its own: more than two files at once make two cores late.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // What fails once is a finding.
    retry: 0,
    allowOnly: false,
    dangerouslyIgnoreUnhandledErrors: false,
  },
})
