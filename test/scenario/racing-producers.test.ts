/** Two producers, each with a connection of its own, submit the same id at the same moment. */
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, RingbackError, type Producer } from '../../src/producer/index.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'

const rounds = 100

it('accepts the same callback of two racing producers once and books it once', async () => {
  const bundle = await setup()
  const [one, other] = [racer(bundle), racer(bundle)]
  const callbacks = sampleCallbacks(rounds)

  for (const callback of callbacks) {
    const answers = await Promise.all([one.enqueue(callback), other.enqueue(callback)])
    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['accepted', 'duplicate'])
  }
  bundle.startWorker()
  const results = await resultsOfAll(
    bundle,
    callbacks.map(({ id }) => id),
  )

  expect(results).toHaveLength(rounds)
  expect(bundle.sandbox.bookings()).toHaveLength(rounds)
})

it('accepts one of two racing contents under one id, refuses the other as a conflict, and books what it accepted', async () => {
  const bundle = await setup()
  const [one, other] = [racer(bundle), racer(bundle)]
  const ids = sampleCallbacks(rounds).map(({ id }) => id)
  const accepted = new Map<string, string>()

  for (const id of ids) {
    const numbers = ['+18445791189', '+18445791190'] as const
    const answers = await Promise.all([submit(one, id, numbers[0]), submit(other, id, numbers[1])])
    expect(answers.toSorted()).toEqual(['accepted', 'id-conflict'])
    accepted.set(id, answers[0] === 'accepted' ? numbers[0] : numbers[1])
  }
  bundle.startWorker()
  await resultsOfAll(bundle, ids)

  const booked = new Map(
    bundle.sandbox.bookings().map(({ callId, callbackNumber }) => [callId, callbackNumber]),
  )
  expect(booked).toEqual(accepted)
  expect(bundle.sandbox.bookings()).toHaveLength(rounds)
})

it('books a callback once that the library and a raw XADD submit at the same moment', async () => {
  const bundle = await setup()
  const producer = racer(bundle)
  const callbacks = sampleCallbacks(rounds)
  bundle.startWorker()

  await Promise.all(
    callbacks.flatMap((callback) => [sendRaw(bundle, callback), producer.enqueue(callback)]),
  )
  // Behind all the others in the inbox: when it is booked, whatever the race left over has been judged.
  await sendRaw(bundle, sampleCallback('last'))
  await resultsOfAll(bundle, ['last', ...callbacks.map(({ id }) => id)])

  expect(bundle.sandbox.bookings()).toHaveLength(rounds + 1)
  expect(bundle.recorder.of('entry.duplicate').length).toBeGreaterThan(0)
  expect(bundle.recorder.of('entry.buried')).toEqual([])
})

function racer({ redisUrl, store }: Bundle): Producer {
  const producer = createProducer({ redisUrl, namespace: store.ref.namespace })
  onTestFinished(() => producer.close())
  return producer
}

async function submit(producer: Producer, id: string, callbackNumber: string): Promise<string> {
  try {
    const { kind } = await producer.enqueue({ ...sampleCallback(id), callbackNumber })
    return kind
  } catch (error) {
    if (error instanceof RingbackError) return error.code
    throw error
  }
}
