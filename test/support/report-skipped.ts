import type { Reporter, TestModule } from 'vitest/node'

/** Says in the end which tests were left out, and why: their titles tell. A file that is skipped whole is else not named. */
export default class TellSkipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    for (const module of modules) {
      const skipped = [...module.children.allTests('skipped')]
      const [first] = skipped
      if (first === undefined) continue
      const tests = skipped.length === 1 ? '1 test' : `${skipped.length} tests`
      process.stdout.write(` LEFT OUT  ${module.relativeModuleId}: ${tests}: ${first.fullName}\n`)
    }
  }
}
