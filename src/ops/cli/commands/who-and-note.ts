import type { Command } from 'commander'

import { whoProblem, whyProblem } from '../../../shared/contract/who-and-why.ts'
import { readIf } from '../terminal/who-and-why.ts'

export interface WhoAndNote {
  by?: string
  note?: string
}

/** As `withWhoAndWhy`, where `--reason` is that of a dead letter. */
export function withWhoAndNote(command: Command): Command {
  return command
    .option('--note <text>', 'why; kept, and shown to others', readIf(whyProblem))
    .option('--by <name>', 'who (default: the user at this terminal)', readIf(whoProblem))
}
