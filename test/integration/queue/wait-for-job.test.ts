import type { Worker } from 'bullmq'
import { describe, expect, it } from 'vitest'

import { queueName, queuePrefix } from '../../../src/shared/redis/keys.ts'
import { backendThatWaits, drainDelayS, type Lay } from '../../../src/queue/wait-for-job.ts'
import { ownStore } from '../../support/own-store.ts'

const sign = { member: '0', score: 0 }

/** Redis gives these signs, one after the other, and then none. */
function backendWith(signs: readonly (typeof sign | undefined)[], lay: Lay) {
  const { redis, ref } = ownStore()
  const left = [...signs]
  let waits = 0
  const jobs = {
    wait: () => {
      waits += 1
      return Promise.resolve(left.shift())
    },
    leave: () => undefined,
  }
  const context = { openJobs: () => jobs, lay: () => Promise.resolve(lay) }
  const options = { connection: redis, prefix: queuePrefix(ref) } satisfies Partial<Worker['opts']>
  const backend = backendThatWaits(context)(queueName, options)
  return { backend, waits: () => waits }
}

const nothing = { hasActive: false, hasJobs: false }

describe('a queue on which nothing lies', () => {
  it('is waited for until there is a sign of a job, and Redis is asked for none before', async () => {
    const { backend, waits } = backendWith([undefined, undefined, sign], nothing)
    expect(await backend.waitForJob(drainDelayS)).toEqual(sign)
    expect(waits()).toBe(3)
  })

  it('is waited for no longer than until a job is due that is known of', async () => {
    const { backend, waits } = backendWith([undefined, sign], nothing)
    expect(await backend.waitForJob(drainDelayS - 1)).toBeNull()
    expect(waits()).toBe(1)
  })

  it('is left at once by one that stops', async () => {
    const { backend } = backendWith([], nothing)
    await backend.disconnectBlocking()
    expect(await backend.waitForJob(drainDelayS)).toBeNull()
  })

  it('is not searched for stalled jobs', async () => {
    const { backend } = backendWith([], nothing)
    expect(await backend.moveStalledJobsToWait()).toEqual([])
  })
})

it('looks for a job whose sign was lost', async () => {
  const { backend, waits } = backendWith([undefined, sign], { ...nothing, hasJobs: true })
  expect(await backend.waitForJob(drainDelayS)).toBeNull()
  expect(waits()).toBe(1)
})
