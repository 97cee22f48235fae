import type { Command } from 'commander'

import { whyProblem } from '../../../shared/contract/who-and-why.ts'
import { readIf, withWho, type Who } from '../terminal/who-and-why.ts'

export interface WhoAndNote extends Who {
  note?: string
}

/** As `withWhoAndWhy`, where `--reason` is that of a dead letter. */
export function withWhoAndNote(command: Command): Command {
  return withWho(
    command.option('--note <text>', 'why; kept, and shown to others', readIf(whyProblem)),
  )
}
