import { findDestinations } from '../../../shared/store/destinations/registry.ts'
import { unservedEntries } from '../../../shared/store/inbox/unserved.ts'
import { readVanished } from '../../../shared/store/inbox/vanished.ts'
import type { Redis } from '../../../shared/redis/connection.ts'
import { openStore } from '../../../shared/redis/destination-store.ts'
import { inboxKey, type DestinationRef } from '../../../shared/redis/keys.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { Finding } from './finding.ts'

const check = 'inboxes'

/**
 * Intents that wait where no worker ever looked, most often a destination's name with a typing error; and such as were taken
 * away before they were read.
 */
export async function checkInboxes(
  redis: Redis,
  namespace: string,
  configured: readonly string[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  const unknown: string[] = []
  for (const destination of await findDestinations(redis, namespace)) {
    const ref = { namespace, destination }
    const store = openStore(redis, ref)
    const waiting = await unservedEntries(store)
    if (waiting > 0) {
      findings.push(describe(ref, waiting, configured))
      continue
    }
    const vanished = await readVanished(store)
    if (vanished === undefined) unknown.push(printable(inboxKey(ref)))
    else if (vanished > 0) findings.push(describeVanished(ref, vanished))
  }
  if (findings.length === 0) findings.push(allServed(unknown.length === 0))
  return unknown.length === 0 ? findings : [...findings, describeUnknown(unknown)]
}

function allServed(isAllKnown: boolean): Finding {
  const served = 'no intents wait in an inbox that no worker has ever served'
  return {
    check,
    verdict: 'ok',
    message: isAllKnown ? `${served}, and none were removed unread` : served,
  }
}

function describeUnknown(inboxes: readonly string[]): Finding {
  const message =
    `it is not known whether entries of ${inboxes.join(', ')} were removed unread: no worker has taken any in yet, or ` +
    'Redis does not count added entries, as before 7.0'
  return { check, verdict: 'unknown', message }
}

function describeVanished(ref: DestinationRef, vanished: number): Finding {
  const entries = vanished === 1 ? '1 entry was' : `${vanished} entries were`
  const message =
    `${entries} removed from ${printable(inboxKey(ref))} before a worker took them in: somebody used XADD with MAXLEN or ` +
    'MINID, XTRIM or XDEL'
  return { check, verdict: 'warn', message, fix: 'see "Entries vanish" in docs/runbook.md' }
}

function describe(ref: DestinationRef, waiting: number, configured: readonly string[]): Finding {
  const message = `${waiting} wait in ${printable(inboxKey(ref))}, which no worker has ever served`
  const fix = configured.includes(ref.destination)
    ? 'start a worker: ringback worker'
    : `is the name right? ${configuredHere(configured)}. In time a worker makes dead letters of them`
  return { check, verdict: 'warn', message, fix }
}

function configuredHere(configured: readonly string[]): string {
  return configured.length > 0
    ? `Configured here: ${configured.map((name) => JSON.stringify(name)).join(', ')}`
    : 'The configuration here could not be read'
}
