import type { FollowDeps } from '../../operations/results/follow-results.ts'
import type { CliContext } from '../terminal/cli-context.ts'

/** Whoever follows is told at once when nothing can come, with `--json` too. */
export function followDeps({ stopped, stderr }: CliContext): FollowDeps {
  return {
    stopped,
    onAway: (message) => stderr.write(`Redis is away, waiting for it: ${message}\n`),
  }
}
