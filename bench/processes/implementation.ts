import { setTimeout as sleep } from 'node:timers/promises'

import { Redis } from 'ioredis'

import { messageOf } from '../../src/shared/errors/errors.ts'
import { redisCpuMicros } from '../redis-info.ts'
import { sampleIntent } from '../sample-intent.ts'
import { ringback } from '../implementations/ringback.ts'
import { baseline } from '../implementations/baseline.ts'
import type { Implementation, Stoppable, BenchRun } from '../implementation.ts'
import type { Answer, Cost, ImplementationRequest } from './messages.ts'

// One implementation in a process of its own: does what it is asked and reports what that cost. The same code measures both.

const implementation: Implementation = process.argv[2] === 'baseline' ? baseline : ringback
let serving: { worker: Stoppable; redis: Redis } | undefined

process.on('message', (request: ImplementationRequest) => {
  answer(request).then(say, (error: unknown) => say({ kind: 'failed', message: messageOf(error) }))
})
// Not process.exit in the middle of something: a profile is written when the process ends by itself.
process.on('disconnect', () => process.exit())

function say(message: Answer): void {
  process.send?.(message)
}

async function answer(request: ImplementationRequest): Promise<Answer> {
  return { kind: 'measured', cost: await carryOut(request) }
}

function carryOut(request: ImplementationRequest): Promise<Cost> {
  switch (request.kind) {
    case 'submit':
      return submit(request)
    case 'settle-in':
      return measure(request.run, () => implementation.settleIn(request.run))
    case 'deliver':
      return deliver(request)
    case 'serve':
      return serve(request.run)
    case 'idle':
      return measure(request.run, () => sleep(request.ms))
    case 'stop':
      return stop()
  }
}

async function submit(request: Extract<ImplementationRequest, { kind: 'submit' }>): Promise<Cost> {
  const { run, way, first = 0, count, inFlight, delayMs } = request
  const submitter = implementation.submitters[way]?.(run)
  if (submitter === undefined) throw new Error(`unknown way to submit: ${way}`)
  // The first one connects and loads the scripts into Redis; it is not measured.
  await submitter.submit(sampleIntent(0, delayMs))
  let next = 1
  const lane = async () => {
    while (next < count) await submitter.submit(sampleIntent(first + next++, delayMs))
  }
  const cost = await measure(run, () => Promise.all(Array.from({ length: inFlight }, lane)))
  await submitter.close()
  return cost
}

/** From the worker's start until the last result is recorded. */
async function deliver({ run, count }: { run: BenchRun; count: number }): Promise<Cost> {
  let worker: Stoppable | undefined
  const cost = await measure(run, () => {
    const { promise, resolve } = deferred()
    let delivered = 0
    worker = implementation.startWorker(run, () => {
      delivered += 1
      if (delivered === count) resolve()
    })
    return promise
  })
  await worker?.stop()
  return cost
}

async function serve(run: BenchRun): Promise<Cost> {
  const redis = new Redis(run.redisUrl)
  serving = { worker: implementation.startWorker(run, () => undefined), redis }
  return await measure(run, () => Promise.resolve())
}

async function stop(): Promise<Cost> {
  const { worker, redis } = serving ?? {}
  serving = undefined
  await worker?.stop()
  redis?.disconnect()
  return { ms: 0, nodeCpuMicros: 0, redisCpuMicros: 0, ...memory() }
}

async function measure(
  { redisUrl, servers = [redisUrl] }: BenchRun,
  work: () => Promise<unknown>,
): Promise<Cost> {
  const each = servers.map((url) => new Redis(url))
  const redisBefore = await cpuOf(each)
  const nodeBefore = process.cpuUsage()
  const startedAt = performance.now()
  await work()
  const ms = performance.now() - startedAt
  const { user, system } = process.cpuUsage(nodeBefore)
  const redisCpu = (await cpuOf(each)) - redisBefore
  for (const redis of each) redis.disconnect()
  return {
    ms,
    nodeCpuMicros: user + system,
    redisCpuMicros: redisCpu,
    ...memory(),
  }
}

async function cpuOf(servers: readonly Redis[]): Promise<number> {
  const micros = await Promise.all(servers.map(redisCpuMicros))
  return micros.reduce((sum, each) => sum + each, 0)
}

/** `maxRSS` is in KiB. */
function memory(): Pick<Cost, 'peakBytes' | 'residentBytes'> {
  const { maxRSS } = process.resourceUsage()
  return { peakBytes: maxRSS * 1_024, residentBytes: process.memoryUsage.rss() }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => (resolve = settle))
  return { promise, resolve }
}
