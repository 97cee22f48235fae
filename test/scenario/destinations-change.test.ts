/** The configuration changes while a worker runs. */
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

import { createProducer, type Producer } from '../../src/producer/index.ts'
import { sampleCallback } from '../support/callbacks.ts'
import type { RingbackProcess } from '../support/process.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { startWorkerProcess, workerSettings } from '../support/worker-process.ts'

type Settings = Readonly<Record<string, string | number>>

interface Changeable {
  bundle: Bundle
  worker: RingbackProcess
  /** The destinations by their names, and what is said of each besides where it is. */
  write: (destinations: Readonly<Record<string, Settings>>) => Promise<void>
  producerOf: (destination: string) => Producer
}

/** A worker whose destinations stand in a file. */
async function startWith(destinations: Readonly<Record<string, Settings>>): Promise<Changeable> {
  const bundle = await setup()
  const folder = await mkdtemp(join(tmpdir(), 'ringback-test-config-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'ringback.json')
  const [place, others] = settingsOf(bundle)
  const write: Changeable['write'] = async (next) => {
    const described = Object.entries(next).map(
      ([name, own]) => [name, { ...place, ...own }] as const,
    )
    const text = JSON.stringify({ destinations: Object.fromEntries(described) })
    // In one go: half a file is a problem of its own.
    await writeFile(`${file}.new`, text)
    await rename(`${file}.new`, file)
  }
  await write(destinations)
  const worker = await startWorkerProcess(bundle, { ...others, RINGBACK_CONFIG: file })
  return { bundle, worker, write, producerOf: (name) => producerOf(bundle, name) }
}

/** Where Salesforce is, as a file says it, and without that all else. */
function settingsOf(bundle: Bundle): [Settings, Record<string, string>] {
  const settings = workerSettings(bundle)
  const given = (name: string) => settings[`RINGBACK_SALESFORCE_${name}`] ?? ''
  const place = {
    salesforceUrl: given('URL'),
    salesforceOrgId: given('ORG_ID'),
    salesforceCallCenter: given('CALL_CENTER'),
    privateKey: given('PRIVATE_KEY'),
  }
  const empty = ['URL', 'ORG_ID', 'CALL_CENTER', 'PRIVATE_KEY'].map(
    (name) => [`RINGBACK_SALESFORCE_${name}`, ''] as const,
  )
  return [place, Object.fromEntries(empty)]
}

function producerOf({ redisUrl, store }: Bundle, destination: string): Producer {
  const producer = createProducer({ redisUrl, namespace: store.ref.namespace, destination })
  onTestFinished(() => producer.close())
  return producer
}

const isAbout =
  (destination: string) =>
  (line: Readonly<Record<string, unknown>>): boolean =>
    line['destination'] === destination

it('serves a destination that its file names from now on, and those before it go on', async () => {
  const { worker, write, producerOf } = await startWith({ acme: {} })
  await write({ acme: {}, globex: {} })
  await worker.next('destination.added', isAbout('globex'))
  for (const name of ['acme', 'globex']) {
    const producer = producerOf(name)
    await producer.enqueue(sampleCallback(`of-${name}`))
    expect(await producer.waitForEnd(`of-${name}`)).toMatchObject({ state: 'booked' })
  }
  expect(worker.lines('destination.changed')).toEqual([])
})

it('reads its configuration anew on SIGHUP, and leaves alone what is as it was', async () => {
  const { worker, producerOf } = await startWith({ acme: {} })
  worker.signal('SIGHUP')
  expect(await worker.next('configuration.read')).toMatchObject({ destinations: ['acme'] })
  expect(worker.lines('destination.changed')).toEqual([])
  await producerOf('acme').enqueue(sampleCallback('later'))
  expect(await producerOf('acme').waitForEnd('later')).toMatchObject({ state: 'booked' })
})

it('drains a destination that its file names no more: what waits there is sent in its time, and then it is served no longer', async () => {
  const { bundle, worker, write, producerOf } = await startWith({ acme: {}, globex: {} })
  const producer = producerOf('globex')
  await producer.enqueue({ ...sampleCallback('waits'), delay: '3s' })
  await write({ acme: {} })
  await worker.next('destination.draining', isAbout('globex'))
  await worker.next('destination.drained', isAbout('globex'))

  expect(await producer.status('waits')).toMatchObject({ state: 'booked' })
  expect(bundle.sandbox.bookingsOf('waits')).toHaveLength(1)
  await producerOf('acme').enqueue(sampleCallback('stays'))
  expect(await producerOf('acme').waitForEnd('stays')).toMatchObject({ state: 'booked' })
})

it('serves a destination otherwise when its file says so, and first finishes what is under way', async () => {
  const { bundle, worker, write, producerOf } = await startWith({ acme: {} })
  const { sandbox } = bundle
  const producer = producerOf('acme')
  sandbox.setFaults([{ do: 'slow', delayMs: 3_000, times: 1 }])
  await producer.enqueue(sampleCallback('under-way'))
  await sandbox.until(() => sandbox.counts().requests === 1)
  await write({ acme: { concurrency: 3 } })
  await worker.next('destination.changed', isAbout('acme'))

  expect(await producer.status('under-way')).toMatchObject({ state: 'booked', attempts: 1 })
  await producer.enqueue(sampleCallback('later'))
  expect(await producer.waitForEnd('later')).toMatchObject({ state: 'booked' })
  expect(sandbox.bookings()).toHaveLength(2)
})

it('keeps to what it knows while its file has a problem, says so, and goes on from there', async () => {
  const { worker, write, producerOf } = await startWith({ acme: {} })
  await write({ acme: {}, globex: { rate: 'fast' } })
  const refused = await worker.next('configuration.refused')
  expect(refused['message']).toContain('destinations.globex.rate')
  await producerOf('acme').enqueue(sampleCallback('meanwhile'))
  expect(await producerOf('acme').waitForEnd('meanwhile')).toMatchObject({ state: 'booked' })

  await write({ acme: {}, globex: {} })
  await worker.next('destination.added', isAbout('globex'))
})
