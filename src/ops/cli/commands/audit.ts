import { Option, type Command } from 'commander'

import { loadStoreConfig } from '../../../shared/config/load.ts'
import { auditedActions } from '../../operations/audit/note-action.ts'
import { readLog } from '../../operations/audit/read-log.ts'
import { presentLog } from '../present/audit.ts'
import { answer, type Given } from '../terminal/answer.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { withCommonOptions, type CommonOptions } from '../terminal/common-options.ts'
import { pastTime, pointInTime, refuseEmptyRange } from '../terminal/point-in-time.ts'
import { positiveWholeNumber } from '../terminal/whole-number.ts'

interface AuditOptions extends CommonOptions {
  /** Epoch ms. */
  since?: number
  until?: number
  who?: string
  action?: string
  limit: number
}

const usualLimit = 50

export function addAuditCommand(program: Command, context: CliContext): void {
  const now = () => context.clock.now()
  const command = withCommonOptions(program.command('audit'))
    .description('who did what: the operators’ log, the newest first')
    .option('--since <time>', 'ISO 8601 with offset, or how long ago (2h)', (text) =>
      pastTime(text, now()),
    )
    .option('--until <time>', 'what was done before', (text) => pointInTime(text, now()))
    .option('--who <name>', 'by this operator, as the list names them')
    .addOption(new Option('--action <action>', 'only of this kind').choices(auditedActions))
    .option('--limit <n>', 'so many at most', positiveWholeNumber, usualLimit)
    .addHelpText(
      'after',
      `
What commands and the console change is written down: who, what, why, and what
came of it. At a terminal who is RINGBACK_OPERATOR, else the user and the
machine, which proves nothing. No number is in it. The newest 10,000 are kept.

Examples:
  ringback audit --since 1d
  ringback audit --action discard --json | jq '.entries[].who'`,
    )
  answer(command, context, {
    run: ({ options }: Given<AuditOptions>) => {
      const { destination, since, until, who, action, limit } = options
      refuseEmptyRange({ since, until }, ['--since', '--until'])
      const request = { destination, sinceMs: since, untilMs: until, who, action, limit }
      return readLog(loadStoreConfig(context.env), request)
    },
    present: presentLog,
  })
}
