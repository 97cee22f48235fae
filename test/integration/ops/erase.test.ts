import { settleInput } from '../../support/end-inputs.ts'
import { describe, expect, it } from 'vitest'

import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import {
  callbackKey,
  deadLettersKey,
  inboxKey,
  jobKey,
  resultsKey,
  walkerKey,
} from '../../../src/shared/redis/keys.ts'
import { begin } from '../../../src/shared/store/ledger/begin.ts'
import { settle } from '../../../src/shared/store/ledger/settle.ts'
import { readResults } from '../../../src/shared/store/results/results.ts'
import { dump } from '../../support/dump.ts'
import { rpush, xadd } from '../../support/inbox.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { scheduled } from '../../support/scheduled.ts'
import { containing, matching } from './support/asymmetric.ts'
import { runCommand, startCommand, typed } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
/** In no spelling and in no key are these to be found afterwards. */
const digits = '8445791189'
const other = '+18445791180'
const now = '2026-02-26T16:00:00.000Z'

/** What people write between digits, left out: then any spelling is the same row of digits. */
function squeezed(text: string): string {
  return text.replace(/[\s()./_-]/g, '')
}

/** A customer of whom something is kept in every place and state but `attempting`, and another one beside. */
async function withTraces(bundle: Bundle): Promise<void> {
  const { store, sandbox, producer, recorder, startWorker } = bundle
  const { redis, ref } = store
  sandbox.setFaults([
    { do: 'refuse', code: 'NO', message: `not ${number}`, match: { callId: 'refused' } },
    { do: 'break', status: 503, match: { callId: 'away' } },
  ])
  const worker = startWorker()
  const attributes = { mobile: '(844) 579-1189' }
  const delayed = { delay: 3_600_000 }
  for (const intent of [
    { id: 'booked', callId: 'c1', callbackNumber: number, attributes },
    { id: 'refused', callId: 'refused', callbackNumber: number, attributes },
    { id: 'away', callId: 'away', callbackNumber: number },
    { id: 'waiting', callId: 'c2', callbackNumber: number, ...delayed },
    { id: `tel-${number.slice(1)}`, callId: number, callbackNumber: number, ...delayed },
    { id: 'other', callId: 'c3', callbackNumber: other },
    { id: 'other-waiting', callId: 'c4', callbackNumber: other, ...delayed },
  ]) {
    expect(await producer.enqueue(intent)).toMatchObject({ kind: 'accepted' })
  }
  for (const raw of [
    '{"id":"spaced","callId":"c","callbackNumber":"+1 844 579 1189"}',
    '{"id":"national","callId":"c","callbackNumber":"(844) 579-1189"}',
    '{"id":"numeric","callId":"c","callbackNumber":18445791189}',
    `{"id":"tel_${number.slice(1)}","callId":"c"}`,
    '{"id":"other-raw","callId":"c","callbackNumber":"+1 844 579 1180"}',
    `please call 001-844-579-1189 back`,
  ]) {
    await xadd(store, raw)
  }
  await redis.xadd(inboxKey(ref), '*', 'phone', number)
  for (const id of ['booked', 'refused', 'other']) {
    await recorder.next('attempt.settled', (event) => event.id === id && event.state !== 'retrying')
  }
  await recorder.next('attempt.settled', ({ id }) => id === 'away')
  await recorder.next('entry.buried', () => recorder.of('entry.buried').length === 7)
  await recorder.next('callback.scheduled', ({ id }) => id === 'other-waiting')
  await worker.stop()
  // Nobody takes these in any more.
  await producer.enqueue({ id: 'accepted', callId: 'c5', callbackNumber: number })
  await xadd(store, { id: 'sent', callId: 'c6', callbackNumber: number })
  await xadd(store, { id: 'other-sent', callId: 'c7', callbackNumber: other })
  await xadd(openStore(redis, { ...ref, destination: 'typo' }), {
    callId: 'c',
    callbackNumber: number,
  })
}

const slowRetries = {
  retry: {
    maxAttempts: 5,
    maxRetryDurationMs: 3_600_000,
    notFoundGraceMs: 0,
    backoff: { initialMs: 3_600_000, factor: 1, maxMs: 3_600_000 },
  },
}

describe('ringback erase', () => {
  it('leaves the number in no key of the namespace, and nobody else’s callback less', async () => {
    const bundle = await setup({ destination: slowRetries })
    await withTraces(bundle)
    const { store, redisUrl, sandbox, recorder, startWorker } = bundle
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    expect(squeezed(JSON.stringify(await dump(redis, ref.namespace)))).toContain(digits)

    const erase = ['erase', '--number', number, '--yes']
    const { status, stdout, stderr } = await runCommand({ env }, ...erase, '--json')

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const [key, content] of Object.entries(await dump(redis, ref.namespace))) {
      expect(squeezed(key + content), key).not.toContain(digits)
    }
    expect(squeezed(stdout)).not.toContain(digits)
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'erased',
      number: '+18•••89',
      destinations: ['default', 'typo'],
      namespace: ref.namespace,
      withdrawn: 6,
      remaining: [],
      counts: expect.arrayContaining([
        { kind: 'callback', state: 'booked', count: 1 },
        { kind: 'callback', state: 'dead', count: 7 },
        { kind: 'callback', state: 'retrying', count: 1 },
        { kind: 'callback', state: 'scheduled', count: 2 },
        { kind: 'callback', state: 'accepted', count: 1 },
        { kind: 'inbox-entry', count: 2 },
        { kind: 'job', count: 1 },
        { kind: 'result', state: 'booked', count: 1 },
        { kind: 'result', state: 'dead', count: 7 },
      ]) as unknown,
      callbacks: expect.arrayContaining([
        {
          destination: 'default',
          id: 'booked',
          state: 'booked',
          recordIds: [sandbox.bookingsOf('c1')[0]?.recordId],
        },
        { destination: 'default', id: 'tel-+18•••89', state: 'scheduled', recordIds: [] },
      ]) as unknown,
    })

    // Whoever reads results hears that these will not be sent; of the id that was a number nothing is told.
    const told = await readResults(store, { afterEntryId: '0-0', count: 100 })
    expect(
      told.flatMap(({ id, state, code }) => (state === 'cancelled' ? [`${id} ${code ?? ''}`] : [])),
    ).toEqual(
      expect.arrayContaining(['accepted', 'away', 'sent', 'waiting'].map((id) => `${id} erased`)),
    )
    expect(told.filter(({ id }) => id.startsWith('other')).map(({ id }) => id)).toEqual(
      expect.arrayContaining(['other', 'other-raw']),
    )
    expect(await runCommand({ env }, 'dead-letters', 'redrive', 'refused')).toMatchObject({
      status: 1,
      stdout: containing('no dead letter with this id is known'),
    })
    expect(await runCommand({ env }, ...erase)).toMatchObject({
      status: 0,
      stdout: matching(/^Nothing of \+18•••89 is kept/),
    })

    // A worker that comes back finds nothing of it, and goes on with the others.
    const before = sandbox.bookings().length
    startWorker()
    await recorder.next('attempt.settled', ({ id }) => id === 'other-sent')
    expect(sandbox.bookings().length).toBe(before + 1)
    expect(await readCallback(store, 'other')).toMatchObject({ state: 'booked' })
    expect(await readCallback(store, 'other-waiting')).toMatchObject({ state: 'scheduled' })
    expect(await redis.zrange(deadLettersKey(ref), '0', '-1')).toEqual(['other-raw'])
  })

  it('asks for --yes while promises wait, and does nothing without it', async () => {
    const bundle = await setup({ destination: slowRetries })
    await withTraces(bundle)
    const { store, redisUrl } = bundle
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    // Workers leave two keys that are gone after a moment.
    await redis.del(jobKey(ref, 'stalled-check'), walkerKey(ref.namespace))
    const before = await dump(redis, ref.namespace)

    const { status, stdout } = await runCommand({ env }, 'erase', '--number', number)

    expect(status).toBe(2)
    expect(stdout).toMatch(/^Nothing was erased\. This is what is kept of \+18•••89/)
    expect(stdout).toMatch(/^callback +dead +7$/m)
    expect(stdout).toContain('erasing withdraws 6 promises to call this customer back; add --yes')
    expect(squeezed(stdout)).not.toContain(digits)
    expect(await dump(redis, ref.namespace)).toEqual(before)
  })

  it('finds what lies at the door, and leaves it there until it is erased', async () => {
    const { env, store } = freshEnvironment()
    for (let n = 0; n < 25; n += 1) {
      const callbackNumber = n % 2 === 0 ? number : '+18445791190'
      await rpush(store, { id: `pushed-${n}`, callId: 'c', callbackNumber })
    }
    const before = await dump(store.redis, store.ref.namespace)
    const dryRun = await runCommand({ env }, 'erase', '--number', number, '--dry-run')
    expect(dryRun.stdout).toMatch(/^inbox-entry +13$/m)
    expect(await dump(store.redis, store.ref.namespace)).toEqual(before)
    const { status } = await runCommand({ env }, 'erase', '--number', number, '--yes')
    expect(status).toBe(0)
    const left = JSON.stringify(await dump(store.redis, store.ref.namespace))
    expect(left).not.toContain(digits)
  })

  it('does nothing without --yes where nothing waits either', async () => {
    const { store, env } = freshEnvironment()
    const { redis, ref } = store
    const intent = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: number })
    await redis.hset(callbackKey(ref, 'one'), { state: 'dead', intent, attempts: '0' })
    await redis.zadd(deadLettersKey(ref), 1, 'one')
    const before = await dump(redis, ref.namespace)

    const plain = await runCommand({ env }, 'erase', '--number', number)
    const json = await runCommand({ env }, 'erase', '--number', number, '--json')

    expect(plain.status).toBe(2)
    expect(plain.stdout).toMatch(/^Nothing was erased\. This is what is kept of \+18•••89/)
    expect(plain.stdout).toContain('note: add --yes to erase all this')
    expect(json.status).toBe(2)
    expect(JSON.parse(json.stdout)).toMatchObject({
      outcome: 'unconfirmed',
      withdrawn: 0,
      remaining: [],
      callbacks: [{ id: 'one', state: 'dead' }],
    })
    expect(await dump(redis, ref.namespace)).toEqual(before)
  })

  it('only shows what it would do with --dry-run, --yes or not', async () => {
    const { store, env } = freshEnvironment()
    const { redis, ref } = store
    await xadd(store, { id: 'one', callId: 'c', callbackNumber: number })
    const before = await dump(redis, ref.namespace)
    for (const more of [[], ['--yes']]) {
      const dry = ['erase', '--number', number, '--dry-run', ...more]
      const { status, stdout } = await runCommand({ env }, ...dry, '--json')
      const onTerminal = { env, tty: true, stdin: typed('y') }
      const asked = await runCommand(onTerminal, ...dry)
      expect(status).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ outcome: 'dry-run', withdrawn: 1 })
      expect(asked.stdout).not.toContain('Erase all this?')
    }
    const nothing = await runCommand({ env }, 'erase', '--number', other, '--dry-run', '--json')
    expect(JSON.parse(nothing.stdout)).toMatchObject({ outcome: 'nothing-found' })
    expect(await dump(redis, ref.namespace)).toEqual(before)
  })

  it.each([
    ['y', 0, 0],
    ['yes', 0, 0],
    ['n', 2, 1],
    ['yesterday', 2, 1],
    ['', 2, 1],
  ])('asks on a terminal, and %j is its answer', async (answer, status, left) => {
    const { store, env } = freshEnvironment()
    await xadd(store, { id: 'one', callId: 'c', callbackNumber: number })
    const terminal = { env: { ...env, NO_COLOR: '1' }, tty: true, stdin: typed(answer) }
    const run = await runCommand(terminal, 'erase', '--number', number)
    expect(run.status).toBe(status)
    expect(run.stdout).toMatch(/erasing withdraws 1 promise .*\n[^]*Erase all this\? \[y\/N\] /)
    expect(run.stdout.includes('Erased +18•••89')).toBe(status === 0)
    expect(await store.redis.xlen(inboxKey(store.ref))).toBe(left)
    expect(squeezed(run.stdout)).not.toContain(digits)
  })

  it.each<[string, string | Buffer]>([
    ['a zero-width space between all digits', Array.from(number).join('\u200b')],
    ['word joiners and spaces', '+1\u2060 844 \u2060579\u2060 1189'],
    ['marks of direction around and within', '\u202d+1844\u200e5791189\u202c'],
    ['soft hyphens', '+1844\u00ad579\u00ad1189'],
    ['a selector of variants', '+1\ufe0f8\ufe0f4\ufe0f45791189'],
    ['the same, written as escapes of JSON', String.raw`{"callbackNumber":"+1844\u200b5791189"}`],
    ['escapes in what is not JSON', String.raw`+1844\u200b5791189 please`],
    [
      'bytes beside it that are not text',
      Buffer.concat([Buffer.from(number), Buffer.from([0xff])]),
    ],
  ])('finds the number in a letter with %s', async (_, sent) => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    startWorker()
    await xadd(store, sent)
    const { id } = await recorder.next('entry.buried')
    const shown = await runCommand({ env }, 'status', id)
    expect(shown.stdout.replaceAll(/[^\d]/g, '')).not.toContain(digits)
    const { stdout } = await runCommand({ env }, 'erase', '--number', number, '--yes', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'erased', callbacks: [{ id }] })
    expect(await redis.exists(callbackKey(ref, id))).toBe(0)
  })

  it('finds the number in the bytes of an entry without an intent', async () => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    startWorker()
    const sent = Buffer.concat([Buffer.from([0xff]), Buffer.from(number)])
    await redis.xadd(inboxKey(ref), '*', 'phone', sent)
    const { id } = await recorder.next('entry.buried')
    const shown = await runCommand({ env }, 'status', id, '--json')
    expect(shown.stdout).not.toContain(sent.toString('base64'))
    const { stdout } = await runCommand({ env }, 'erase', '--number', number, '--yes', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'erased', callbacks: [{ id }] })
  })

  it('names the ContactRequests that Salesforce has', async () => {
    const { store, redisUrl, sandbox, producer, recorder, startWorker } = await setup()
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    startWorker()
    await producer.enqueue({ id: 'done', callId: 'c', callbackNumber: number })
    await recorder.next('attempt.settled')

    const { status, stdout } = await runCommand({ env }, 'erase', '--number', number, '--yes')

    expect(status).toBe(0)
    expect(stdout).toMatch(/^Erased \+18•••89 in the namespace \S+, destinations default, \S+Z\.$/m)
    const recordId = sandbox.bookingsOf('c')[0]?.recordId ?? ''
    expect(stdout).toMatch(new RegExp(`^done +default +booked +${recordId}$`, 'm'))
    expect(stdout).toContain('Salesforce keeps the number in these ContactRequests')
    expect(stdout).not.toContain('withdrawn')
    expect(await redis.xlen(resultsKey(ref))).toBe(0)
  })

  it('leaves an attempt under way, says so with exit status 1, and erases it when it has ended', async () => {
    const { store, env } = freshEnvironment()
    const { redis, ref } = store
    const intent = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: number })
    await scheduled({ store, intent })
    const claim = { generation: 1, claim: 'c', now, nowWithTolerance: now }
    expect(await begin(store, { id: 'one', ...claim })).toMatchObject({ kind: 'begun' })
    await xadd(store, { id: 'two', callId: 'd', callbackNumber: number })
    const before = await redis.hgetall(callbackKey(ref, 'one'))
    const erase = ['erase', '--number', number, '--yes']

    const first = await runCommand({ env }, ...erase)

    expect(first.status).toBe(1)
    expect(first.stdout).toMatch(/^Erased \+18•••89 in part/)
    expect(first.stdout).toContain('not erased: callback one at default: an attempt is under way')
    expect(await redis.hgetall(callbackKey(ref, 'one'))).toEqual(before)
    expect(await redis.exists(jobKey(ref, 'cb-1-one'))).toBe(1)
    expect(await redis.xlen(inboxKey(ref))).toBe(0)

    await settle(store, settleInput({ id: 'one', now, nowMs: 1, recordId: 'r1' }))
    expect(await runCommand({ env }, ...erase)).toMatchObject({ status: 0 })
    expect(await redis.exists(callbackKey(ref, 'one'), jobKey(ref, 'cb-1-one'))).toBe(0)
  })

  it('makes a job that a worker holds already end without a byte sent', async () => {
    const { store, redisUrl, recorder, sandbox, startWorker } = await setup()
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    const intent = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: number })
    await scheduled({ store, intent })
    // As BullMQ locks a job before the processor sees it.
    await redis.set(`${jobKey(ref, 'cb-1-one')}:lock`, 'token')

    expect(await runCommand({ env }, 'erase', '--number', number, '--yes')).toMatchObject({
      status: 0,
    })
    await redis.del(`${jobKey(ref, 'cb-1-one')}:lock`)
    expect(await redis.exists(callbackKey(ref, 'one'))).toBe(0)
    expect(await redis.exists(jobKey(ref, 'cb-1-one'))).toBe(1)

    startWorker()
    expect(await recorder.next('job.skipped')).toMatchObject({ id: 'one' })
    expect(sandbox.bookings()).toEqual([])
  })

  it('says of a job that is held and named after the number that it is still there', async () => {
    const { store, env } = freshEnvironment()
    const { redis, ref } = store
    await scheduled({ store, intent: 'nobody’s' })
    await redis.hset(jobKey(ref, `cb-1-${number.slice(1)}`), 'data', '{"v":1}')
    await redis.set(`${jobKey(ref, `cb-1-${number.slice(1)}`)}:lock`, 'token')
    const held = await runCommand({ env }, 'erase', '--number', number, '--yes')
    expect(held).toMatchObject({
      status: 1,
      stdout: containing('not erased: job +18•••89 at default: a worker is holding it'),
    })
    await redis.del(`${jobKey(ref, `cb-1-${number.slice(1)}`)}:lock`)
    expect(await runCommand({ env }, 'erase', '--number', number, '--yes')).toMatchObject({
      status: 0,
    })
    expect(Object.keys(await dump(redis, ref.namespace)).join()).not.toContain(digits)
  })

  it('finds everything however much there is beside it', async () => {
    const { store, env } = freshEnvironment()
    const { redis, ref } = store
    const intentOf = (id: string, callbackNumber: string) =>
      JSON.stringify({ id, callId: id, callbackNumber })
    const writes = Array.from({ length: 1_200 }, (_, n) => {
      const who = n % 3 === 0 ? number : other
      const intent = intentOf(`cb-${n}`, who)
      return [
        redis.hset(callbackKey(ref, `cb-${n}`), { state: 'dead', intent, attempts: '0' }),
        redis.zadd(deadLettersKey(ref), n, `cb-${n}`),
        redis.xadd(resultsKey(ref), '*', 'id', `cb-${n}`, 'state', 'dead'),
        redis.xadd(inboxKey(ref), '*', 'intent', intentOf(`sent-${n}`, who)),
      ]
    })
    await Promise.all(writes.flat())

    const { status } = await runCommand({ env }, 'erase', '--number', number, '--yes')

    expect(status).toBe(0)
    expect(JSON.stringify(await dump(redis, ref.namespace))).not.toContain(digits)
    expect(await redis.zcard(deadLettersKey(ref))).toBe(800)
    expect(await redis.xlen(inboxKey(ref))).toBe(800)
    // 400 of the others’ each, and 400 entries that were withdrawn.
    expect(await redis.xlen(resultsKey(ref))).toBe(1_200)
  })

  it('erases at one destination alone where one is named', async () => {
    const { store, env } = freshEnvironment()
    const { redis, ref } = store
    const elsewhere = { ...ref, destination: 'elsewhere' }
    for (const each of [ref, elsewhere]) {
      const store = openStore(redis, each)
      await xadd(store, { callId: 'c', callbackNumber: number })
    }
    const erase = ['erase', '--number', number, '--yes']
    expect(await runCommand({ env }, ...erase, '--destination', 'elsewhere')).toMatchObject({
      status: 0,
    })
    expect(await redis.xlen(inboxKey(elsewhere))).toBe(0)
    expect(await redis.xlen(inboxKey(ref))).toBe(1)
    expect(await runCommand({ env }, ...erase, '--destination', 'elswhere')).toMatchObject({
      status: 2,
      stderr: containing('no destination "elswhere" is configured'),
    })
  })

  it.each([
    ['18445791189', 'It has no + before'],
    ['\u202d+18445791189\u202c', 'It has an invisible character, U+202D'],
    ['+1844579118x', 'It has letters'],
    ['+1 844 579 1189', 'It has spaces in it'],
    ['', 'It is empty'],
  ])('refuses %j as a number, says why, and does not repeat it', async (given, words) => {
    const { env } = freshEnvironment()
    const { status, stdout, stderr } = await runCommand({ env }, 'erase', '--number', given)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(words)
    expect(stderr).toContain('write E.164: a + followed by 7 to 15 digits and nothing else.')
    expect(stderr).not.toContain('844579')
  })

  it('stops when it is asked to, and the receipt says how far it came', async () => {
    const { store, env } = freshEnvironment()
    for (const id of ['one', 'two']) await xadd(store, { id, callId: id, callbackNumber: number })
    const command = startCommand({ env }, 'erase', '--number', number, '--yes', '--json')
    command.stop()
    const { status, stdout } = await command.done
    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'incomplete',
      counts: [],
      withdrawn: 0,
      remaining: [{ id: 'one' }, { id: 'two' }],
    })
    expect(await store.redis.xlen(inboxKey(store.ref))).toBe(2)
  })
})

it.each(['9999999999999-0', '18446744073709551615-18446744073709551615'])(
  'erases a number from an inbox that was given the id %s',
  async (odd) => {
    const { store, redisUrl } = await setup()
    const { redis, ref } = store
    const intent = JSON.stringify({ id: 'one', callId: 'c', callbackNumber: number })
    await redis.xadd(inboxKey(ref), odd, 'intent', intent)
    await redis.xadd(resultsKey(ref), '9999999999999-0', 'id', `tel-${number.slice(1)}`)
    const env = environmentOf(redisUrl, ref.namespace)
    expect(await runCommand({ env }, 'erase', '--number', number, '--yes')).toMatchObject({
      status: 0,
    })
    expect(squeezed(JSON.stringify(await dump(redis, ref.namespace)))).not.toContain(digits)
  },
)
