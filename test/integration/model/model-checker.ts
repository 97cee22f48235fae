import { expect } from 'vitest'

import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { epochMsOf } from '../../../src/shared/time/timestamp.ts'
import type { CallbackJob } from '../../../src/shared/contract/ids.ts'
import { countRetrying, expectedLedger, letterReasons, readLedger } from './ledger.ts'
import * as model from './state-table.ts'
import type { BeginResult, Found, Outcome, StateTable, Submission } from './state-table.ts'
import { fulfil, type Wish } from './wishes.ts'
import type { Call, Sent } from './steps.ts'

/** What one run of a job knows. */
export interface Run {
  name: string
  job: CallbackJob
  /** Of the control record, when it was admitted; undefined where its pass was for one attempt. */
  knownVersion: number | undefined
  /** What the breaker was open for, where it was let through as its probe. */
  probeOf: string | undefined
  beginning?: BeginResult
  outcome: Outcome
  found: Found
  /** What it has recorded of its attempt. */
  said: Set<string>
}

export interface ModelCheckerOptions {
  store: DestinationStore
  table: StateTable
  /** All that ever existed: a bridge may hold one that is long gone. */
  entries: Map<string, Submission>
  /** Called with every script and its answer. */
  visited: (what: string) => void
}

/** Applies every script to the table, and checks that Redis holds what the table says. */
export function createModelChecker({ store, table, entries, visited }: ModelCheckerOptions) {
  const { redis, ref } = store
  async function compare(): Promise<void> {
    const expected = expectedLedger(table)
    const ids = [...table.callbacks.keys()]
    expect(await readLedger(store, ids)).toEqual(expected)
    const { counted, real } = await countRetrying(store, ids)
    expect(counted, 'waiting for another attempt').toEqual(real)
    const reasons = await letterReasons(store, ids)
    expect(reasons.indexed, 'dead letters by reason').toEqual(reasons.real)
  }

  function check(script: string, { reply }: Sent, expected: string | undefined): void {
    const [kind, number, , , nth] = Array.isArray(reply) ? (reply as unknown[]) : [reply]
    const isNumbered = typeof number === 'number' && number > 0
    visited(`${script} ${script === 'bury' ? whereBuried(String(kind)) : String(kind)}`)
    const isNth = script === 'open' && kind === 'schedule'
    const suffix = isNth ? ` as ${String(nth)}` : ''
    const said = isNumbered ? `${String(kind)} ${number}${suffix}` : String(kind)
    if (expected !== undefined) expect(`${script}: ${said}`).toBe(`${script}: ${expected}`)
  }

  async function afterWish(kind: Wish['kind'], sent: Sent, entry: string): Promise<void> {
    const key = sent.keys['callback'] ?? ''
    const id = key.slice(callbackKey(ref, '').length)
    const [, due] = Array.isArray(sent.reply) ? (sent.reply as unknown[]) : []
    const dueAtMs = kind === 'reschedule' ? epochMsOf(String(due)) : 0
    const acceptedAt = await redis.hget(key, 'acceptedAt')
    const expected = fulfil(table, { kind, entry, id }, { acceptedAt, dueAtMs })
    if (expected === 'moved') await noteMove(id)
    check(kind, sent, expected)
  }

  /** When: by Redis' clock. */
  async function noteMove(id: string): Promise<void> {
    const callback = table.callbacks.get(id)
    const at = await redis.hget(callbackKey(ref, id), 'rescheduledAt')
    if (callback !== undefined) callback.movedAt = at ?? undefined
  }

  async function afterEntry(script: string, sent: Sent): Promise<void> {
    const { keys, args } = sent
    const { entry_id: entry = '' } = args
    if (script === 'cancel' || script === 'reschedule') {
      await afterWish(script, sent, entry)
      return
    }
    if (script === 'open') {
      const submission = entries.get(entry) ?? unexpected(entry)
      check(script, sent, model.open(table, submission, entry))
      return
    }
    const id = keys['callback']?.slice(callbackKey(ref, '').length) ?? ''
    if (script === 'confirm') {
      model.confirm(table, { id, entry, nth: Number(args['nth_of_number'] ?? 1) })
    } else if (script === 'bury') model.buryEntry(table, entry)
    else unexpected(script)
    check(script, sent, undefined)
  }

  return {
    compare,
    noteMove,
    afterBridgeCall: async ({ script, page }: Call): Promise<void> => {
      // It reads only. Nobody pauses the intake here, or puts anything at the door: their own tests say what comes of it.
      if (script === 'look') return
      for (const sent of page) await afterEntry(script, sent)
      if (page.length > 1) visited(`${script} of several`)
      await compare()
    },
    /** It reads, or takes off the schedule: no callback is another one by that. */
    afterEnqueuerCall: async ({ script }: Call): Promise<void> => {
      visited(script)
      await compare()
    },
    afterWorkerCall: async (run: Run, { script, page: [sent] }: Call): Promise<void> => {
      const { job, name: claim, knownVersion } = run
      if (script === 'begin') {
        const atMs = epochMsOf(sent.args['now'] ?? '')
        const begun = model.begin(table, { ...job, claim, knownVersion, atMs })
        run.beginning = begun
        check(script, sent, 'attempt' in begun ? `${begun.kind} ${begun.attempt}` : begun.kind)
        return compare()
      }
      if (script === 'release') {
        model.release(table, claim)
        return compare()
      }
      const word = Object.values(sent.args).join(' ')
      // Recording the same again changes nothing.
      const wasProbe = table.breaker?.probe?.by === claim
      if (!run.said.has(word)) write(script, sent, run)
      if (wasProbe && script === 'settle')
        visited(`a probe ${table.breaker?.isOpen === true ? 'fails' : 'is heard'}`)
      run.said.add(word)
      check(script, sent, undefined)
      await compare()
    },
    /** What a client asks for is one script, run at once. */
    asked: async (
      script: () => Promise<unknown>,
      row: (entry: string) => string,
    ): Promise<void> => {
      const reply = await script()
      const [newest] = await redis.xrevrange(inboxKey(ref), '+', '-', 'COUNT', 1)
      const expected = row(newest?.[0] ?? '')
      for (const [entry, submission] of table.inbox) entries.set(entry, submission)
      const isNamed = typeof reply === 'object' && reply !== null && 'kind' in reply
      visited(`asked ${expected}`)
      expect(isNamed ? reply.kind : reply).toBe(expected)
      await compare()
    },
  }

  function write(script: string, { args }: Sent, run: Run): void {
    const { job, beginning, outcome, found, probeOf } = run
    if (beginning?.kind === 'expired') return model.expire(table, job)
    if (beginning === undefined || !('attempt' in beginning)) return unexpected(script)
    const { attempt, kind } = beginning
    const word = { id: job.id, attempt, atMs: Number(args['now_ms']), probeOf }
    if (script === 'verify') return model.verify(table, word, found)
    const isLost = kind === 'unsettled'
    model.settle(table, word, isLost ? { kind: 'uncertain', isLost } : outcome)
  }
}

function whereBuried(id: string): string {
  if (id === '') return 'nothing'
  return id.startsWith('inbox-') ? 'apart' : 'own'
}

function unexpected(what: string): never {
  throw new Error(`the table does not know ${what}`)
}
