import type { StoreConfig } from '../../shared/config/config.ts'
import { callIdProblem } from '../../shared/contract/call-id-problem.ts'
import { idPattern } from '../../shared/contract/ids.ts'
import { canonicalCallId, isRecordId } from '../../shared/contract/salesforce-id.ts'
import { RingbackError } from '../../shared/errors/errors.ts'
import { isCallbackNumber } from '../../shared/phone/phone-problem.ts'
import type { Clock } from '../../shared/time/clock.ts'
import { findCallbacks, type Found, type Wanted } from '../operations/find/find-callbacks.ts'
import { findCallback } from '../operations/status/find-callback.ts'

export type SearchAnswer =
  | { kind: 'one'; id: string; destination: string }
  | { kind: 'some'; found: Found }
  | { kind: 'none' }

export interface Search {
  text: string
  destinations: readonly string[]
}

const mostFound = 50

/** What somebody types is an id, a ContactRequest, a number or a call: the first that is known at any destination. */
export async function searchFor(
  config: StoreConfig,
  { text, destinations }: Search,
  clock: Clock,
): Promise<SearchAnswer> {
  for (const destination of destinations) {
    if (await isKnown(config, { id: text, destination }, clock)) {
      return { kind: 'one', id: text, destination }
    }
    for (const wanted of meanings(text)) {
      const found = await known(() =>
        findCallbacks(config, { wanted, destination, limit: mostFound }),
      )
      const [only, ...others] = found?.callbacks ?? []
      if (found === undefined || only === undefined) continue
      if (others.length > 0) return { kind: 'some', found }
      return { kind: 'one', id: only.id, destination: found.destination }
    }
  }
  return { kind: 'none' }
}

async function isKnown(
  config: StoreConfig,
  request: { id: string; destination: string },
  clock: Clock,
): Promise<boolean> {
  if (!idPattern.test(request.id)) return false
  return (await known(() => findCallback(config, request, clock))) !== undefined
}

function meanings(text: string): Wanted[] {
  const wanted: Wanted[] = []
  const number = text.replaceAll(/[\s().-]/g, '')
  if (isCallbackNumber(number)) wanted.push({ kind: 'number', callbackNumber: number })
  if (isRecordId(text)) wanted.push({ kind: 'record', recordId: text })
  if (callIdProblem(text) === undefined)
    wanted.push({ kind: 'call', callId: canonicalCallId(text) })
  return wanted
}

/** A destination that knows nothing of it, or keeps no index, is no reason not to ask the next. */
async function known<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (error) {
    const isUnknown =
      error instanceof RingbackError &&
      ['callback-not-found', 'number-key-unknown', 'unknown-destination'].includes(error.code)
    if (isUnknown) return undefined
    throw error
  }
}
