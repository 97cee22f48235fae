/** Commands about a destination in several partitions: they act on all of them, or on the one that is meant. */
import { expect, it, onTestFinished } from 'vitest'

import type { OperatorsLog } from '../../../src/ops/operations/audit/read-log.ts'
import type { DeadLetterPage } from '../../../src/ops/operations/dead-letters/list-dead-letters.ts'
import type { RepairOfAll } from '../../../src/ops/operations/repair/repair-report.ts'
import type { RunDecision } from '../../../src/ops/operations/runs/decide-run.ts'
import type { RunList, ShownRun } from '../../../src/ops/operations/runs/find-runs.ts'
import { partitionNames } from '../../../src/shared/contract/partition.ts'
import {
  callbackKey,
  controlKey,
  deadLettersKey,
  inboxKey,
} from '../../../src/shared/redis/keys.ts'
import { fixPartitions } from '../../../src/shared/store/partitions/fix-partitions.ts'
import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { sampleCallback, sampleCallbacks } from '../../support/callbacks.ts'
import { at } from '../../support/further-destinations.ts'
import { xadd } from '../../support/inbox.ts'
import { callbacksIn } from '../../support/partitions.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { containing } from './support/asymmetric.ts'
import { runCommand, startCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const partitions = 3
const names = partitionNames('default', partitions)
/** A run takes a while on a busy machine. */
const patience = { timeout: 15_000 }

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

/** So many that Salesforce has refused, in each partition. */
async function withDeadLetters(countInEach: number) {
  const bundle = await partitioned()
  const callbacks = names.flatMap((_, place) =>
    callbacksIn(place, partitions, { count: countInEach, prefix: `cb-${place}` }),
  )
  bundle.sandbox.setFaults([{ do: 'refuse' }])
  bundle.startWorker()
  for (const callback of callbacks) await bundle.producer.enqueue(callback)
  for (const { id } of callbacks) await bundle.producer.waitForEnd(id)
  bundle.sandbox.setFaults([])
  const ask = async <Data>(...args: string[]) =>
    JSON.parse((await run(bundle, ...args, '--json')).stdout) as Data
  return { bundle, callbacks, ask }
}

it('plans, starts and shows a run over all partitions as one, and side by side', async () => {
  const { bundle, ask } = await withDeadLetters(4)
  const plan = await ask<ShownRun>('redrive', '--reason', 'refused', '--rate', '60/s', '--plan')
  expect(plan).toMatchObject({ destination: 'default', state: 'planned', rate: 60 })
  expect(plan.counts.selected).toBe(12)
  expect(plan.byReason).toEqual({ refused: 12 })
  expect(plan.partitions).toMatchObject(
    names.map((destination) => ({ destination, counts: { selected: 4 } })),
  )
  expect(plan.partitions?.map(({ rate }) => rate)).toEqual([20, 20, 20])

  const started = await ask<RunDecision>('runs', 'start', plan.id)
  expect(started).toMatchObject({ outcome: 'done', run: { destination: 'default' } })
  await expect
    .poll(() => ask<ShownRun>('runs', 'show', plan.id), patience)
    .toMatchObject({ state: 'done', counts: { sent: 12, booked: 12, remaining: 0 } })
  expect(bundle.sandbox.bookings()).toHaveLength(12)

  const again = await run(bundle, 'runs', 'start', plan.id)
  expect(again).toMatchObject({ status: 1, stdout: containing('nothing done') })
  const { runs } = await ask<RunList>('runs', 'list')
  expect(runs).toMatchObject([{ id: plan.id, counts: { booked: 12 } }])
  const { stdout } = await run(bundle, 'runs', 'show', plan.id)
  for (const name of names) expect(stdout).toMatch(new RegExp(`^${name} .* done$`, 'm'))
})

it('sends a canary in each partition, and pauses, resumes and aborts all of them', async () => {
  const { bundle, ask } = await withDeadLetters(4)
  const { id } = await ask<ShownRun>('redrive', '--plan')
  await ask('runs', 'start', id, '--canary', '2')
  await expect
    .poll(() => ask<ShownRun>('runs', 'show', id), patience)
    .toMatchObject({ state: 'paused', stateWhy: 'canary', canary: 3, counts: { booked: 3 } })

  await ask('pause')
  expect(await ask('runs', 'resume', id, '--rate', '30/s')).toMatchObject({ run: { rate: 30 } })
  await expect
    .poll(() => ask<ShownRun>('runs', 'show', id), patience)
    .toMatchObject({ state: 'waiting' })
  expect(await ask('runs', 'pause', id)).toMatchObject({ run: { state: 'paused' } })
  expect(await ask('runs', 'abort', id)).toMatchObject({ run: { state: 'aborted' } })
  expect((await run(bundle, 'runs', 'abort', id)).status).toBe(1)
  expect((await run(bundle, 'runs', 'show', 'redrive-0')).stderr).toContain('No plan and no run')
})

it('plans over all partitions what one of them alone has, and what none has', async () => {
  const bundle = await partitioned()
  const { redis, ref } = at(bundle, 'default/2').store
  await redis.zadd(deadLettersKey(ref), 1, 'one')
  await redis.hset(callbackKey(ref, 'one'), {
    state: 'dead',
    reason: 'refused',
    intent: JSON.stringify(sampleCallback('one')),
    updatedAt: '2026-02-26T15:40:52.000Z',
  })
  const plan = async (...args: string[]) =>
    JSON.parse((await run(bundle, ...args, '--plan', '--json')).stdout) as ShownRun
  const one = await plan('dead-letters', 'discard', '--reason', 'refused')
  expect(one.counts.selected).toBe(1)
  expect(one.partitions?.map(({ destination }) => destination)).toEqual(['default/2'])
  const none = await plan('dead-letters', 'discard', '--reason', 'expired')
  expect(none.counts.selected).toBe(0)
  expect((await run(bundle, 'runs', 'start', none.id)).stderr).toContain('selects no callback')
})

it('lists, counts and exports the dead letters of all partitions, the oldest first', async () => {
  const { bundle, callbacks, ask } = await withDeadLetters(2)
  const list = await ask<DeadLetterPage>('dead-letters', 'list')
  const times = list.deadLetters.map(({ diedAt }) => diedAt)
  expect({ total: list.total, times }).toEqual({ total: 6, times: times.toSorted() })
  const second = await ask<DeadLetterPage>('dead-letters', 'list', '--limit', '2', '--offset', '3')
  expect(second.deadLetters).toEqual(list.deadLetters.slice(3, 5))
  const some = await ask<DeadLetterPage>('dead-letters', 'list', '--reason', 'refused')
  expect(some).toMatchObject({ total: 6, otherDestinations: [] })
  const counts = await ask('dead-letters', 'list', '--count-by', 'reason')
  expect(counts).toMatchObject({ total: 6, counts: [{ value: 'refused', deadLetters: 6 }] })

  for (const what of ['dead-letters', 'results']) {
    const { stdout } = await run(bundle, 'export', what)
    for (const { id } of callbacks) expect(stdout).toContain(`"id":"${id}"`)
  }
})

it('prints the results of all partitions in their order, and follows all of them', async () => {
  const { bundle, callbacks } = await withDeadLetters(2)
  const entriesIn = (stdout: string) => stdout.match(/"entryId":"[^"]+"/g) ?? []
  const all = entriesIn((await run(bundle, 'results', '--json', '--since', '1h')).stdout)
  expect(all).toHaveLength(6)
  expect(all).toEqual(all.toSorted())
  const newest = entriesIn((await run(bundle, 'results', '--json', '--limit', '4')).stdout)
  expect(newest).toEqual(all.slice(-4))

  const env = environmentOf(bundle.redisUrl, bundle.store.ref.namespace)
  const following = startCommand({ env }, 'results', '--follow', '--json')
  for (const { id } of callbacks) await following.prints(new RegExp(`"id":"${id}"`))
  for (const place of names.keys()) {
    const [callback] = callbacksIn(place, partitions, { count: 1, prefix: `new-${place}` })
    if (callback === undefined) throw new Error('there is none')
    await bundle.producer.enqueue(callback)
    await following.prints(new RegExp(`"id":"${callback.id}"`))
  }
  following.stop()
  await following.done
})

it('tells who did what in which partition, the newest first', async () => {
  const { ask } = await withDeadLetters(1)
  await ask('pause', '--reason', 'why')
  await ask('resume', '--destination', 'default/1')
  const { entries } = await ask<OperatorsLog>('audit')
  expect(entries[0]).toMatchObject({ action: 'resume' })
  const paused = entries.slice(1)
  expect(paused.map(({ partition }) => partition).toSorted()).toEqual(names)
  expect(new Set(paused.map(({ action }) => action))).toEqual(new Set(['pause']))
})

it('redrives each dead letter where it is', async () => {
  const { bundle, callbacks } = await withDeadLetters(2)
  const ids = callbacks.map(({ id }) => id)
  const { status, stdout } = await run(bundle, 'dead-letters', 'redrive', ...ids)
  expect({ status, redriven: stdout.match(/redriven/g)?.length }).toEqual({
    status: 0,
    redriven: 6,
  })
  await expect.poll(() => bundle.sandbox.bookings().length, patience).toBe(6)
})

const inTheYear2286 = '9999999999999-0'

it('repairs each partition in turn, and says in sum and side by side what was done', async () => {
  const bundle = await partitioned()
  const keys = names.map((name) => inboxKey(at(bundle, name).store.ref))
  for (const key of keys.slice(1)) await bundle.store.redis.xadd(key, inTheYear2286, 'intent', 'x')
  const report = async (...args: string[]) => {
    const { status, stdout } = await run(bundle, 'repair', '--json', ...args)
    return { status, report: JSON.parse(stdout) as RepairOfAll }
  }
  const found = await report()
  expect(found).toMatchObject({ status: 2, report: { outcome: 'unconfirmed', unreached: [] } })
  expect(await report('--yes')).toMatchObject({
    status: 0,
    report: {
      destination: 'default',
      outcome: 'repaired',
      partitions: [
        { destination: 'default', outcome: 'nothing-to-repair' },
        { destination: 'default/1', inbox: { realignment: { kind: 'realigned', moved: 1 } } },
        { destination: 'default/2', inbox: { realignment: { kind: 'realigned', moved: 1 } } },
      ],
    },
  })
  const { stdout, status } = await run(bundle, 'repair', '--yes')
  expect(status).toBe(0)
  for (const place of names.keys())
    expect(stdout).toContain(`destination default/${place}: nothing`)
  expect(stdout).toContain('destination default, 3 partitions: nothing to repair')
})

it('repairs what it can reach, and says which partition it could not', async () => {
  const bundle = await partitioned()
  const { redis, ref } = bundle.store
  const [user, password] = ['of-two', 'open-sesame']
  const mayAsk = ['default', 'default/2'].map((name) => `~{${ref.namespace}:${name}}:*`)
  await redis.call('ACL', 'SETUSER', user, 'reset', 'on', `>${password}`, '+@all', ...mayAsk)
  onTestFinished(() => redis.call('ACL', 'DELUSER', user).then(() => undefined))
  for (const name of names) {
    await redis.xadd(inboxKey(at(bundle, name).store.ref), inTheYear2286, 'intent', 'x')
  }
  const url = new URL(bundle.redisUrl)
  Object.assign(url, { username: user, password })
  const as = { ...bundle, redisUrl: url.href }
  const { status, stdout } = await run(as, 'repair', '--yes', '--json')
  expect({ status, report: JSON.parse(stdout) as RepairOfAll }).toMatchObject({
    status: 1,
    report: {
      outcome: 'repaired',
      partitions: [
        { destination: 'default', outcome: 'repaired' },
        { destination: 'default/2', outcome: 'repaired' },
      ],
      unreached: [{ destination: 'default/1', code: 'redis-unavailable' }],
    },
  })
  const again = await run(as, 'repair', '--yes')
  expect(again).toMatchObject({ status: 1, stdout: containing('2 of 3 partitions: nothing') })
  expect(again.stdout).toContain('not reached: default/1. Redis at')
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
