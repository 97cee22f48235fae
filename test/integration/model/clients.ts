import { parseIntent, type Intent } from '../../../src/shared/contract/intent.ts'
import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { pause } from '../../../src/shared/store/control/pause.ts'
import { resume } from '../../../src/shared/store/control/resume.ts'
import { cancel } from '../../../src/shared/store/ledger/cancel.ts'
import { reschedule } from '../../../src/shared/store/ledger/reschedule.ts'
import { sayWish } from '../../../src/shared/store/inbox/wish-answer.ts'
import { submit, submitRaw } from '../../../src/shared/store/inbox/submit.ts'
import { redrive } from '../../../src/shared/store/dead-letters/redrive.ts'
import { discard } from '../../../src/shared/store/dead-letters/discard.ts'
import { resolve } from '../../../src/shared/store/dead-letters/resolve.ts'
import { epochMsOf, isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { attack, hostileEntries, type EntryId } from './hostile.ts'
import { expectedLedger } from './ledger.ts'
import type { Booking } from './salesforce.ts'
import * as model from './state-table.ts'
import type { Submission } from './state-table.ts'
import type { Wish } from './wishes.ts'
import { createModelChecker, type ModelCheckerOptions } from './model-checker.ts'

/** Beyond every time that Redis gives by itself, so that whatever was accepted is due. */
export const startMs = Date.UTC(2100, 0, 1)
/** Nothing is forgotten or trimmed meanwhile. */
export const retentionMs = 100 * 365 * 86_400_000

/** Two callbacks are for one customer. */
export const numbers = { ann: '+18445791189', bob: '+18445791189', cid: '+18445791190' }
export type Id = keyof typeof numbers
export const ids = ['ann', 'bob', 'cid'] as const satisfies Id[]

export interface ClientOptions extends ModelCheckerOptions {
  bookings: Booking[]
  /** A little later than what happened before. */
  tick: () => number
}

/** Producers, attackers, and operators who look after dead letters. What they ask for is one script, run at once. */
export function createClients({ bookings, tick, ...options }: ClientOptions) {
  const { store, table, entries, visited } = options
  const { asked, compare, noteMove } = createModelChecker(options)

  /** What changes nothing about any callback. */
  async function told(script: () => Promise<unknown>): Promise<void> {
    await script()
    await compare()
  }

  async function ofDead(nth: number, ask: (id: string, nowMs: number) => Promise<void>) {
    const { deadLetters } = expectedLedger(table)
    const id = deadLetters[nth % Math.max(1, deadLetters.length)]
    if (id !== undefined) await ask(id, tick())
  }

  return {
    submit: async (id: Id, variant: number, isRaw: boolean): Promise<void> => {
      const intent = intentOf(id, variant)
      const submission = submissionOf(intent)
      const given = { intent, traceparent: undefined }
      if (!isRaw) {
        return asked(
          () => submit(store, given),
          (entry) => model.accept(table, submission, entry),
        )
      }
      const entry = await submitRaw(store, submission.content)
      entries.set(entry, submission)
      table.inbox.set(entry, submission)
    },
    /** Somebody who may XADD, and wants to take another callback's place. */
    attack: async (nth: number, victim: Id, entryId: EntryId): Promise<void> => {
      const hostile = hostileEntries[nth % hostileEntries.length]
      if (hostile === undefined) return
      const { name, fields, takesId, unsendable } = hostile
      const entry = await attack(store, { fields: fields(victim), entryId })
      visited(`attack ${name}`)
      visited(`attack by the id ${entryId}`)
      const id = takesId ? victim : `inbox-${entry}`
      const nobodys = { content: '', expiresAtMs: Infinity, callbackNumber: '' }
      table.inbox.set(entry, { id, ...nobodys, unsendable })
    },
    redrive: (nth: number) =>
      ofDead(nth, (id, nowMs) =>
        asked(
          () => redrive(store, { id, now: isoTimestamp(nowMs), retentionMs }),
          (entry) => model.redrive(table, id, entry),
        ),
      ),
    discard: (nth: number) =>
      ofDead(nth, (id, nowMs) =>
        asked(
          () => discard(store, { id, now: isoTimestamp(nowMs), retentionMs }),
          () => model.discard(table, id),
        ),
      ),
    cancel: (id: Id) => {
      const nowMs = tick()
      const who = { by: undefined, why: undefined, group: bridgeGroup }
      return asked(
        () => cancel(store, { id, now: isoTimestamp(nowMs), nowMs, retentionMs, ...who }),
        () => model.cancel(table, id),
      )
    },
    pause: (): Promise<void> => {
      model.pause(table)
      return told(() =>
        pause(store, { what: 'dispatch', by: undefined, why: undefined, forMs: undefined }),
      )
    },
    resume: (): Promise<void> => {
      model.resume(table)
      return told(() => resume(store, { what: ['dispatch'] }))
    },
    /** To a time that is so much ahead. */
    reschedule: async (id: Id, aheadMs: number) => {
      const atMs = tick() + aheadMs
      const when = { delayMs: undefined, notBefore: isoTimestamp(atMs) }
      await asked(
        () => reschedule(store, { id, ...when, by: undefined, why: undefined }),
        () => model.reschedule(table, id, atMs),
      )
      await noteMove(id)
    },
    /** Through the inbox: it may be cancelled, or sent at once. */
    wish: async (kind: Wish['kind'], id: Id): Promise<void> => {
      const json = JSON.stringify(kind === 'cancel' ? { id } : { id, now: true })
      const entry = await sayWish(store, { kind, json })
      const submission = { id, content: '', expiresAtMs: Infinity, callbackNumber: '' }
      table.inbox.set(entry, submission)
    },
    /** By somebody who has looked at what Salesforce has. */
    resolve: (nth: number) =>
      ofDead(nth, (id, nowMs) => {
        const recordId = bookings.find((booking) => booking.id === id)?.recordId
        const limits = { retentionMs, ownerTtlMs: retentionMs }
        return asked(
          () => resolve(store, { id, recordId, now: isoTimestamp(nowMs), nowMs, ...limits }),
          (entry) => model.resolve(table, { id, recordId, entry }),
        )
      }),
  }
}

/** Of one of them, one content may come too late. */
function intentOf(id: Id, variant: number): Intent {
  const isUrgent = id === 'cid' && variant === 0
  const parsed = parseIntent({
    id,
    callId: `call-${variant}`,
    callbackNumber: numbers[id],
    ...(isUrgent ? { expiresAt: isoTimestamp(startMs + 12_000) } : {}),
  })
  if (parsed.kind !== 'ok') throw new Error('the test made an invalid intent')
  return parsed.intent
}

function submissionOf(intent: Intent): Submission {
  const { id, expiresAt, callbackNumber } = intent
  const expiresAtMs = expiresAt === undefined ? Infinity : epochMsOf(expiresAt)
  return { id, content: JSON.stringify(intent), expiresAtMs, callbackNumber }
}
