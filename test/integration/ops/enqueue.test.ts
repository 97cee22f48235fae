import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { parseIntent } from '../../../src/shared/contract/intent.ts'
import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { temporaryFile } from '../../unit/shared/config/temporary-folder.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand, startCommand } from './support/cli.ts'
import { containing, matching } from './support/asymmetric.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
const minimal = ['--call-id', 'c-1', '--number', number]
const answer = z.looseObject({ kind: z.string(), id: z.string() })

describe('ringback enqueue', () => {
  it('says that a callback is accepted, under which id, and when it is due', async () => {
    const { env } = freshEnvironment()

    const now = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a')
    const later = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'b', '--delay', '5m')

    expect(now).toEqual({ status: 0, stdout: 'accepted a, due now\n', stderr: '' })
    expect(later.status).toBe(0)
    expect(later.stdout).toMatch(
      /^accepted b, due \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(in 5 min\)\n$/,
    )
  })

  it('answers the same content with its state, and other content under the same id with a refusal', async () => {
    const { env } = freshEnvironment()
    const first = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a')
    const again = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a')
    const other = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a', '--preview')

    expect(first.stdout).toContain('accepted a')
    expect(again).toMatchObject({
      status: 0,
      stdout: matching(/^duplicate a: .*is accepted$/m),
    })
    expect(other.status).toBe(1)
    expect(other.stdout).toMatch(/^refused \(id-conflict\).*\n {2}id: a callback a already exists/)
  })

  it('carries every option into the intent', async () => {
    const { env, store } = freshEnvironment()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'

    const { status, stdout } = await runCommand(
      { env },
      ...['enqueue', '--call-id', 'c-1', '--number', number, '--id', 'all', '--preview', '--json'],
      ...['--not-before', '2026-03-02T09:00', '--time-zone', 'Europe/Vienna', '--priority', '0'],
      ...[
        '--scheduled-routing',
        '2026-03-02T09:30:00+01:00',
        '--expires-at',
        '2999-01-01T00:00:00Z',
      ],
      ...['--requested-at', '2026-03-01T08:00:00Z', '--attribute', 'campaign=spring'],
      ...['--attribute', 'note=a=b', '--traceparent', traceparent],
    )

    expect(status).toBe(0)
    expect(answer.parse(JSON.parse(stdout))).toMatchObject({ kind: 'accepted', id: 'all' })
    expect((await readCallback(store, 'all'))?.intent).toEqual({
      id: 'all',
      callId: 'c-1',
      callbackNumber: number,
      isPreviewCallback: true,
      scheduledRoutingDateTime: '2026-03-02T08:30:00Z',
      notBefore: '2026-03-02T08:00:00.000Z',
      expiresAt: '2999-01-01T00:00:00.000Z',
      priority: 0,
      requestedAt: '2026-03-01T08:00:00.000Z',
      attributes: { campaign: 'spring', note: 'a=b' },
    })
    expect(
      await store.redis.hget(`{${store.ref.namespace}:default}:callback:all`, 'traceparent'),
    ).toBe(traceparent)
  })

  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['PT5M', 300_000],
    ['1500', 1_500],
  ])('takes a delay of %s', async (delay, ms) => {
    const { env, store } = freshEnvironment()
    await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a', '--delay', delay)
    expect((await readCallback(store, 'a'))?.intent?.delay).toBe(ms)
  })

  const wrong: [what: string, option: string, field: string, args: string[], input: object][] = [
    ['no call', 'callId (--call-id)', 'callId', [], {}],
    ['no number', 'callbackNumber (--number)', 'callbackNumber', [], {}],
    [
      'a number that is not E.164',
      'callbackNumber (--number)',
      'callbackNumber',
      ['--number', '0844 579'],
      { callbackNumber: '0844 579' },
    ],
    ['a delay in months', 'delay', 'delay', [...minimal, '--delay', 'P1M'], { delay: 'P1M' }],
    ['a delay of no unit', 'delay', 'delay', [...minimal, '--delay', '5x'], { delay: '5x' }],
    [
      'delay and notBefore',
      'delay',
      'delay',
      [...minimal, '--delay', 'PT5M', '--not-before', '2999-01-01T00:00:00Z'],
      { delay: 300_000, notBefore: '2999-01-01T00:00:00Z' },
    ],
    [
      'a local time without a zone',
      'notBefore (--not-before)',
      'notBefore',
      [...minimal, '--not-before', '2026-03-29T02:30'],
      { notBefore: '2026-03-29T02:30' },
    ],
    [
      'a time that the clocks skip',
      'notBefore (--not-before)',
      'notBefore',
      [...minimal, '--not-before', '2026-03-29T02:30', '--time-zone', 'Europe/Vienna'],
      { notBefore: '2026-03-29T02:30', timeZone: 'Europe/Vienna' },
    ],
    [
      'an unknown zone',
      'timeZone (--time-zone)',
      'timeZone',
      [...minimal, '--not-before', '2026-03-29T01:30', '--time-zone', 'Mars'],
      { notBefore: '2026-03-29T01:30', timeZone: 'Mars' },
    ],
    [
      'a date without an offset',
      'scheduledRoutingDateTime (--scheduled-routing)',
      'scheduledRoutingDateTime',
      [...minimal, '--scheduled-routing', '2026-03-29'],
      { scheduledRoutingDateTime: '2026-03-29' },
    ],
    ['an id with a colon', 'id', 'id', [...minimal, '--id', 'a:b'], { id: 'a:b' }],
    [
      'an id of 200 characters',
      'id',
      'id',
      [...minimal, '--id', 'a'.repeat(200)],
      { id: 'a'.repeat(200) },
    ],
    ['an empty id', 'id', 'id', [...minimal, '--id', ''], { id: '' }],
    [
      'a priority that is not a number',
      'priority',
      'priority',
      [...minimal, '--priority', 'high'],
      { priority: 'high' },
    ],
    ['an empty priority', 'priority', 'priority', [...minimal, '--priority', ''], { priority: '' }],
    [
      'a priority out of range',
      'priority',
      'priority',
      [...minimal, '--priority', '10'],
      { priority: 10 },
    ],
    [
      'an attribute that is too long',
      'attributes (--attribute)',
      'attributes',
      [...minimal, '--attribute', `a=${'x'.repeat(300)}`],
      { attributes: { a: 'x'.repeat(300) } },
    ],
  ]

  it.each(wrong)(
    'refuses %s in the words of the library, names the option %s, and accepts nothing',
    async (_, option, field, args, input) => {
      const { env, store } = freshEnvironment()
      const required = args.includes('--call-id') ? { callId: 'c-1', callbackNumber: number } : {}
      const parsed = parseIntent({ ...required, ...input })
      const problems = parsed.kind === 'invalid' ? parsed.problems : []
      const expected = problems.find((problem) => problem.field === field)

      const { status, stdout } = await runCommand({ env }, 'enqueue', ...args)

      expect(expected).toBeDefined()
      expect(status).toBe(1)
      expect(stdout).toContain(`  ${option}: ${expected?.message ?? ''}`)
      expect(await store.redis.exists(inboxKey(store.ref))).toBe(0)
    },
  )

  it('refuses what has expired already, and lists everything that is wrong at once', async () => {
    const { env } = freshEnvironment()
    const expired = await runCommand(
      { env },
      'enqueue',
      ...minimal,
      '--expires-at',
      '2020-01-01T00:00:00Z',
    )
    const several = await runCommand({ env }, 'enqueue', '--number', 'x', '--id', 'a:b', '--json')

    expect(expired).toMatchObject({
      status: 1,
      stdout: matching(/expiresAt \(--expires-at\): is not after/),
    })
    expect(several.status).toBe(1)
    expect(JSON.parse(several.stdout)).toMatchObject({
      kind: 'refused',
      code: 'invalid-intent',
      problems: [{ field: 'id' }, { field: 'callId' }, { field: 'callbackNumber' }],
    })
  })

  it('accepts a callback whose trace is broken, and says that it is left out', async () => {
    const { env, store } = freshEnvironment()
    const args = [...minimal, '--id', 'a', '--traceparent', 'x']
    const { status, stdout, stderr } = await runCommand({ env }, 'enqueue', ...args)

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'accepted a, due now\n' })
    expect(stderr).toMatch(/^--traceparent is not W3C trace context .* and is left out\.\n$/)
    expect(
      await store.redis.hexists(`{${store.ref.namespace}:default}:callback:a`, 'traceparent'),
    ).toBe(0)
  })

  it.each([
    ['a number twice', ['--number', '+18445791190'], /option '--number <e164>' is given twice/],
    ['a call twice', ['--call-id', 'c-2'], /option '--call-id <id>' is given twice/],
    ['a delay twice', ['--delay', '5m', '--delay', '6m'], /'--delay <duration>' is given twice/],
    ['an unknown option', ['--delai', '5m'], /unknown option '--delai'[^]*Did you mean --delay/],
    ['an argument too many', ['more'], /too many arguments/],
    ['an attribute without a name', ['--attribute', '=x'], /Write name=value/],
    ['an attribute twice', ['--attribute', 'a=1', '--attribute', 'a=2'], /a is given twice/],
  ])('calls %s a wrong command and does nothing', async (_, args, words) => {
    const { env, store } = freshEnvironment()
    const { status, stderr, stdout } = await runCommand({ env }, 'enqueue', ...minimal, ...args)

    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(words)
    expect(stderr).not.toContain('8445791')
    expect(await store.redis.exists(inboxKey(store.ref))).toBe(0)
  })

  it('names the nearest destination and all others when one is not configured', async () => {
    const { env } = freshEnvironment()
    const file = temporaryFile('ringback.json', '{ "destinations": { "acme": {}, "globex": {} } }')
    const settings = { ...env, RINGBACK_CONFIG: file }

    const typo = await runCommand({ env: settings }, 'enqueue', ...minimal, '--destination', 'acne')
    const silent = await runCommand({ env: settings }, 'enqueue', ...minimal)
    const right = await runCommand(
      { env: settings },
      'enqueue',
      ...minimal,
      '--destination',
      'acme',
    )

    expect(typo.status).toBe(2)
    expect(typo.stderr).toMatch(
      /"acne" is configured\. Did you mean acme\? Configured: acme, globex\./,
    )
    expect(typo.stderr).toContain('code: unknown-destination')
    expect(silent).toMatchObject({ status: 2, stderr: containing('none was named: say which') })
    expect(right.status).toBe(0)
  })

  it('goes to the only destination there is, whatever its name', async () => {
    const { env, store } = freshEnvironment()
    const file = temporaryFile('ringback.json', '{ "destinations": { "acme": {} } }')
    await runCommand({ env: { ...env, RINGBACK_CONFIG: file } }, 'enqueue', ...minimal)
    expect(await store.redis.xlen(inboxKey({ ...store.ref, destination: 'acme' }))).toBe(1)
  })

  it('says within seconds that Redis is away, with the fix', async () => {
    const env = environmentOf('redis://127.0.0.1:1', 'nobody')
    const plain = await runCommand({ env }, 'enqueue', ...minimal)
    const json = await runCommand({ env }, 'enqueue', ...minimal, '--json')

    expect(plain).toMatchObject({ status: 1, stdout: '' })
    expect(plain.stderr).toMatch(
      /^error: Redis at 127\.0\.0\.1:1 did not answer.*\ncode: redis-unavailable\n.+\n$/,
    )
    expect(json).toMatchObject({ status: 1, stdout: '' })
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'redis-unavailable' } })
  })

  it('lists every problem of the configuration and ends with 2', async () => {
    const env = { RINGBACK_RATE: 'x', RINGBACK_NAMESPACE: 'A' }
    const { status, stderr } = await runCommand({ env }, 'enqueue', ...minimal)
    expect(status).toBe(2)
    expect(stderr).toMatch(/RINGBACK_NAMESPACE: .*\nRINGBACK_RATE: /)
  })
})

describe('ringback enqueue --wait', () => {
  it('ends with 0 once the callback is booked, and says as what', async () => {
    const { store, redisUrl, sandbox, startWorker } = await setup()
    startWorker()
    const env = environmentOf(redisUrl, store.ref.namespace)

    const { status, stdout } = await runCommand(
      { env },
      'enqueue',
      ...minimal,
      '--id',
      'a',
      '--wait',
    )

    expect(status).toBe(0)
    const [booking] = sandbox.bookingsOf('c-1')
    expect(stdout).toBe(
      `accepted a, due now\nbooked a as ${booking?.recordId ?? '?'} after 1 attempt\n`,
    )
  })

  it('ends with 1 when the callback dies, and says why', async () => {
    const { store, redisUrl, sandbox, startWorker } = await setup()
    sandbox.setFaults([{ do: 'refuse', status: 400, code: 'BAD', message: 'no such call' }])
    startWorker()
    const env = environmentOf(redisUrl, store.ref.namespace)

    const plain = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a', '--wait')
    const json = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'b', '--wait', '--json')

    expect(plain.status).toBe(1)
    expect(plain.stdout).toMatch(/^dead a after 1 attempt: refused, .*\n.*no such call/m)
    expect(json.status).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: 'accepted',
      id: 'b',
      end: { state: 'dead', reason: 'refused', attempts: 1 },
    })
  })

  it('reports the end of a duplicate that ended before it was asked', async () => {
    const { store, redisUrl, startWorker } = await setup()
    startWorker()
    const env = environmentOf(redisUrl, store.ref.namespace)
    const first = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a', '--wait')
    const again = await runCommand({ env }, 'enqueue', ...minimal, '--id', 'a', '--wait')

    expect([first.status, again.status]).toEqual([0, 0])
    expect(again.stdout).toMatch(/^duplicate a: .*\nbooked a as \w+ after 1 attempt\n$/)
  })

  it('waits for the end of a duplicate that is under way', async () => {
    const { store, redisUrl, producer, startWorker } = await setup()
    await producer.enqueue({ id: 'a', callId: 'c-1', callbackNumber: number })
    const waiting = startCommand(
      { env: environmentOf(redisUrl, store.ref.namespace) },
      'enqueue',
      ...minimal,
      '--id',
      'a',
      '--wait',
    )
    await waiting.prints(/^duplicate a/)
    startWorker()
    expect(await waiting.done).toMatchObject({
      status: 0,
      stdout: matching(/^booked a/m),
    })
  })

  it('does not wait for what was refused', async () => {
    const { env } = freshEnvironment()
    expect(await runCommand({ env }, 'enqueue', '--wait')).toMatchObject({ status: 1 })
  })

  it('ends with 1 and leaves the callback alone when it is stopped', async () => {
    const { env, store } = freshEnvironment()
    const waiting = startCommand({ env }, 'enqueue', ...minimal, '--id', 'a', '--wait')
    await waiting.prints(/^accepted a/)
    waiting.stop()

    expect(await waiting.done).toMatchObject({
      status: 1,
      stdout: containing('ringback status a'),
    })
    expect((await readCallback(store, 'a'))?.state).toBe('accepted')
  })
})
