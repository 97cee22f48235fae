import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { inboxKey, resultsKey, type DestinationRef } from '../../../shared/redis/keys.ts'
import { isStream } from '../../../shared/store/keys/is-stream.ts'
import {
  readStreamPosition,
  type StreamPosition,
} from '../../../shared/store/streams/stream-position.ts'
import { plainDuration } from '../../text/plain-time.ts'
import { printable } from '../../../shared/text/printable.ts'
import { quoted } from '../../text/quoted.ts'
import type { Finding } from './finding.ts'

const check = 'stream ids'
/** A clock that was set back by less has been passed again before anybody can read this. */
const warnMs = 1_000

/** Streams whose ids are ahead of Redis' clock, or have come to their end. */
export async function checkStreams(redis: Redis, namespace: string): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const destination of await findDestinations(redis, namespace)) {
    const ref = { namespace, destination }
    for (const key of [inboxKey(ref), resultsKey(ref)]) {
      if (!(await isStream(redis, key))) continue
      const finding = judgeStream(
        { key, ref },
        await readStreamPosition(openStore(redis, ref), { key }),
      )
      if (finding !== undefined) findings.push(finding)
    }
  }
  if (findings.length > 0) return findings
  return [{ check, verdict: 'ok', message: 'no stream is ahead of Redis’ clock' }]
}

function judgeStream(
  { key, ref }: { key: string; ref: DestinationRef },
  { aheadMs, isExhausted }: Pick<StreamPosition, 'aheadMs' | 'isExhausted'>,
): Finding | undefined {
  const fix = `ringback repair --destination ${quoted(ref.destination)}`
  const stream = printable(key)
  if (isExhausted) {
    const message = `${stream} has reached the last possible id and accepts nothing more`
    return { check, verdict: 'fail', message, fix }
  }
  if (aheadMs <= warnMs) return undefined
  const message =
    `the ids of ${stream} are ${plainDuration(aheadMs)} ahead of Redis’ clock: somebody gave XADD an id, or Redis’ ` +
    'clock was ahead; meanwhile it is not known how long an entry has waited'
  return { check, verdict: 'warn', message, fix }
}
