import { defineConfig } from 'vitest/config'

/** They say what a worker bears that has the machine to itself and whoever floods it: beside others they would say something about them. */
const alone = ['test/scenario/ops-port-flooded.test.ts', 'test/scenario/oversized-entries.test.ts']

/** One folder or one kind of test alone: `npx vitest run test/unit`. */
export default defineConfig({
  test: {
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', './test/support/report-skipped.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // What fails once is a finding.
    retry: 0,
    allowOnly: false,
    dangerouslyIgnoreUnhandledErrors: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: ['test/{unit,integration,scenario,browser}/**/*.test.ts'],
          exclude: alone,
          // A scenario runs several processes of its own, and waits for much of its time: three files at once keep two cores busy.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
})
