import { readFileSync } from 'node:fs'

import { z } from 'zod'

import { createProducer, type Producer } from '../../producer/index.ts'
import { messageOf, RingbackError } from '../../shared/errors/errors.ts'
import { submitRaw } from '../../shared/store/inbox/submit.ts'
import type { CallbackStatus } from '../../shared/store/ledger/callback-record.ts'
import { connectFailingFast } from '../../shared/redis/connection.ts'
import { openStore } from '../../shared/redis/destination-store.ts'
import type { Clock } from '../../shared/time/clock.ts'
import type { EndTracker } from './end-tracker.ts'
import type { PrintLine } from './narrate.ts'

/** Longer than the longest delay among the samples and its attempts; past it something is wrong, and the demo says so. */
const patienceMs = 60_000

export interface SampleRun {
  redisUrl: string
  namespace: string
  clock: Clock
  stopped: AbortSignal
  ended: EndTracker
  say: PrintLine
}

interface Sample {
  id: string
  line: string
}

/** What had become of each sample when all were over, and the ids of those that nobody took in. */
export interface SampleResults {
  callbacks: CallbackStatus[]
  missing: string[]
}

/** Sends every sample the way a vendor would. */
export async function runSamples(stage: SampleRun): Promise<SampleResults> {
  const { redisUrl, namespace, clock, say } = stage
  const samples = readSamples()
  say(`Sending the ${samples.length} callbacks of examples/callbacks.jsonl`)
  say('')
  const producer = createProducer({ redisUrl, namespace, clock })
  try {
    for (const sample of samples) await send(sample, producer, stage)
    await endOf(samples, stage)
    const found = await Promise.all(samples.map(({ id }) => producer.status(id)))
    const callbacks = found.filter((callback) => callback !== undefined)
    const missing = samples.filter((_, index) => found[index] === undefined).map(({ id }) => id)
    return { callbacks, missing }
  } finally {
    await producer.close()
  }
}

/** What is wrong with one of them on purpose is for the library to say. */
const sample = z.looseObject({ id: z.string() })

function readSamples(): Sample[] {
  const file = new URL('../../../examples/callbacks.jsonl', import.meta.url)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => ({ id: sample.parse(JSON.parse(line)).id, line }))
}

async function send({ id, line }: Sample, producer: Producer, stage: SampleRun): Promise<void> {
  try {
    const answer = await producer.enqueue(JSON.parse(line) as Parameters<Producer['enqueue']>[0])
    stage.say(`→ ${id}: ${answer.kind}`)
  } catch (error) {
    if (!(error instanceof RingbackError) || error.code !== 'invalid-intent') throw error
    stage.say(`→ ${id}: the library refuses it (${messageOf(error)})`)
    stage.say('  sent with plain XADD all the same, as another language would')
    await sendRaw(line, stage)
  }
}

async function sendRaw(line: string, { redisUrl, namespace }: SampleRun): Promise<void> {
  const redis = await connectFailingFast(redisUrl)
  try {
    await submitRaw(openStore(redis, { namespace, destination: 'default' }), line)
  } finally {
    redis.disconnect()
  }
}

/** Waits until all have ended, patience is over, or somebody has pressed Ctrl-C. */
async function endOf(
  samples: readonly Sample[],
  { ended, clock, stopped }: SampleRun,
): Promise<void> {
  const timer = new AbortController()
  const impatience = clock.sleep(patienceMs, AbortSignal.any([stopped, timer.signal])).catch(() => {
    // Woken: either all have ended or somebody wants to leave.
  })
  await Promise.race([ended.all(samples.map(({ id }) => id)), impatience])
  timer.abort()
}
