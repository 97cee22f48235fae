import { userInfo } from 'node:os'

import type { Command } from 'commander'

import type { CallbackRecord } from '../../../shared/store/ledger/callback-record.ts'
import { textOfRaw } from '../../../shared/store/ledger/raw.ts'
import { isoTimestamp } from '../../../shared/time/timestamp.ts'
import type { CliContext } from '../cli-context.ts'
import { toJson } from '../present/json.ts'
import { maskRecord } from '../present/masked-record.ts'

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
export function shownRecord(
  record: CallbackRecord,
  { reveal }: RevealOptions,
  context: CliContext,
): CallbackRecord {
  if (!reveal) return maskRecord(record)
  const { id, destination, raw, rawEncoding } = record
  const time = isoTimestamp(context.clock.now())
  const line = { level: 'warn', time, msg: 'number.revealed', destination, id, user: userName() }
  context.stderr.write(`${toJson(line)}\n`)
  return raw === undefined
    ? record
    : { ...record, raw: textOfRaw({ raw, rawEncoding }), rawEncoding: undefined }
}

/** A user without an entry in the system's table, as in many containers, has no name. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid ${process.getuid?.() ?? '?'}`
  }
}
