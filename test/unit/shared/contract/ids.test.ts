import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import {
  deriveId,
  entryDeadLetterId,
  callbackOf,
  idPattern,
  isIntentId,
  jobIdOf,
} from '../../../../src/shared/contract/ids.ts'

const anyId = fc.stringMatching(/^[A-Za-z0-9._-]{1,128}$/)

describe('deriveId', () => {
  const parts = fc.record({
    callId: fc.string(),
    callbackNumber: fc.string(),
    scheduledRoutingDateTime: fc.option(fc.string(), { nil: undefined }),
  })

  it('always gives a usable id, the same for the same three parts', () => {
    fc.assert(
      fc.property(parts, (given) => {
        expect(deriveId(given)).toMatch(/^auto-[A-Za-z0-9_-]{22}$/)
        expect(deriveId({ ...given })).toBe(deriveId(given))
      }),
    )
  })

  it('tells any two different sets of parts apart, wherever one part ends and the next begins', () => {
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        fc.pre(JSON.stringify(Object.values(one)) !== JSON.stringify(Object.values(other)))
        expect(deriveId(one)).not.toBe(deriveId(other))
      }),
    )
    expect(deriveId({ callId: 'ab', callbackNumber: 'c' })).not.toBe(
      deriveId({ callId: 'a', callbackNumber: 'bc' }),
    )
  })

  it('gives today what it gave to callbacks that are in the ledger already', () => {
    const parts = { callId: '89328b83-ff42-4c85-a2af-e948124365de', callbackNumber: '+18445791189' }
    expect(deriveId(parts)).toBe('auto-W7aYv4Jixf1XDMl_p1bqvO')
  })
})

it('derives another id for another wished time', () => {
  const call = { callId: 'v', callbackNumber: '+18445791189' }
  const ids = [undefined, '2026-02-26T15:40:52Z', '2026-02-26T15:40:53Z'].map((time) =>
    deriveId({ ...call, scheduledRoutingDateTime: time }),
  )
  expect(new Set(ids).size).toBe(3)
})

it.each(['inbox-1-0', 'inbox-1772120452000-17', 'a b', '', 'x'.repeat(129)])(
  'lets no producer choose the id %j',
  (id) => {
    expect(isIntentId(id)).toBe(false)
  },
)

it.each(['inbox-1-0x', 'my-inbox-1-0', 'inbox-1', 'inbox-x-0', 'inbox--0', 'x'.repeat(128)])(
  'lets a producer choose the id %j',
  (id) => {
    expect(isIntentId(id)).toBe(true)
  },
)

describe('jobIdOf', () => {
  it('is never an integer or a word that BullMQ keeps for itself, and never has a colon', () => {
    fc.assert(
      fc.property(anyId, fc.integer({ min: 1, max: 9 }), (id, generation) => {
        expect(jobIdOf(id, generation)).toMatch(/^cb-[0-9]+-[A-Za-z0-9._-]+$/)
      }),
    )
  })

  it('differs wherever id or generation differ', () => {
    const job = fc.tuple(anyId, fc.integer({ min: 1, max: 99 }))
    fc.assert(
      fc.property(job, job, ([id, generation], [otherId, otherGeneration]) => {
        fc.pre(id !== otherId || generation !== otherGeneration)
        expect(jobIdOf(id, generation)).not.toBe(jobIdOf(otherId, otherGeneration))
      }),
    )
  })
})

it('reads callback and generation back from a job’s id, whatever the callback’s id looks like', () => {
  const anyId = fc.stringMatching(/^[A-Za-z0-9._-]{1,128}$/)
  fc.assert(
    fc.property(anyId, fc.integer({ min: 1, max: 1_000_000 }), (id, generation) => {
      expect(callbackOf(jobIdOf(id, generation))).toEqual({ id, generation })
    }),
  )
})

it.each([undefined, '', 'cb', 'cb-1', 'cb-x-1', '17', 'xcb-1-a', 'cb-1-a\nb'])(
  'takes the job %j, which is not ours, for one of a callback that nobody knows',
  (jobId) => {
    expect(callbackOf(jobId)).toEqual({ id: '', generation: 0 })
  },
)

it('gives an entry without an id one that no callback can have', () => {
  const id = entryDeadLetterId('1772120452000-0')
  expect(id).toBe('inbox-1772120452000-0')
  expect(id).toMatch(idPattern)
  expect(isIntentId(id)).toBe(false)
})
