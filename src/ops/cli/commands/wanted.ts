import type { Command } from 'commander'

import type { WantedCallbacks } from '../../operations/find/wanted-ids.ts'
import { callbackNumber, callId } from '../terminal/clue.ts'

export interface WantedOptions {
  number?: string
  callId?: string
}

/** For what is done to callbacks: by their ids, or to all of a number or a call. */
export function withWanted(command: Command): Command {
  return command
    .argument('[id...]', 'the ids they were submitted with')
    .option('--number <e164>', 'all callbacks of this number instead', callbackNumber)
    .option('--call-id <id>', 'all callbacks of this call instead', callId)
}

/** Ends the command unless it was said in exactly one way. */
export function wantedOf(
  command: Command,
  ids: readonly string[],
  { number, callId: call }: WantedOptions,
): WantedCallbacks {
  const given: WantedCallbacks[] = ids.length > 0 ? [ids] : []
  if (number !== undefined) given.push({ kind: 'number', callbackNumber: number })
  if (call !== undefined) given.push({ kind: 'call', callId: call })
  const [wanted, ...others] = given
  if (wanted !== undefined && others.length === 0) return wanted
  return command.error('error: give ids, or exactly one of --number and --call-id')
}
