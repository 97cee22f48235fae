import { settleInput, verifyInput } from '../../../support/end-inputs.ts'
import { describe, expect, it } from 'vitest'

import type { DestinationStore } from '../../../../src/shared/redis/destination-store.ts'
import { callbackKey, ownerKey } from '../../../../src/shared/redis/keys.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { settle, type SettleInput } from '../../../../src/shared/store/ledger/settle.ts'
import { resolve } from '../../../../src/shared/store/dead-letters/resolve.ts'
import { unownedRecords } from '../../../../src/shared/store/ledger/record-owners.ts'
import { verify, type VerifyInput } from '../../../../src/shared/store/ledger/verify.ts'
import {
  attemptingCallback,
  bookedCallback,
  callId,
  changed,
  deadCallback,
  id,
  intent,
  ledgerWith,
  retryingCallback,
  transit,
} from '../../../support/ledger.ts'

const now = '2026-02-26T15:42:30.000Z'
const since = '2026-02-26T15:41:00.000Z'
const recordId = '0TzLT00000000w60AA'
const record = '{"verification":{}}'
const inDoubt = { callback: { ...retryingCallback, uncertainSince: since } }
const uncertainDead = { callback: { ...deadCallback, reason: 'uncertain' }, deadLetters: [id] }

const frame = { now, nowMs: Date.parse(now), retentionMs: 60_000, ownerTtlMs: 60_000 }

function verifying(ending: Partial<VerifyInput>) {
  return (store: DestinationStore) =>
    verify(store, verifyInput({ record, recordId, ...frame, ...ending }))
}

const notBooked: Partial<VerifyInput> = {
  state: 'retrying',
  recordId: undefined,
  code: 'verified-not-booked',
  message: '…',
  nextAt: '2026-02-26T15:42:31.000Z',
  verdict: 'verified-not-booked',
  possibleDuplicate: true,
}

function heldFor(reason: string): Partial<VerifyInput> {
  return { state: 'dead', recordId: undefined, reason, code: 'several', message: '…' }
}

describe('an attempt in doubt', () => {
  it('is asked about before anything is sent', async () => {
    const { store } = await ledgerWith(inDoubt)
    const begun = await begin(store, {
      id,
      generation: 1,
      claim: 'c',
      now,
      nowWithTolerance: now,
    })
    expect(begun).toMatchObject({
      kind: 'unverified',
      attempt: 1,
      since,
      searches: 0,
      intent,
      record: retryingCallback['attempt:1'],
    })
  })

  it('is asked about also when it is too late to send another', async () => {
    const { store } = await ledgerWith({
      callback: { ...inDoubt.callback, expiresAt: since },
    })
    const begun = await begin(store, {
      id,
      generation: 1,
      claim: 'c',
      now,
      nowWithTolerance: now,
    })
    expect(begun.kind).toBe('unverified')
  })

  it('that was booked ends the callback as verified, and the ContactRequest is its own', async () => {
    const verdict = verifying({ verdict: 'verified-booked' })
    const { reply, after, again } = await transit(inDoubt, verdict)
    expect(reply).toBe('settled')
    const gone = { nextAttemptAt: undefined, code: undefined, message: undefined }
    expect(after).toEqual(
      changed(inDoubt, {
        callback: {
          state: 'booked',
          recordId,
          verified: '1',
          updatedAt: now,
          'attempt:1': record,
          ...gone,
          uncertainSince: undefined,
        },
        results: [{ id, callId, state: 'booked', attempts: '1', at: now, recordId, verified: '1' }],
        stats: { booked: '1', 'uncertain:verified-booked': '1' },
        owners: { [recordId]: id },
        expires: true,
      }),
    )
    expect(again).toEqual({ reply: 'already', after })
  })

  it('that was not found waits for the next one, marked', async () => {
    const { reply, after, again } = await transit(inDoubt, verifying(notBooked))
    expect(reply).toBe('settled')
    expect(after).toEqual(
      changed(inDoubt, {
        callback: {
          code: 'verified-not-booked',
          message: '…',
          nextAttemptAt: notBooked.nextAt,
          updatedAt: now,
          'attempt:1': record,
          uncertainSince: undefined,
          possibleDuplicate: '1',
        },
        stats: { 'possible-duplicates': '1', 'uncertain:verified-not-booked': '1' },
      }),
    )
    expect(again).toEqual({ reply: 'already', after })
  })

  it('that cannot be verified now stays in doubt, and its questions are counted', async () => {
    const asking = verifying({
      ...notBooked,
      state: 'asking',
      verdict: undefined,
      possibleDuplicate: false,
    })
    const { after, again } = await transit(inDoubt, asking)
    expect(after.callback).toMatchObject({
      state: 'retrying',
      uncertainSince: since,
      searches: '1',
    })
    expect(after.callback).toMatchObject({
      code: notBooked.code,
      message: notBooked.message,
      nextAttemptAt: notBooked.nextAt,
      updatedAt: now,
    })
    expect(after.callback['attempt:1']).toBe(retryingCallback['attempt:1'])
    expect(again.after.callback['searches']).toBe('2')
    expect(again.after).toMatchObject({ stats: {}, owners: {}, results: [] })
    const { store } = await ledgerWith({ callback: again.after.callback })
    const later = { now: '2026-02-26T15:43:00.000Z', nowWithTolerance: '2026-02-26T15:43:01.000Z' }
    const begun = await begin(store, { id, generation: 1, claim: 'c', ...later })
    expect(begun).toMatchObject({ kind: 'unverified', searches: 2 })
  })

  it.each([
    ['found booked', { verdict: 'verified-booked' }],
    ['held', { ...heldFor('uncertain'), verdict: 'held' }],
    ['found not booked and given up', { ...heldFor('exhausted'), verdict: 'verified-not-booked' }],
  ] satisfies [string, Partial<VerifyInput>][])(
    'keeps nothing of the doubt once it was %s',
    async (_, ending) => {
      const doubt = { firstUncertainAt: since, searches: '3', uncertainSince: since }
      const before = { callback: { ...retryingCallback, ...doubt } }
      const { after } = await transit(before, verifying(ending))
      for (const field of [...Object.keys(doubt), 'claim', 'nextAttemptAt']) {
        expect(after.callback, field).not.toHaveProperty(field)
      }
      expect(after.stats).toMatchObject({ [`uncertain:${ending.verdict}`]: '1' })
    },
  )

  it('asks anew, and from the first doubt on, after it was not found', async () => {
    const doubt = { firstUncertainAt: since, searches: '3', uncertainSince: since }
    const { after } = await transit(
      { callback: { ...retryingCallback, ...doubt } },
      verifying(notBooked),
    )
    expect(after.callback).toMatchObject({ firstUncertainAt: since })
    expect(after.callback).not.toHaveProperty('searches')
    expect(after.callback).not.toHaveProperty('uncertainSince')
  })

  it('that nobody can clear up becomes a dead letter', async () => {
    const held: Partial<VerifyInput> = {
      ...notBooked,
      verdict: 'held',
      possibleDuplicate: false,
      state: 'dead',
      reason: 'uncertain',
    }
    const { after } = await transit(inDoubt, verifying(held))
    expect(after.callback).toMatchObject({ state: 'dead', reason: 'uncertain' })
    expect(after.callback).not.toHaveProperty('uncertainSince')
    expect(after.callback).not.toHaveProperty('possibleDuplicate')
    expect(after.deadLetters).toEqual([id])
    expect(after.results).toMatchObject([{ state: 'dead', reason: 'uncertain' }])
  })

  it('that was not found is marked also when its attempts are spent: a redrive would send it again', async () => {
    const spent = { ...notBooked, state: 'dead', reason: 'exhausted' } as const
    const { after } = await transit(inDoubt, verifying(spent))
    expect(after.callback).toMatchObject({ state: 'dead', possibleDuplicate: '1' })
    expect(after.results).toMatchObject([{ reason: 'exhausted', possibleDuplicate: '1' }])
  })

  it('is asked about since the first attempt that was in doubt, whatever was concluded of it', async () => {
    const { store } = await ledgerWith(inDoubt)
    const { redis, ref } = store
    const uncertain = (attempt: number, uncertainSince: string) =>
      settle(
        store,
        settleInput({
          ...frame,
          attempt,
          record,
          state: 'retrying',
          code: 'reset',
          message: '…',
          nextAttemptAt: since,
          uncertainSince,
          followed: 'verifying',
        }),
      )
    const beginNext = (claim: string) =>
      begin(store, { id, generation: 1, claim, now, nowWithTolerance: now })
    const key = callbackKey(ref, id)
    await redis.hset(key, { state: 'attempting', 'attempt:1': '{}' })
    await redis.hdel(key, 'uncertainSince')

    expect(await uncertain(1, '2026-02-26T15:41:10.000Z')).toBe('settled')
    expect(await verifying({ ...notBooked, nextAt: since })(store)).toBe('settled')
    expect(await beginNext('second')).toMatchObject({ kind: 'begun', attempt: 2 })
    expect(await uncertain(2, '2026-02-26T15:42:10.000Z')).toBe('settled')

    expect(await beginNext('question')).toMatchObject({
      kind: 'unverified',
      attempt: 2,
      since: '2026-02-26T15:41:10.000Z',
    })
    expect(await verifying({ attempt: 2 })(store)).toBe('settled')
    expect(await redis.hkeys(key)).not.toContain('firstUncertainAt')
  })

  it('is not booked by a ContactRequest that is known to be another callback’s', async () => {
    const before = { ...inDoubt, owners: { [recordId]: 'another' } }
    const { reply, after } = await transit(before, verifying({}))
    expect(reply).toBe('taken')
    expect(after).toEqual(changed(before, {}))
  })

  it.each([
    ['booked by its own late answer', bookedCallback],
    ['attempting again', { ...attemptingCallback, attempts: '2' }],
    ['waiting, and no more in doubt', retryingCallback],
    ['in doubt about a later attempt', { ...inDoubt.callback, attempts: '2' }],
  ])('takes no verdict when it is %s meanwhile', async (_, callback) => {
    const { reply, after } = await transit({ callback }, verifying(notBooked))
    expect(reply).toBe('stale')
    expect(after).toEqual(changed({ callback, expires: false }, {}))
  })
})

describe('ContactRequests', () => {
  it('are known by both forms of their id', async () => {
    const { store } = await ledgerWith()
    await store.redis.set(ownerKey(store.ref, '0TzLT00000000w5'), id)
    const known = ['0TzLT00000000w50AA', recordId]
    expect(await unownedRecords(store, known)).toEqual([recordId])
    expect(await unownedRecords(store, [])).toEqual([])
  })

  const answered = (more: Partial<SettleInput>) => (store: DestinationStore) =>
    settle(store, settleInput({ record, recordId, ...frame, ...more }))

  it('that an answer names go to the callback it answers, and who was concluded to be booked by them is in doubt again', async () => {
    const { store } = await ledgerWith({ callback: attemptingCallback })
    const { redis, ref } = store
    const other = { ...inDoubt.callback, intent: '{"attributes":{"queue":"billing"}}' }
    await redis.hset(callbackKey(ref, 'other'), other)
    expect(await verifying({ id: 'other' })(store)).toBe('settled')

    const reply = await answered({ recordId: recordId.slice(0, 15) })(store)

    expect(reply).toBe('settled')
    expect(await redis.get(ownerKey(ref, recordId))).toBe(id)
    const key = callbackKey(ref, 'other')
    expect(await redis.hgetall(key)).toMatchObject({
      state: 'dead',
      reason: 'uncertain',
      code: 'record-of-another',
    })
    expect(await redis.hexists(key, 'recordId')).toBe(0)
    expect(await redis.pttl(key)).toBe(-1)
    expect(await redis.zscore(`{${ref.namespace}:default}:dead-letters`, 'other')).not.toBeNull()
    const results = await redis.xrange(`{${ref.namespace}:default}:results`, '-', '+')
    const [, told] = results.map(([, values]) => values.join(' '))
    expect(told).toContain('id other state dead')
    expect(told).toContain('attributes {"queue":"billing"}')
  })

  it.each([
    ['settled', attemptingCallback],
    ['late-booking', deadCallback],
    ['double-booking', { ...bookedCallback, attempts: '2' }],
  ])('go to the callback they answer, however late that is: %s', async (how, callback) => {
    const { store } = await ledgerWith({ callback })
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'other'), { ...bookedCallback, recordId, verified: '1' })
    await redis.set(ownerKey(ref, recordId), 'other')
    expect(await answered({ record: '{"late":1}' })(store)).toBe(how)
    expect(await redis.get(ownerKey(ref, recordId))).toBe(id)
    const { state, code, updatedAt } = await redis.hgetall(callbackKey(ref, 'other'))
    expect({ state, code, updatedAt }).toEqual({
      state: 'dead',
      code: 'record-of-another',
      updatedAt: now,
    })
  })

  it('that an answer names leave one booked by the only other that its own answer named', async () => {
    const { store } = await ledgerWith({ callback: attemptingCallback })
    const { redis, ref } = store
    const key = callbackKey(ref, 'other')
    const two = { recordId, verified: '1', otherRecordIds: 'r1 ' }
    await redis.hset(key, { ...bookedCallback, ...two })
    await redis.set(ownerKey(ref, recordId), 'other')
    expect(await answered({})(store)).toBe('settled')
    const left = { ...bookedCallback, recordId: 'r1', updatedAt: now }
    expect(await redis.hgetall(key)).toEqual(left)
  })

  it.each([
    ['an answer has proved booked', { ...bookedCallback, recordId }],
    ['a search has found booked by another', { ...bookedCallback, recordId: 'r9', verified: '1' }],
    ['is dead since', { ...deadCallback, recordId, verified: '1' }],
  ])('that an answer names are not taken from one that %s', async (_, other) => {
    const { store } = await ledgerWith({ callback: attemptingCallback })
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'other'), other)
    await redis.set(ownerKey(ref, recordId), 'other')
    expect(await answered({})(store)).toBe('settled')
    expect(await redis.hgetall(callbackKey(ref, 'other'))).toEqual(other)
    expect(await redis.get(ownerKey(ref, recordId))).toBe(id)
  })

  it('that an answer names leave booked whom answers of its own have proved booked', async () => {
    const { store } = await ledgerWith({ callback: attemptingCallback })
    const { redis, ref } = store
    const key = callbackKey(ref, 'other')
    await redis.hset(key, inDoubt.callback)
    await verifying({ id: 'other' })(store)
    for (const [recordId, record] of [
      ['r1', '{"n":1}'],
      ['r2', '{"n":2}'],
    ] as const) {
      const late = await answered({ id: 'other', recordId, record })(store)
      expect(late).toBe('double-booking')
    }

    expect(await answered({})(store)).toBe('settled')

    const { state, recordId: own, otherRecordIds, verified } = await redis.hgetall(key)
    expect({ state, own, otherRecordIds, verified }).toEqual({
      state: 'booked',
      own: 'r1',
      otherRecordIds: 'r2 ',
      verified: undefined,
    })
    expect(await redis.get(ownerKey(ref, recordId))).toBe(id)
    expect(await redis.exists(`{${ref.namespace}:default}:dead-letters`)).toBe(0)
  })
})

describe('a dead letter that may be booked', () => {
  const resolving = (found: string | undefined) => (store: DestinationStore) =>
    resolve(store, { id, recordId: found, ...frame })

  it('that somebody found booked ends so, with its result', async () => {
    const { reply, after, again } = await transit(uncertainDead, resolving(recordId))
    expect(reply).toBe('booked')
    expect(after.callback).toMatchObject({ state: 'booked', recordId, resolvedAt: now })
    expect(after).toMatchObject({ deadLetters: [], expires: true })
    expect(after.results).toMatchObject([{ state: 'booked', recordId }])
    expect(again).toEqual({ reply: 'not-uncertain', after })
  })

  it('that somebody discarded is not discarded any more, and publishes what was sent with it', async () => {
    const intent = '{"attributes":{"queue":"billing"}}'
    const callback = { ...uncertainDead.callback, intent, discardedAt: since }
    const { after } = await transit({ callback, expires: true }, resolving(recordId))
    expect(after.callback).not.toHaveProperty('discardedAt')
    expect(after.callback).not.toHaveProperty('verified')
    expect(after.results).toMatchObject([{ attributes: '{"queue":"billing"}' }])
    expect(after.stats).toEqual({ booked: '1', 'uncertain:resolved-booked': '1' })
  })

  it('that this version cannot read is booked all the same, when somebody found it so', async () => {
    const callback = { ...uncertainDead.callback, intent: 'no JSON' }
    const { reply, after } = await transit({ callback }, resolving(recordId))
    expect(reply).toBe('booked')
    expect(after.results).toEqual([{ id, state: 'booked', attempts: '1', at: now, recordId }])
  })

  it('is booked by the ContactRequest that is known as its own already', async () => {
    const before = { ...uncertainDead, owners: { [recordId]: id } }
    expect((await transit(before, resolving(recordId))).reply).toBe('booked')
  })

  it('that somebody found not booked goes through the inbox again, unmarked', async () => {
    const { reply, after, again } = await transit(uncertainDead, resolving(undefined))
    expect(reply).toBe('redriven')
    expect(after.callback).toMatchObject({ state: 'accepted', generation: '2', redrivenAt: now })
    expect(after.callback).not.toHaveProperty('possibleDuplicate')
    expect(Object.values(after.inbox)).toEqual([intent])
    expect(after.deadLetters).toEqual([])
    expect(after.stats).toEqual({ 'uncertain:resolved-not-booked': '1' })
    expect(again).toEqual({ reply: 'not-uncertain', after })
  })

  it('is marked when it is redriven without an answer', async () => {
    const { after } = await transit(uncertainDead, (store) =>
      redrive(store, { id, now, retentionMs: 60_000 }),
    )
    expect(after.callback).toMatchObject({ state: 'accepted', possibleDuplicate: '1' })
    expect(after.stats).toEqual({ 'possible-duplicates': '1' })
  })

  it('is counted as marked once, however often it is redriven', async () => {
    const callback = { ...uncertainDead.callback, possibleDuplicate: '1' }
    const { after } = await transit({ callback }, (store) =>
      redrive(store, { id, now, retentionMs: 60_000 }),
    )
    expect(after.stats).toEqual({})
  })

  it('is not booked by a ContactRequest of another callback', async () => {
    const before = { ...uncertainDead, owners: { [recordId]: 'another' } }
    const { reply, after } = await transit(before, resolving(recordId))
    expect(reply).toBe('taken')
    expect(after).toEqual(changed(before, {}))
  })

  it.each([
    ['that died of something else', { callback: deadCallback, deadLetters: [id] }],
    ['that is not dead', { callback: retryingCallback }],
    ['that is not dead any more', { callback: { ...retryingCallback, reason: 'uncertain' } }],
  ])('is nothing %s', async (_, before) => {
    const { reply, after } = await transit(before, resolving(recordId))
    expect(reply).toBe('not-uncertain')
    expect(after).toEqual(changed(before, {}))
  })

  it('is nothing that nobody knows', async () => {
    expect((await transit({}, resolving(undefined))).reply).toBe('missing')
  })
})
