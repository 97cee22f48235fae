import { defineConfig } from 'vitest/config'

/** One folder or one kind of test alone: `npx vitest run test/unit`. */
export default defineConfig({
  test: {
    include: ['test/{unit,integration,scenario,browser}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/report-skipped.ts'],
    // A scenario runs several processes of its own, and waits for much of its time: three files at once keep two cores busy.
    pool: 'forks',
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // What fails once is a finding.
    retry: 0,
    allowOnly: false,
    dangerouslyIgnoreUnhandledErrors: false,
  },
})
