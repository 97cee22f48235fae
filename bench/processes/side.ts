import { Redis } from 'ioredis'

import { messageOf } from '../../src/shared/errors/errors.ts'
import { redisCpuMicros } from '../redis-info.ts'
import { sampleIntent } from '../sample-intent.ts'
import { ringback } from '../sides/ringback.ts'
import { rival } from '../sides/rival.ts'
import type { Side, Stoppable, Trial } from '../trial.ts'
import type { Answer, Cost, SideRequest } from './messages.ts'

// One side in a process of its own: does what it is asked and says what that took. The same code measures both sides.

const side: Side = process.argv[2] === 'rival' ? rival : ringback
let serving: { worker: Stoppable; redis: Redis } | undefined

process.on('message', (request: SideRequest) => {
  answer(request).then(say, (error: unknown) => say({ kind: 'failed', message: messageOf(error) }))
})
// Not process.exit in the middle of something: a profile is written when the process ends by itself.
process.on('disconnect', () => process.exit())

function say(message: Answer): void {
  process.send?.(message)
}

async function answer(request: SideRequest): Promise<Answer> {
  return { kind: 'measured', cost: await carryOut(request) }
}

function carryOut(request: SideRequest): Promise<Cost> {
  switch (request.kind) {
    case 'submit':
      return submit(request)
    case 'settle-in':
      return measure(request.trial, () => side.settleIn(request.trial))
    case 'deliver':
      return deliver(request)
    case 'serve':
      return serve(request.trial)
    case 'stop':
      return stop()
  }
}

async function submit(request: Extract<SideRequest, { kind: 'submit' }>): Promise<Cost> {
  const { trial, way, count, inFlight, delayMs } = request
  const submitter = side.submitters[way]?.(trial)
  if (submitter === undefined) throw new Error(`no way in is called ${way}`)
  // The first one connects and lets Redis know the scripts; it is not measured.
  await submitter.submit(sampleIntent(0, delayMs))
  let next = 1
  const lane = async () => {
    while (next < count) await submitter.submit(sampleIntent(next++, delayMs))
  }
  const cost = await measure(trial, () => Promise.all(Array.from({ length: inFlight }, lane)))
  await submitter.close()
  return cost
}

/** From the worker's start until the last result is recorded. */
async function deliver({ trial, count }: { trial: Trial; count: number }): Promise<Cost> {
  let worker: Stoppable | undefined
  const cost = await measure(trial, () => {
    const { promise, resolve } = deferred()
    let delivered = 0
    worker = side.startWorker(trial, () => {
      delivered += 1
      if (delivered === count) resolve()
    })
    return promise
  })
  await worker?.stop()
  return cost
}

async function serve(trial: Trial): Promise<Cost> {
  const redis = new Redis(trial.redisUrl)
  serving = { worker: side.startWorker(trial, () => undefined), redis }
  return await measure(trial, () => Promise.resolve())
}

async function stop(): Promise<Cost> {
  const { worker, redis } = serving ?? {}
  serving = undefined
  await worker?.stop()
  redis?.disconnect()
  return { ms: 0, nodeCpuMicros: 0, redisCpuMicros: 0, peakBytes: peakBytes() }
}

async function measure({ redisUrl }: Trial, work: () => Promise<unknown>): Promise<Cost> {
  const redis = new Redis(redisUrl)
  const redisBefore = await redisCpuMicros(redis)
  const nodeBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(nodeBefore)
  const redisCpu = (await redisCpuMicros(redis)) - redisBefore
  redis.disconnect()
  return {
    ms,
    nodeCpuMicros: user + system,
    redisCpuMicros: redisCpu,
    peakBytes: peakBytes(),
  }
}

/** `maxRSS` is in KiB. */
function peakBytes(): number {
  return process.resourceUsage().maxRSS * 1_024
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}
