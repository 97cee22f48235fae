import type { Command } from 'commander'

import type { CliContext } from '../terminal/cli-context.ts'
import { addDiscardCommand } from './dead-letters-discard.ts'
import { addListCommand } from './dead-letters-list.ts'
import { addRedriveCommand } from './dead-letters-redrive.ts'
import { addResolveCommand } from './dead-letters-resolve.ts'
import { addShowCommand } from './dead-letters-show.ts'

export function addDeadLettersCommand(program: Command, context: CliContext): void {
  const group = program
    .command('dead-letters')
    .description('look at callbacks that ended without being booked, and decide')
    .addHelpText(
      'after',
      `
Examples:
  ringback dead-letters list
  ringback dead-letters show order-4711
  ringback dead-letters redrive order-4711 order-4712
  ringback dead-letters discard order-4713
  ringback dead-letters resolve order-4714 --not-booked`,
    )
  addListCommand(group, context)
  addShowCommand(group, context)
  addRedriveCommand(group, context)
  addResolveCommand(group, context)
  addDiscardCommand(group, context)
}
