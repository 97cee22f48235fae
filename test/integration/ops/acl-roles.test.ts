/** Each role does its work as the user that `ringback acl` makes for it. */
import { expect, it } from 'vitest'

import { createProducer } from '../../../src/producer/index.ts'
import { createConsoleApp } from '../../../src/ops/console/app.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { doorKey, inboxKey, resultsKey, wishKey } from '../../../src/shared/redis/keys.ts'
import { loadLibrary } from '../../../src/shared/store/functions/load-library.ts'
import { aclUser, type AclUser } from '../../support/acl-user.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { rpush, xadd } from '../../support/inbox.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { connectRaw } from '../../support/resp-client.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { knowsSelectors } from '../../support/wire-protocol-page.ts'
import { runCommand } from './support/cli.ts'
import { consoleOptions } from './support/console.ts'
import { environmentOf } from './support/environment.ts'

async function withUser(
  role: string,
  ...options: string[]
): Promise<Bundle & { bundle: Bundle; user: AclUser; namespace: string }> {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const { namespace } = bundle.store.ref
  return { ...bundle, bundle, namespace, user: await aclUser(url, namespace, role, ...options) }
}

it('a worker takes in, tries again, books, buries, cancels, walks and finds strays', async () => {
  const { user, bundle, store, sandbox, producer, recorder, startWorker } = await withUser('worker')
  const { redis, ref } = store
  sandbox.setFaults([
    { do: 'refuse', match: { callId: 'dies' } },
    { do: 'break', status: 503, times: 1, match: { callId: 'retries' } },
  ])
  const worker = startWorker({}, { redisUrl: user.url })
  for (const id of ['books', 'dies', 'retries']) await producer.enqueue(sampleCallback(id))
  await xadd(store, { ...sampleCallback('delayed'), delay: 200 })
  await rpush(store, sampleCallback('pushed'))
  await xadd(store, 'no intent')
  await producer.enqueue({ ...sampleCallback('unwanted'), delay: '1h' })
  await recorder.next('callback.scheduled', ({ id }) => id === 'unwanted')
  await redis.xadd(inboxKey(ref), '*', 'cancel', '{"id":"unwanted"}')
  await xadd(openStore(redis, { ...ref, destination: 'typo' }), sampleCallback('stray'))
  await resultsOfAll(bundle, ['books', 'dies', 'retries', 'delayed', 'pushed', 'unwanted'])
  await recorder.next('entry.buried', ({ id }) => id === 'stray')
  await worker.stop()
  expect(recorder.of('maintenance.failed')).toEqual([])
  expect(recorder.of('bridge.failed')).toEqual([])
  expect(await user.refusals()).toEqual([])
}, 20_000)

it('a program with the library enqueues, looks and cancels', async () => {
  const { user, namespace, startWorker } = await withUser('library')
  startWorker()
  const producer = createProducer({ redisUrl: user.url, namespace })
  const later = { ...sampleCallback('one'), delay: '1h' }
  expect(await producer.enqueue(later)).toMatchObject({ kind: 'accepted' })
  expect(await producer.enqueue(later)).toMatchObject({ kind: 'duplicate' })
  expect(await producer.status('one')).toMatchObject({ id: 'one' })
  expect(await producer.cancel('one')).toMatchObject([{ id: 'one' }])
  await producer.close()
  expect(await user.refusals()).toEqual([])
}, 20_000)

it('a program with the library finds and consumes, if it is given that too', async () => {
  const { user, namespace, startWorker, recorder } = await withUser(
    'library',
    '--find',
    '--results',
  )
  startWorker()
  const producer = createProducer({ redisUrl: user.url, namespace })
  const one = sampleCallback('one')
  await producer.enqueue(one)
  await recorder.next('attempt.settled')
  for await (const result of producer.results({ group: 'crm', consumer: 'c' })) {
    expect(result).toMatchObject({ id: 'one', state: 'booked' })
    await result.acknowledge()
    break
  }
  expect(await producer.find({ callId: one.callId })).toMatchObject({})
  await producer.close()
  expect(await user.refusals()).toEqual([])
}, 20_000)

it('a consumer has its group, and confirms what it was given', async () => {
  const { user, bundle, store, producer, startWorker } = await withUser('consumer')
  startWorker()
  await producer.enqueue(sampleCallback('one'))
  await resultsOfAll(bundle, ['one'])
  const client = connectRaw(user.url)
  const key = resultsKey(store.ref)
  expect(await client.call('XGROUP', 'CREATE', key, 'crm', '0')).toBe('OK')
  const [[entryId] = ['']] = await store.redis.xrange(key, '-', '+')
  const read = ['XREADGROUP', 'GROUP', 'crm', 'c', 'STREAMS', key, '>']
  expect(JSON.stringify(await client.call(...read))).toContain(entryId)
  expect(await client.call('XPENDING', key, 'crm')).toHaveLength(4)
  expect(await client.call('XAUTOCLAIM', key, 'crm', 'd', '0', '0', 'COUNT', '1')).toBeTruthy()
  expect(await client.call('XACK', key, 'crm', entryId)).toBe(1)
  expect(await user.refusals()).toEqual([])
}, 20_000)

it('a producer goes by the door, or by the inbox if it is trusted with that, and reads its own', async () => {
  const { user, store, namespace, redisUrl, recorder, startWorker } = await withUser(
    'producer',
    ...['--prefix', 'acme-'],
  )
  startWorker()
  const client = connectRaw(user.url)
  const intent = (id: string) => JSON.stringify({ ...sampleCallback(id), id })
  expect(await client.call('RPUSH', doorKey(store.ref), intent('acme-1'))).toBe(1)
  await recorder.next('attempt.settled', ({ id }) => id === 'acme-1')
  const own = `{${namespace}:default}:callback:acme-1`
  expect(await client.call('HMGET', own, 'state')).toEqual(['booked'])
  const xadd = ['XADD', inboxKey(store.ref), '*', 'intent'] as const
  expect(await client.call(...xadd, '{}')).toMatch(/^NOPERM/)
  const wish = ['GET', wishKey(store.ref, '1-1')] as const
  const blind = await aclUser(redisUrl, namespace, 'producer', '--inbox')
  expect(await connectRaw(blind.url).call(...wish)).toMatch(/^NOPERM/)
  const trusted = await aclUser(redisUrl, namespace, 'producer', '--inbox', '--wishes')
  const inbox = connectRaw(trusted.url)
  expect(await inbox.call(...xadd, intent('trusted'))).toMatch(/^\d+-\d+$/)
  expect(await inbox.call(...wish)).toBeNull()
  expect(await inbox.call('RPUSH', doorKey(store.ref), '{}')).toMatch(/^NOPERM/)
}, 20_000)

it.each([
  ['the door', doorKey, []],
  ['the inbox', inboxKey, ['--inbox']],
] as const)(
  'a producer calls the functions by %s, and has no right by them',
  async (_, keyOf, own) => {
    const options = [...own, '--prefix', 'acme-', '--functions']
    const { user, store, redisUrl, startWorker } = await withUser('producer', ...options)
    if (!(await knowsSelectors(store.redis))) return
    await loadLibrary(store.redis)
    startWorker()
    const client = connectRaw(user.url)
    const key = keyOf(store.ref)
    const submit = (id: string) =>
      client.call(
        'FCALL',
        'ringback_submit',
        '1',
        key,
        JSON.stringify({ ...sampleCallback(id), id }),
      )
    expect(await submit('acme-1')).toMatchObject(['accepted', 'acme-1', expect.any(String)])
    await expect.poll(() => submit('acme-1')).toEqual(['duplicate', 'acme-1', 'booked'])
    expect(await client.call('FCALL', 'ringback_status', '1', key, 'acme-1')).toContain('booked')
    // Another one's callbacks it may not read, so it is not told of them.
    expect(await submit('globex-1')).toMatchObject(['sent', 'globex-1', expect.any(String)])
    const status = client.call('FCALL', 'ringback_status', '1', key, 'globex-1')
    expect(await status).toMatch(/can't access|NOPERM|ACL failure/)
    const admin = connectRaw(redisUrl)
    const trim =
      "redis.register_function('others', function(keys) return redis.call('DEL', keys[1]) end)"
    await admin.call('FUNCTION', 'LOAD', `#!lua name=others\n${trim}`)
    for (const words of [
      ['FCALL', 'others', '1', key],
      ['FUNCTION', 'FLUSH'],
      ['FUNCTION', 'LIST'],
      ['DEL', key],
      ['LRANGE', key, '0', '-1'],
      ['XRANGE', key, '-', '+'],
    ] as const)
      expect(await client.call(...words)).toMatch(/^NOPERM/)
  },
  20_000,
)

it('an operator looks, decides and exports', async () => {
  const { user, bundle, store, namespace, sandbox, producer, startWorker } =
    await withUser('operator')
  sandbox.setFaults([{ do: 'refuse', match: { callId: 'dies' } }])
  startWorker()
  await producer.enqueue(sampleCallback('dies'))
  await producer.enqueue(sampleCallback('books'))
  await producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
  await resultsOfAll(bundle, ['dies', 'books'])
  await xadd(openStore(store.redis, { ...store.ref, destination: 'typo' }), 'of another')
  const env = environmentOf(user.url, namespace)
  for (const line of [
    'enqueue --call-id c --number +18445791180 --delay 1h',
    'stats',
    'status waits',
    'explain waits',
    'find --call-id books',
    'reschedule waits --delay 2h',
    'cancel waits',
    'pause --for 1h',
    'resume',
    'rate 5/s',
    'rate default',
    'results',
    'dead-letters list',
    'dead-letters show dies',
    'dead-letters redrive dies',
    'runs list',
    'audit',
    'export results',
    'erase --number +18445791180 --destination default --yes',
  ]) {
    const run = await runCommand({ env }, ...line.split(' '))
    // Nothing but what another destination has.
    const refusals = (await user.refusals()).filter((each) => !each.includes(':typo}'))
    expect({ line, status: run.status, refusals }).toEqual({ line, status: 0, refusals: [] })
  }
}, 20_000)

it('the console shows all of its pages, and can change nothing', async () => {
  const { user, bundle, store, namespace, producer, startWorker } = await withUser('console')
  startWorker()
  await producer.enqueue(sampleCallback('books'))
  await producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
  await resultsOfAll(bundle, ['books'])
  const app = createConsoleApp(consoleOptions(user.url, namespace))
  for (const path of [
    '/',
    '/dead-letters',
    '/waiting',
    '/results',
    '/runs',
    '/log',
    '/callbacks/waits',
  ]) {
    const { status } = await app.request(path, { headers: { host: '127.0.0.1:9465' } })
    expect({ path, status, refusals: await user.refusals() }).toEqual({
      path,
      status: 200,
      refusals: [],
    })
  }
  expect(await user.refusals()).toEqual([])
  if (!(await knowsSelectors(store.redis))) return
  const client = connectRaw(user.url)
  const writes = `return redis.call('XADD', KEYS[1], '*', 'a', 'b')`
  expect(await client.call('EVAL', writes, '1', inboxKey(store.ref))).toMatch(
    /NOPERM|can't (access|run)|ACL failure/,
  )
}, 20_000)
