/** Commands about a destination in several partitions: they act on all of them, on the one that is meant, or refuse. */
import { expect, it } from 'vitest'

import { partitionNames } from '../../../src/shared/contract/partition.ts'
import { controlKey, deadLettersKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { fixPartitions } from '../../../src/shared/store/partitions/fix-partitions.ts'
import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { at } from '../../support/further-destinations.ts'
import { xadd } from '../../support/inbox.ts'
import { callbacksIn } from '../../support/partitions.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const partitions = 3
const names = partitionNames('default', partitions)

async function partitioned(): Promise<Bundle> {
  const bundle = await setup({ destination: { partitions } })
  await fixPartitions(bundle.store, { partitions, group: bridgeGroup })
  return bundle
}

function run({ redisUrl, store }: Bundle, ...args: string[]) {
  return runCommand({ env: environmentOf(redisUrl, store.ref.namespace) }, ...args)
}

/** A field of the control record of each partition. */
function controls(bundle: Bundle, field: string): Promise<(string | null)[]> {
  const stores = names.map((name) => at(bundle, name).store)
  return Promise.all(stores.map(({ redis, ref }) => redis.hget(controlKey(ref), field)))
}

it('pauses and resumes all partitions by one command, or one by its name', async () => {
  const bundle = await partitioned()
  expect((await run(bundle, 'pause', '--reason', 'why')).status).toBe(0)
  expect(await controls(bundle, 'dispatchPausedReason')).toEqual(['why', 'why', 'why'])

  expect((await run(bundle, 'resume', '--destination', 'default/1')).status).toBe(0)
  expect(await controls(bundle, 'dispatchPausedReason')).toEqual(['why', null, 'why'])
  expect((await run(bundle, 'resume', '--destination', 'default/0')).status).toBe(0)
  expect(await controls(bundle, 'dispatchPausedReason')).toEqual([null, null, 'why'])
  expect((await run(bundle, 'resume')).stdout).toContain('resumed default: dispatch')
  expect(await controls(bundle, 'dispatchPausedReason')).toEqual([null, null, null])
})

it('sends nothing of any partition while the destination is paused', async () => {
  const bundle = await partitioned()
  await run(bundle, 'pause')
  const callbacks = sampleCallbacks(12)
  for (const callback of callbacks) await bundle.producer.enqueue(callback)
  bundle.startWorker()
  for (const { id } of callbacks) {
    await bundle.recorder.next('callback.scheduled', (event) => event.id === id)
  }
  for (const destination of names) {
    await bundle.recorder.next('dispatch.paused', (event) => event.destination === destination)
  }
  expect(bundle.sandbox.bookings()).toEqual([])

  await run(bundle, 'resume')
  for (const { id } of callbacks) await bundle.producer.waitForEnd(id)
  expect(bundle.sandbox.bookings()).toHaveLength(12)
})

it('gives each partition its share of a rate, and says what all have together', async () => {
  const bundle = await partitioned()
  expect((await run(bundle, 'rate', '6')).status).toBe(0)
  expect(await controls(bundle, 'rate')).toEqual(['2', '2', '2'])
  const { stdout } = await run(bundle, 'rate', 'default', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ destination: 'default', before: 6 })
  expect(await controls(bundle, 'rate')).toEqual([null, null, null])
})

it('looks for a callback where its id belongs, and for a nameless dead letter everywhere', async () => {
  const bundle = await partitioned()
  const [callback = sampleCallback('')] = callbacksIn(2, partitions, { count: 1, prefix: 'cb' })
  await bundle.producer.enqueue({ ...callback, delay: '1h' })
  const entryId = await xadd(at(bundle, 'default/1').store, 'no JSON')
  await xadd(bundle.store, 'no JSON')
  bundle.startWorker()
  for (const destination of ['default', 'default/1']) {
    await bundle.recorder.next('entry.buried', (event) => event.destination === destination)
  }
  await bundle.recorder.next('callback.scheduled')

  const { stdout } = await run(bundle, 'status', callback.id, '--json')
  expect(JSON.parse(stdout)).toMatchObject({ id: callback.id, destination: 'default/2' })
  expect((await run(bundle, 'status', `inbox-${entryId}`)).status).toBe(0)
  expect((await run(bundle, 'explain', callback.id)).status).toBe(0)
  expect((await run(bundle, 'cancel', callback.id)).stdout).toBe(`cancelled ${callback.id}\n`)
  const again = await run(bundle, 'cancel', '--number', callback.callbackNumber)
  expect(again.stdout).toBe(`cancelled ${callback.id}\n`)
  const found = await run(bundle, 'find', '--number', callback.callbackNumber, '--json')
  expect(found.stdout).toContain(callback.id)
})

it('shows the partitions side by side', async () => {
  const bundle = await partitioned()
  const { stdout } = await run(bundle, 'stats', '--json')
  expect(JSON.parse(stdout)).toMatchObject(names.map((destination) => ({ destination })))
  const one = await run(bundle, 'stats', '--json', '--destination', 'default/1')
  expect(JSON.parse(one.stdout)).toMatchObject({ destination: 'default/1' })
})

it.each([
  ['dead-letters', 'list'],
  ['results'],
  ['runs', 'list'],
  ['redrive', '--reason', 'refused'],
  ['audit'],
  ['export', 'results'],
])('refuses by name what is about one partition: %s %s', async (...args: string[]) => {
  const bundle = await partitioned()
  const { status, stderr } = await run(bundle, ...args)
  expect(stderr).toContain('default has 3 partitions')
  expect(stderr).toContain('default/0 to default/2')
  expect(status).not.toBe(0)
})

it('lists the dead letters of the partition that is named, and knows no partition beyond the last', async () => {
  const bundle = await partitioned()
  const { redis, ref } = at(bundle, 'default/1').store
  await redis.zadd(deadLettersKey(ref), 1, 'one')
  const list = (destination: string) =>
    run(bundle, 'dead-letters', 'list', '--json', '--destination', destination)
  expect(JSON.parse((await list('default/1')).stdout)).toMatchObject({ total: 1 })
  expect(JSON.parse((await list('default/0')).stdout)).toMatchObject({ total: 0 })
  expect((await list('default/3')).stderr).toContain('no destination')
})

it('waits for the end of a callback in whichever partition it is', async () => {
  const bundle = await partitioned()
  bundle.startWorker()
  for (const { id } of sampleCallbacks(3)) {
    const which = ['--call-id', id, '--id', id, '--number', '+18445791189']
    expect((await run(bundle, 'enqueue', ...which, '--wait')).status).toBe(0)
  }
  expect(bundle.sandbox.bookings()).toHaveLength(3)
})

it('gives a user of Redis the keys of all partitions', async () => {
  const bundle = await partitioned()
  const { stdout } = await run(bundle, 'acl', 'producer', 'vendor', '--inbox')
  for (const { store } of names.map((name) => at(bundle, name))) {
    expect(stdout).toContain(`~${inboxKey(store.ref)}`)
  }
})
