/** ioredis publishes every command it sends. What is written to a key of ours is seen here, whoever wrote it and however. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import {
  discardDeadLetter,
  redriveDeadLetter,
} from '../../../src/shared/store/dead-letters/dead-letters.ts'
import { submitRaw } from '../../../src/shared/store/inbox/submit.ts'
import { loadLuaScript } from '../../../src/shared/redis/lua-file.ts'
import { queueName, queuePrefix, type DestinationRef } from '../../../src/shared/redis/keys.ts'
import { stepChannel, type StepMessage } from '../../../src/shared/telemetry/steps.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { resultsUntil } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'

const inspect = loadLuaScript(
  new URL('../../../src/shared/store/reconciliation/inspect.lua', import.meta.url),
)
const look = loadLuaScript(new URL('../../../src/shared/store/control/look.lua', import.meta.url))
const commands = 'tracing:ioredis:command:start'
const reading = new Set([
  ...[
    'get',
    'hgetall',
    'hget',
    'hmget',
    'scan',
    'smembers',
    'xrange',
    'xread',
    'xlen',
    'xinfo',
    'zrange',
    'zscan',
  ],
  // The reconciler's look at the ledger, and a worker's at what was left for it.
  ...[inspect, look].map(
    ({ source }) => `evalsha ${createHash('sha1').update(source).digest('hex')}`,
  ),
])

interface SentCommand {
  command: string
  args: string[]
}

it('writes to no key of ours but within a step', async () => {
  const bundle = await setup()
  const { store, producer, sandbox, recorder } = bundle
  // Its first commands wait for its connections, and are sent when nobody knows any more on whose behalf.
  bundle.startWorker({ maintenanceMs: 60_000 })
  await producer.enqueue(sampleCallback('first'))
  await recorder.next('attempt.settled')
  const { told, untold } = watchCommands(store.ref)

  sandbox.setFaults([
    { do: 'break', status: 503, times: 1 },
    { do: 'refuse', times: 1 },
  ])
  const another = createProducer({ redisUrl: bundle.redisUrl, namespace: store.ref.namespace })
  onTestFinished(() => another.close())
  await another.enqueue(sampleCallback('dies'))
  await resultsUntil(bundle, (results) => results.some(({ id }) => id === 'dies'))
  await redriveDeadLetter(store, {
    id: 'dies',
    nowMs: systemClock.now(),
    retentionMs: 60_000,
  })
  await submitRaw(store, JSON.stringify({ ...sampleCallback('bad'), unknown: true }))
  await resultsUntil(bundle, (results) =>
    ['dies', 'bad'].every((one) => results.at(-1)?.id === one || results.at(-2)?.id === one),
  )
  const retentionMs = 60_000
  await discardDeadLetter(store, { id: 'bad', nowMs: systemClock.now(), retentionMs })

  await expect.poll(() => told.has('walk.lease')).toBe(true)
  expect(untold).toEqual([])
  // Else it has seen nothing.
  const expected = [
    'accept',
    'destination.register',
    'walk.lease',
    'begin',
    'bury',
    'confirm',
    'discard',
    'inbox.add',
    'inbox.read',
  ]
  expect([...told]).toEqual(expect.arrayContaining([...expected, 'open', 'redrive', 'settle']))
})

/** The steps within which a key of ours was written, and the commands that wrote one outside of any. */
function watchCommands(ref: DestinationRef) {
  const told = new Set<string>()
  const untold: string[] = []
  const step = new AsyncLocalStorage<StepMessage>()
  const { start } = tracingChannel<StepMessage, StepMessage>(stepChannel)
  start.bindStore(step)
  const prefix = queuePrefix(ref)
  const isOurs = (text: string) =>
    text.startsWith(`${ref.namespace}:`) ||
    (text.startsWith(`${prefix}:`) && !text.startsWith(`${prefix}:${queueName}`))
  const listener = (message: unknown) => {
    const { command, args } = message as SentCommand
    const name = command.toLowerCase()
    if (reading.has(name) || reading.has(`${name} ${args[0] ?? ''}`) || !args.some(isOurs)) return
    const current = step.getStore()
    if (current === undefined) untold.push([command, ...args].join(' '))
    else told.add(current.step)
  }
  subscribe(commands, listener)
  onTestFinished(() => {
    unsubscribe(commands, listener)
    start.unbindStore(step)
  })
  return { told, untold }
}
