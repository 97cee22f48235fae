import type { Command } from 'commander'

import type { CallbackStatus } from '../../../shared/store/ledger/callback-record.ts'
import { loadStoreConfig } from '../../../shared/config/load.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import { maskRecord, revealRecord } from '../../operations/status/shown-record.ts'
import { unsealHere } from '../../operations/seal-keys/unseal-here.ts'
import { userName } from '../../text/user-name.ts'
import type { CliContext } from '../terminal/cli-context.ts'
import { toJson } from '../terminal/json.ts'

export interface RevealOptions {
  reveal?: true
}

export function withRevealOption(command: Command): Command {
  return command.option('--reveal', 'show the customer’s number; a line on stderr logs that')
}

/**
 * A callback as it may be shown: masked, unless somebody says that he has to see the number. That is logged as a line of JSON
 * on stderr, for whoever collects the logs: who saw which callback's number, and when.
 */
export async function shownRecord(
  record: CallbackStatus,
  { reveal }: RevealOptions,
  { clock, stderr, env }: Pick<CliContext, 'clock' | 'stderr' | 'env'>,
): Promise<CallbackStatus> {
  if (!reveal) return maskRecord(record)
  const { id, destination } = record
  noteRevealed({ destination, id }, { clock, stderr })
  return await revealRecord(record, await unsealHere(loadStoreConfig(env), destination))
}

/** Logs who was shown which numbers. */
export function noteRevealed(
  what: Readonly<Record<string, string>>,
  { clock, stderr }: Pick<CliContext, 'clock' | 'stderr'>,
): void {
  const time = isoTimestamp(clock.now())
  const line = { level: 'warn', time, msg: 'number.revealed', ...what, user: userName() }
  stderr.write(`${toJson(line)}\n`)
}
