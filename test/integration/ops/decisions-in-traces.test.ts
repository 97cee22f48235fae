/** Who has decided something, as traces tell it. */
import { beforeEach, expect, it } from 'vitest'

import type { OperatorsLog } from '../../../src/ops/operations/audit/read-log.ts'
import { startTracing } from '../../../src/shared/telemetry/open-telemetry.ts'
import { collectSpans } from '../../support/collect-spans.ts'
import { letManyDie } from '../../support/dead-letters.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { ask, isOver, plan, start, untilRun } from './support/runs.ts'

const spans = collectSpans()
await startTracing()

beforeEach(() => spans.forget())

const anna = ['--by', 'anna'] as const

async function pseudonymOf(bundle: Bundle, name: string): Promise<string | undefined> {
  const { entries } = await ask<OperatorsLog>(bundle, 'audit')
  return entries.find(({ who }) => who === name)?.pseudonym
}

it('names whoever redrives, discards or resolves a dead letter by the pseudonym that the operators’ log has of them', async () => {
  const bundle = await setup()
  await letManyDie(bundle, 2, { prefix: 'dead' })
  await ask(bundle, 'dead-letters', 'redrive', 'dead-1', ...anna)
  await ask(bundle, 'dead-letters', 'discard', 'dead-2', ...anna)
  await ask(bundle, 'dead-letters', 'resolve', 'dead-2', '--not-booked', ...anna)

  const told = ['redrive', 'discard', 'resolve'].map((action) => {
    const [span] = spans.named(`${action} default`)
    return span?.attributes['enduser.pseudo.id']
  })
  const pseudonym = await pseudonymOf(bundle, 'anna')
  expect(pseudonym).toMatch(/^[\w-]{22}$/)
  expect(told).toEqual([pseudonym, pseudonym, pseudonym])
})

it('names in each step of a run, which a worker takes, whoever has started it', async () => {
  const bundle = await setup()
  await letManyDie(bundle, 2, { prefix: 'dead' })
  const { id } = await plan(bundle, 'redrive')
  const run = await start(bundle, 'runs', 'start', id, ...anna)
  const worker = bundle.startWorker()
  await untilRun(bundle, run, isOver)
  await worker.stop()

  const [step] = spans.named('run default')
  expect(step?.attributes).toMatchObject({
    'messaging.operation.name': 'run',
    'db.stored_procedure.name': 'step-run',
    'ringback.run': id,
    'enduser.pseudo.id': await pseudonymOf(bundle, 'anna'),
  })
})

it('tells no name in any span, and another pseudonym in another namespace', async () => {
  const pseudonyms = ['one', 'another'].map(async () => {
    const bundle = await setup()
    await letManyDie(bundle, 1, { prefix: 'dead' })
    await ask(bundle, 'dead-letters', 'discard', 'dead-1', ...anna)
    return await pseudonymOf(bundle, 'anna')
  })
  expect(new Set(await Promise.all(pseudonyms)).size).toBe(2)
  const told = spans.all().map(({ name, attributes }) => JSON.stringify([name, attributes]))
  expect(told.filter((span) => span.includes('anna'))).toEqual([])
})
