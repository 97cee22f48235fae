/** docs/wire-protocol.md, held to what the code does. */
import { readResults } from '../../src/shared/store/results/results.ts'
import { countEnds } from '../../src/shared/store/runs/count-ends.ts'
import { planRun } from '../../src/shared/store/runs/plan-run.ts'
import { readRun, type Run } from '../../src/shared/store/runs/run-record.ts'
import { readRunPage } from '../../src/shared/store/runs/run-page.ts'
import { stepRun } from '../../src/shared/store/runs/step-run.ts'
import { updateRun } from '../../src/shared/store/runs/update-run.ts'
import { settleInput } from '../support/end-inputs.ts'
import { basename } from 'node:path'
import { readdirSync } from 'node:fs'

import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'

import { createProducer } from '../../src/producer/index.ts'
import { callbackHash, resultEntry } from '../../src/shared/contract/callback-hash.ts'
import { timingProblem } from '../../src/shared/contract/due.ts'
import { intentFields, maxIntentBytes, parseIntent } from '../../src/shared/contract/intent.ts'
import { sendPhases } from '../../src/shared/delivery/salesforce-answer.ts'
import { deadReasons, states } from '../../src/shared/contract/states.ts'
import type { DestinationStore } from '../../src/shared/redis/destination-store.ts'
import { keyTable } from '../../src/shared/redis/key-table.ts'
import {
  callbackKey,
  controlKey,
  callPlaceKey,
  deadLettersKey,
  inboxKey,
  numberPlaceKey,
  resultsKey,
  secretKey,
} from '../../src/shared/redis/keys.ts'
import { bridgeGroup } from '../../src/shared/store/inbox/inbox.ts'
import { answerWish } from '../../src/shared/store/inbox/wish-answer.ts'
import { accept } from '../../src/shared/store/ledger/accept.ts'
import { bury } from '../../src/shared/store/dead-letters/bury.ts'
import { placesOf } from '../../src/shared/store/ledger/places.ts'
import { open } from '../../src/shared/store/ledger/open.ts'
import { redrive } from '../../src/shared/store/dead-letters/redrive.ts'
import { begin } from '../../src/shared/store/ledger/begin.ts'
import { cancel } from '../../src/shared/store/ledger/cancel.ts'
import { discard } from '../../src/shared/store/dead-letters/discard.ts'
import { rescheduleByEntry } from '../../src/shared/store/ledger/reschedule.ts'
import { settle, type SettleInput } from '../../src/shared/store/ledger/settle.ts'
import { resolve } from '../../src/shared/store/dead-letters/resolve.ts'
import { verify } from '../../src/shared/store/ledger/verify.ts'
import { xadd } from '../support/inbox.ts'
import { ledgerWith } from '../support/ledger.ts'
import { testNumberKey } from '../support/number-key.ts'
import { freshNamespace, redisUrl } from '../support/redis.ts'
import { connectRaw } from '../support/resp-client.ts'
import { setup } from '../support/ringback.ts'
import {
  aclRule,
  documentedNames,
  fencedBlocks,
  knowsSelectors,
  readRepositoryFile,
  wireProtocolPage,
} from '../support/wire-protocol-page.ts'

const intent = '{"id":"call-42","callId":"vendor-42","callbackNumber":"+18445791189"}'

/** vitest types its matchers as any. */
const anyTime: unknown = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

describe('a client that knows nothing but RESP', () => {
  it('makes a promise with XADD, hears of its end with XREAD, and reads the whole with HGETALL', async () => {
    const { store, redisUrl: url, sandbox, startWorker } = await setup()
    const { ref } = store
    startWorker()
    const client = connectRaw(url)

    const entryId = await client.call('XADD', inboxKey(ref), '*', 'intent', intent)
    expect(entryId).toMatch(/^\d+-\d+$/)

    const results = await client.call('XREAD', 'BLOCK', '0', 'STREAMS', resultsKey(ref), '0')
    const [booking] = sandbox.bookingsOf('vendor-42')
    expect(results).toEqual([
      [
        resultsKey(ref),
        [
          [
            expect.stringMatching(/^\d+-\d+$/),
            [
              ...['id', 'call-42', 'state', 'booked', 'attempts', '1', 'at', anyTime],
              ...['callId', 'vendor-42', 'recordId', booking?.recordId],
            ],
          ],
        ],
      ],
    ])

    const fields = pairs(await client.call('HGETALL', callbackKey(ref, 'call-42')))
    expect(fields).toMatchObject({
      v: '1',
      state: 'booked',
      recordId: booking?.recordId,
      attempts: '1',
      acceptedAt: new Date(Number(String(entryId).split('-')[0])).toISOString(),
      intent,
    })
    expect(callbackHash.safeParse(fields).error).toBeUndefined()
    expect(await client.call('XLEN', inboxKey(ref))).toBe(0)
    expect(sandbox.bookings()).toHaveLength(1)
  })

  it('learns from a dead letter what was wrong with its intent', async () => {
    const { store, redisUrl: url, startWorker } = await setup()
    const { ref } = store
    startWorker()
    const client = connectRaw(url)
    const wrong = '{"id":"typo","callId":"c","callbackNumber":"0844 579 1189","dealy":5000}'
    await client.call('XADD', inboxKey(ref), '*', 'intent', wrong)
    await client.call('XREAD', 'BLOCK', '0', 'STREAMS', resultsKey(ref), '0')

    expect(await client.call('ZRANGE', deadLettersKey(ref), '0', '-1')).toEqual(['typo'])
    const key = callbackKey(ref, 'typo')
    expect(await client.call('HMGET', key, 'state', 'reason', 'code', 'message', 'raw')).toEqual([
      'dead',
      'invalid',
      'invalid-intent',
      'callbackNumber: has spaces in it; write E.164: a + followed by 7 to 15 digits and nothing else; ' +
        'dealy: is not a field of an intent',
      wrong,
    ])
  })

  it('reads results in a group, and confirms them, as the page shows', async () => {
    const { store, redisUrl: url, startWorker } = await setup()
    const { ref } = store
    const client = connectRaw(url)
    const commands = fencedBlocks(wireProtocolPage, 'sh').find((block) => block.includes('XGROUP'))
    const call = (name: string, entryId = '') => {
      const line = (commands ?? '').split('\n').find((each) => each.includes(`redis-cli ${name} `))
      const words = line?.split(' ').slice(1) ?? []
      return client.call(
        ...words.map((word) =>
          word.replaceAll("'", '').replace('{ringback:default}', `{${ref.namespace}:default}`),
        ),
        ...(entryId === '' ? [] : [entryId]),
      )
    }
    expect(await call('XGROUP')).toBe('OK')
    startWorker()
    await client.call('XADD', inboxKey(ref), '*', 'intent', intent)

    const [[stream, [[entryId, values]]]] = (await call('XREADGROUP')) as [
      [string, [[string, string[]]]],
    ]
    expect(stream).toBe(resultsKey(ref))
    expect(pairs(values)).toMatchObject({ id: 'call-42', state: 'booked' })
    expect(resultEntry.safeParse(pairs(values)).error).toBeUndefined()
    expect(await client.call('XACK', resultsKey(ref), 'crm', entryId)).toBe(1)
    expect(await call('XAUTOCLAIM')).toEqual(['0-0', [], []])
  })
})

describe('the page', () => {
  it('names every field of an intent, and no other', () => {
    expect(tableAfterHeading('### The intent').toSorted()).toEqual(intentFields.toSorted())
    expect(wireProtocolPage).toContain(`at most ${maxIntentBytes} bytes`)
  })

  it('explains every state and every reason of death', () => {
    expect(tableAfterHeading('### States').toSorted()).toEqual(states.toSorted())
    expect(tableAfterHeading('## Dead letters').toSorted()).toEqual(deadReasons.toSorted())
  })

  it('explains every phase of an attempt', () => {
    expect(documentedNames(wireProtocolPage, 'phases of an attempt')).toEqual(sendPhases.toSorted())
  })

  it('names every public key', () => {
    const published = keyTable.filter(({ audience }) => audience === 'public')
    expect(tableAfterHeading('## Keys')).toEqual(
      published.map(({ key }) => key.replace(':d}', ':default}')),
    )
  })

  it('names every field that the scripts write about a callback and its result, and no other', async () => {
    const { store } = await ledgerWith()
    const written = await fieldsOfAWholeLife(store)
    expect(written.callback).toEqual(documentedNames(wireProtocolPage, 'fields of a callback'))
    expect(written.result).toEqual(documentedNames(wireProtocolPage, 'fields of a result'))
  })

  it('describes the same fields as the JSON Schemas do, but for what is internal', () => {
    const documented = documentedNames(wireProtocolPage, 'fields of a callback').filter(
      (name) => !isInternal(name) && name !== 'attempt:<n>',
    )
    expect(Object.keys(callbackHash.shape).toSorted()).toEqual(documented)
    expect(Object.keys(resultEntry.shape).toSorted()).toEqual(
      documentedNames(wireProtocolPage, 'fields of a result'),
    )
  })

  it('misses no field of a callback that any script could write', () => {
    const folder = 'src/shared/store'
    // These write into hashes that are not a callback's.
    const others = ['recent.lua', 'taking.lua']
    const scripts = readdirSync(new URL(`../../${folder}`, import.meta.url), {
      recursive: true,
      encoding: 'utf8',
    }).filter((file) => file.endsWith('.lua') && !others.includes(basename(file)))
    const written = new Set(
      scripts.flatMap((file) => hashFieldsIn(readRepositoryFile(`${folder}/${file}`))),
    )
    expect([...written].toSorted()).toEqual(
      documentedNames(wireProtocolPage, 'fields of a callback'),
    )
  })

  it('names every field that a worker writes about an attempt, and no other', async () => {
    const { store, sandbox, startWorker, recorder } = await setup({
      destination: { onUncertain: 'verify' },
    })
    // Nothing booked, and how long to wait; refused; booked and then cut off, so uncertain, and verified.
    sandbox.setFaults([
      { do: 'limit', retryAfter: 1, times: 1, match: { callId: 'limited' } },
      { do: 'refuse', status: 400, match: { callId: 'refused' } },
      { do: 'cut', when: 'after', times: 1, match: { callId: 'cut' } },
    ])
    const callIds = ['limited', 'refused', 'cut']
    for (const [index, callId] of callIds.entries()) {
      await xadd(store, { id: callId, callId, callbackNumber: `+1844579118${index}` })
    }
    startWorker()
    for (const id of ['limited', 'refused']) {
      await recorder.next(
        'attempt.settled',
        (event) => event.id === id && event.state !== 'retrying',
      )
    }
    await recorder.next('attempt.verified', ({ id, state }) => id === 'cut' && state === 'booked')
    // Of a worker that is traced, as test/integration/shared/telemetry/spans.test.ts has one.
    const written = new Set(['traceparent'])
    const outcomes = new Set<unknown>()
    for (const id of callIds) {
      const hash = await store.redis.hgetall(callbackKey(store.ref, id))
      expect(callbackHash.safeParse(hash).error).toBeUndefined()
      for (const [field, json] of Object.entries(hash)) {
        if (!field.startsWith('attempt:')) continue
        const record = JSON.parse(json) as Record<string, unknown>
        outcomes.add(record['outcome'])
        for (const name of Object.keys(record)) written.add(name)
      }
    }
    expect(outcomes).toEqual(new Set(['unavailable', 'refused', 'uncertain', 'booked']))
    expect([...written].toSorted()).toEqual(
      documentedNames(wireProtocolPage, 'fields of an attempt'),
    )
  })
})

/** The page says so in the column that says what a field holds. */
function isInternal(field: string): boolean {
  const row = wireProtocolPage.split('\n').find((line) => line.startsWith(`| \`${field}\` `))
  return row?.split('|')[3]?.trim().startsWith('internal: ') ?? false
}

describe('every intent that is shown to be copied', () => {
  it.each(shownIntents())('is valid: $where', ({ json }) => {
    const parsed = parseIntent(JSON.parse(json))
    expect(parsed).toMatchObject({ kind: 'ok' })
    if (parsed.kind !== 'ok') return
    expect(timingProblem(parsed.intent, Date.parse('2026-02-26T15:40:52Z'))).toBeUndefined()
  })

  // Those of the programs are run: examples.test.ts.
  it('comes from the page and from the samples', () => {
    const places = new Set(shownIntents().map(({ where }) => where.replace(/(, shell,)? \d+$/, '')))
    expect([...places].toSorted()).toEqual(['docs/wire-protocol.md', 'examples/callbacks.jsonl'])
  })
})

describe('the access rules of the page', () => {
  it('let a vendor enqueue and look at callbacks under its own prefix, and do nothing else', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const vendor = await userOf('acme', { store })
    const entryId = await vendor.call('XADD', inboxKey(ref), '*', 'intent', intent)
    expect(await redis.xrange(inboxKey(ref), '-', '+')).toEqual([[entryId, ['intent', intent]]])
    await redis.hset(callbackKey(ref, 'acme-1'), 'state', 'booked')
    expect(await vendor.call('HMGET', callbackKey(ref, 'acme-1'), 'state')).toEqual(['booked'])
    expect(await vendor.call('HGETALL', callbackKey(ref, 'acme-1'))).toEqual(['state', 'booked'])
    const other = { ...ref, destination: 'other' }
    for (const forbidden of [
      ['XTRIM', inboxKey(ref), 'MAXLEN', '0'],
      ['XDEL', inboxKey(ref), String(entryId)],
      ['XSETID', inboxKey(ref), '9999999999999-0'],
      ['DEL', inboxKey(ref)],
      ['XGROUP', 'DESTROY', inboxKey(ref), 'bridge'],
      ['XADD', inboxKey(other), '*', 'intent', intent],
      ['HGETALL', callbackKey(other, 'acme-1')],
      ['HSET', callbackKey(ref, 'acme-1'), 'state', 'booked'],
      ['XADD', resultsKey(ref), '*', 'id', 'call-42'],
      ['EVAL', `return redis.call('HGETALL', KEYS[1])`, '1', callbackKey(ref, 'call-42')],
      ['SUBSCRIBE', 'ringback:step'],
      ['PUBLISH', 'ringback:step', 'x'],
      ['SCAN', '0'],
      ['CONFIG', 'GET', '*'],
      ['ACL', 'LIST'],
      ['CLIENT', 'LIST'],
      ['INFO'],
      ['MONITOR'],
      ['FLUSHALL'],
    ] as [string, ...string[]][]) {
      const [name, ...args] = forbidden
      await expect(vendor.call(name, ...args), name).rejects.toThrow('NOPERM')
    }
  })

  it('let a vendor read nothing that another one has sent, wherever it lies', async () => {
    const { store } = await ledgerWith({})
    const { ref } = store
    const { url } = await userOf('acme', { store })
    const vendor = new Redis(url, { protocol: 2, enableReadyCheck: false })
    onTestFinished(() => vendor.disconnect())
    const ids = ['call-42', 'acme', 'acm-1', 'ACME-1', 'inbox-1-0', 'auto-W7aYv4Jixf1XDMl_p1bqvO']
    const keys = keyTable.flatMap(({ key }) => {
      const own = key
        .replace('{ringback:d}', `{${ref.namespace}:${ref.destination}}`)
        .replace(/^ringback:/, `${ref.namespace}:`)
        .replace(/\*$/, 'cb-1-call-42')
      return own.includes('<id>') ? ids.map((id) => own.replace('<id>', id)) : [own]
    })
    expect(keys.length).toBeGreaterThanOrEqual(keyTable.length)
    const ways = [
      ...['GET', 'DUMP', 'TYPE', 'TTL', 'HGETALL', 'HKEYS', 'HVALS', 'XLEN', 'SMEMBERS'],
      ...['HMGET', 'HGET', 'HEXISTS'].map((name) => `${name} KEY intent`),
      ...['XRANGE KEY - +', 'XREVRANGE KEY + -', 'ZRANGE KEY 0 -1', 'LRANGE KEY 0 -1'],
      ...['XREAD STREAMS KEY 0', 'XREADGROUP GROUP bridge me STREAMS KEY >', 'XINFO STREAM KEY'],
      ...['XAUTOCLAIM KEY bridge me 0 0', 'XPENDING KEY bridge', 'XCLAIM KEY bridge me 0 1-0'],
      ...['COPY KEY mine', 'RENAME KEY mine', 'SORT KEY', 'OBJECT ENCODING KEY', 'HSCAN KEY 0'],
    ]
    for (const key of keys) {
      for (const way of ways) {
        const [name = '', ...args] = (way.includes(' ') ? way : `${way} KEY`).split(' ')
        const words = args.map((word) => (word === 'KEY' ? key : word))
        const message = `${name} ${words.join(' ')}`
        await expect(vendor.call(name, ...words), message).rejects.toThrow('NOPERM')
      }
    }
  })

  it.each(['acme', 'consumer', 'app'])(
    'let %s read neither the key by which numbers are looked up, nor what lies under it',
    async (user) => {
      const { store } = await ledgerWith({})
      const { redis, ref } = store
      await redis.set(secretKey(ref), 'made:of-this-test')
      await redis.zadd(numberPlaceKey(ref, '0000'), 1, '0000one')
      const limited = await userOf(user, { store })
      const get = `return redis.call('GET', KEYS[1])`
      for (const words of [
        ['GET', secretKey(ref)],
        ['DUMP', secretKey(ref)],
        ['EVAL', get, '1', secretKey(ref)],
        ['SET', secretKey(ref), 'made:of-somebody-else'],
        ['ZRANGE', numberPlaceKey(ref, '0000'), '0', '-1'],
        ['ZRANGE', callPlaceKey(ref, '0000'), '0', '-1'],
      ]) {
        const [name = '', ...args] = words
        await expect(limited.call(name, ...args), words.join(' ')).rejects.toThrow(
          /NOPERM|can't (access|run)|no permissions/i,
        )
      }
    },
  )

  // What the page says that no rule can do. Where this fails, it says too little of what Redis can.
  it('cannot keep a vendor from trimming the inbox, or from giving an entry an id of its own', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const vendor = await userOf('acme', { store })
    await redis.xadd(inboxKey(ref), '*', 'intent', intent)
    await vendor.call('XADD', inboxKey(ref), 'MAXLEN', '1', '9999999999999-0', 'intent', 'x')
    expect(await redis.xrange(inboxKey(ref), '-', '+')).toEqual([
      ['9999999999999-0', ['intent', 'x']],
    ])
  })

  it('let a consumer use its group on the results, and write nothing into them', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const consumer = await userOf('consumer', { store })
    const key = resultsKey(ref)
    await redis.xadd(key, '1-0', 'id', 'call-42')
    expect(await consumer.call('XGROUP', 'CREATE', key, 'crm', '0')).toBe('OK')
    expect(await consumer.call('XREADGROUP', 'GROUP', 'crm', 'c', 'STREAMS', key, '>')).toEqual([
      [key, [['1-0', ['id', 'call-42']]]],
    ])
    expect(await consumer.call('XACK', key, 'crm', '1-0')).toBe(1)
    await expect(consumer.call('XADD', key, '*', 'id', 'x')).rejects.toThrow('NOPERM')
    await expect(consumer.call('XGROUP', 'DESTROY', key, 'crm')).rejects.toThrow('NOPERM')
    await expect(consumer.call('XGROUP', 'SETID', key, 'crm', '$')).rejects.toThrow('NOPERM')
    await expect(consumer.call('XTRIM', key, 'MAXLEN', '0')).rejects.toThrow('NOPERM')
    await expect(consumer.call('HGETALL', callbackKey(ref, 'x'))).rejects.toThrow('NOPERM')
    await expect(consumer.call('XRANGE', inboxKey(ref), '-', '+')).rejects.toThrow('NOPERM')
  })

  it('let the library read results as a consumer, if it may ask who the server is', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const { url } = await userOf('consumer', { store })
    await redis.call('ACL', 'SETUSER', new URL(url).username, '+info')
    const producer = createProducer({ redisUrl: url, namespace: ref.namespace })
    onTestFinished(() => producer.close())
    await redis.xadd(resultsKey(ref), '*', 'id', 'call-42', 'state', 'booked')
    for await (const result of producer.results({ group: 'crm', consumer: 'c' })) {
      expect(result).toMatchObject({ id: 'call-42', state: 'booked' })
      await result.acknowledge()
      break
    }
  })

  it('are enough for the library, which also submits a dead id anew, and cancels', async () => {
    const { store } = await ledgerWith({})
    const { redis, ref } = store
    const app = await userOf('app', { store })
    const producer = createProducer({ redisUrl: app.url, namespace: ref.namespace })
    onTestFinished(() => producer.close())
    const input = { id: 'call-42', callId: 'vendor-42', callbackNumber: '+18445791189' }

    await redis.hset(callbackKey(ref, 'call-42'), {
      state: 'dead',
      reason: 'refused',
      generation: '1',
    })
    await redis.zadd(deadLettersKey(ref), 1, 'call-42')
    expect(await producer.enqueue(input)).toMatchObject({ kind: 'accepted' })
    expect(await redis.zcard(deadLettersKey(ref))).toBe(0)
    expect(await producer.enqueue(input)).toMatchObject({ kind: 'duplicate', state: 'accepted' })
    expect(await producer.status('call-42')).toMatchObject({ state: 'accepted' })
    const cancelling = producer.cancel('call-42')
    await expect.poll(() => redis.xlen(inboxKey(ref))).toBe(2)
    const [, wish] = await redis.xrange(inboxKey(ref), '-', '+')
    const answer = [{ id: 'call-42', outcome: 'under-way' }] as const
    await answerWish(store, { entryId: wish?.[0] ?? '', answer })
    expect(await cancelling).toEqual(answer)
    await expect(app.call('XADD', resultsKey(ref), '*', 'id', 'x')).rejects.toThrow('NOPERM')
    await expect(app.call('XRANGE', inboxKey(ref), '-', '+')).rejects.toThrow('NOPERM')
    if (!(await knowsSelectors(redis))) return
    const deletesInbox = `return redis.call('DEL', KEYS[1])`
    await expect(app.call('DEL', inboxKey(ref))).rejects.toThrow('NOPERM')
    await expect(app.call('EVAL', deletesInbox, '1', inboxKey(ref))).rejects.toThrow(
      /can't (access|run)|no permissions/i,
    )
  })
})

function pairs(reply: unknown): Record<string, unknown> {
  const list: unknown[] = Array.isArray(reply) ? reply : []
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), list[index + 1]]] : [])),
  )
}

function tableAfterHeading(heading: string): string[] {
  const [, after = ''] = wireProtocolPage.split(`\n${heading}\n`)
  const table = /(?:^\|.*\n)+/m.exec(after)?.[0] ?? ''
  return [...table.matchAll(/^\| `([^`]+)` /gm)].map(([, name = '']) => name)
}

/** Redis says when a callback was accepted, whatever `now` is here. */
const whenDue = '2100-01-01T00:00:00.000Z'

/** Takes one callback through everything the scripts can do to it, and another one to the grave at once. */
async function fieldsOfAWholeLife(
  store: DestinationStore,
): Promise<{ callback: string[]; result: string[] }> {
  const { redis, ref } = store
  const id = 'call-42'
  const now = '2026-02-26T15:40:52.000Z'
  const nowMs = Date.parse(now)
  const callback = new Set<string>()
  const look = async (which: string) => {
    for (const field of await redis.hkeys(callbackKey(ref, which))) {
      callback.add(field.replace(/^attempt:\d+$/, 'attempt:<n>'))
    }
  }
  const step = async (made: Promise<unknown>) => {
    await made
    await look(id)
  }
  const beginNext = (generation: number, claim: string) =>
    begin(store, { id, generation, claim, now, nowWithTolerance: whenDue })
  const end = settleInput({
    id,
    state: 'retrying',
    now,
    nowMs,
    code: 'connect',
    message: 'No connection.',
    nextAttemptAt: now,
    possibleDuplicate: true,
    attributes: '{"queue":"billing"}',
  })
  const dead = { state: 'dead', reason: 'refused', code: 'http-400' } as const
  const booked = { attempt: 4, state: 'booked', record: '{"n":1}', recordId: 'r1' } as const

  await step(
    accept(store, {
      id,
      intent,
      delayMs: undefined,
      notBefore: undefined,
      expiresAt: '2026-12-31T00:00:00.000Z',
      traceparent: 'trace',
    }),
  )
  // Nothing could be sent for a second, and the first attempt is the probe that fails.
  const probed = { heldMs: 1_000, breaker: 'open', breakerUntil: 0, probe: 'a' }
  await redis.hset(controlKey(ref), probed)
  await step(beginNext(1, 'a'))
  const breakerRules = '10 70 30000 5 10 1000 60000 60000'
  await step(settle(store, { ...end, signal: 'failure', breakerRules }))
  await redis.del(controlKey(ref))
  await step(beginNext(1, 'b'))
  // In doubt, then verified: not booked.
  await step(settle(store, { ...end, attempt: 2, uncertainSince: now }))
  const verdict = { ...end, attempt: 2, nextAt: now, verdict: undefined } as const
  await step(verify(store, { ...verdict, state: 'asking' }))
  await step(verify(store, { ...verdict, state: 'retrying' }))
  await step(beginNext(1, 'b2'))
  await step(settle(store, { ...end, ...dead, attempt: 3 }))
  await step(redrive(store, { id, now, retentionMs: 60_000 }))
  await step(beginNext(2, 'c'))
  await step(settle(store, { ...end, ...booked }))
  expect(await settle(store, { ...end, ...booked, record: '{"n":2}', recordId: 'r2' })).toBe(
    'double-booking',
  )
  await look(id)

  await resolveAndVerify(store, { ...end, possibleDuplicate: false })
  await look('resolved')
  await look('verified')
  await sendByRun(store, { ...end, possibleDuplicate: false })
  await look('of-a-run')

  const entryId = await xadd(store, 'call me back')
  await bury(store, {
    group: 'bridge',
    entryId,
    id: 'grave',
    fallbackId: 'grave',
    reason: 'invalid',
    code: 'invalid-intent',
    message: 'intent: is not JSON',
    raw: Buffer.from('call me back'),
    now,
    nowMs,
    retentionMs: 60_000,
  })
  await look('grave')
  await buryApart(store, { now, nowMs })
  for (const each of ['apart', 'nobodys', 'anew']) await look(each)
  await discard(store, { id: 'apart', now, retentionMs: 60_000 })
  await look('apart')

  const move = { by: 'crm', why: 'asked for noon', delayMs: 60_000, notBefore: undefined }
  const moving = (await redis.xadd(inboxKey(ref), '*', 'reschedule', '{}')) ?? ''
  expect(await rescheduleByEntry(store, { id: 'anew', ...move, entryId: moving })).toMatchObject({
    kind: 'moved',
  })
  await look('anew')
  const wish = { by: 'crm', why: 'reached by mail', now, nowMs, retentionMs: 60_000, group: 'g' }
  expect(await cancel(store, { id: 'anew', ...wish })).toMatchObject({ kind: 'cancelled' })
  await look('anew')

  const entries = await redis.xrange(resultsKey(ref), '-', '+')
  const result = new Set(entries.flatMap(([, values]) => Object.keys(pairs(values))))
  return { callback: [...callback].toSorted(), result: [...result].toSorted() }
}

/** A letter under another id than was given, one that is not text, and one whose content became a callback. */
async function buryApart(
  store: DestinationStore,
  times: { now: string; nowMs: number },
): Promise<void> {
  const letter = {
    ...({ group: 'bridge', reason: 'invalid', code: 'id-conflict' } as const),
    ...times,
    message: 'id: …',
    retentionMs: 60_000,
    callId: 'vendor-42',
  }
  const apart = await xadd(store, 'call me back')
  const raw = Buffer.from(intent)
  await bury(store, { ...letter, raw, entryId: apart, id: 'call-42', fallbackId: 'apart' })
  const nobodys = await xadd(store, 'call me back')
  const parts = { rawField: 'cancel', rawLength: 3, rawSha1: 'a' }
  const encoded = { raw: 'e/8=', rawEncoding: 'base64', ...parts } as const
  await bury(store, {
    ...letter,
    ...encoded,
    entryId: nobodys,
    id: 'nobodys',
    fallbackId: 'nobodys',
  })
  await redrive(store, { id: 'apart', now: times.now, retentionMs: 60_000 })
  const entryId = await xadd(store, intent)
  await open(store, {
    id: 'anew',
    intent,
    entryId,
    delayMs: undefined,
    notBefore: undefined,
    expiresAt: undefined,
    traceparent: undefined,
    redriveOf: 'apart',
    ...placesOf(testNumberKey, { callId: 'anew', callbackNumber: 'eyJh.b.c.d.e' }, '+18445791189'),
  })
}

/** One that was held and resolved, and one that was found by asking. */
async function resolveAndVerify(store: DestinationStore, end: SettleInput): Promise<void> {
  const { now, nowMs, retentionMs, ownerTtlMs } = end
  for (const id of ['resolved', 'verified']) {
    const held = { state: 'dead', reason: 'uncertain' } as const
    const doubt = id === 'resolved' ? held : { uncertainSince: now }
    await accept(store, {
      id,
      intent,
      delayMs: undefined,
      notBefore: undefined,
      expiresAt: undefined,
      traceparent: undefined,
    })
    await begin(store, { id, generation: 1, claim: 'a', now, nowWithTolerance: whenDue })
    await settle(store, { ...end, id, ...doubt })
  }
  const ours = { now, nowMs, retentionMs, ownerTtlMs }
  expect(await resolve(store, { ...ours, id: 'resolved', recordId: 'r3' })).toBe('booked')
  const found = { ...end, id: 'verified', state: 'booked', recordId: 'r4' } as const
  expect(await verify(store, { ...found, nextAt: undefined, verdict: undefined })).toBe('settled')
}

async function sendByRun(store: DestinationStore, end: SettleInput): Promise<void> {
  const { now, nowMs, retentionMs } = end
  const id = 'of-a-run'
  const dead = {
    id,
    attempt: 1,
    state: 'dead',
    reason: 'refused',
    uncertainSince: undefined,
  } as const
  const none = { delayMs: undefined, notBefore: undefined, expiresAt: undefined }
  await accept(store, { id, intent, ...none, traceparent: undefined })
  await begin(store, { id, generation: 1, claim: 'a', now, nowWithTolerance: whenDue })
  await settle(store, { ...end, ...dead })
  const run = await startedRun(store, nowMs)
  const { candidates } = await readRunPage(store, run, 10)
  const chosen = candidates.filter((each) => each.id === id)
  const where = { cursor: undefined, isWalked: true, freeAtMs: 0, stillBooked: 0, unclear: 0 }
  const step = { chosen, ...where, nowMs, retentionMs, group: bridgeGroup }
  expect(await stepRun(store, run, step)).toBe(true)
  await begin(store, { id, generation: 2, claim: 'a', now, nowWithTolerance: whenDue })
  const booked = { id, attempt: 2, state: 'booked', recordId: 'r5' } as const
  await settle(store, { ...end, ...booked, generation: 2 })
  const results = await readResults(store, { afterEntryId: '0-0', count: 1_000 })
  expect(await countEnds(store, run, results)).toBe(true)
}

async function startedRun(store: DestinationStore, nowMs: number): Promise<Run> {
  const runId = 'redrive-5f3a9c1e'
  const filter = '{"possibleDuplicates":false}'
  const overview =
    '{"byReason":{},"byCode":{},"byHour":{},"expired":0,"expiring":0,"mayBeBooked":0,"unsendable":0}'
  const said = [
    'kind',
    'redrive',
    'filter',
    filter,
    'overview',
    overview,
    'upTo',
    String(nowMs + 1),
  ]
  await planRun(store, { runId, createdAt: nowMs, ttlMs: 60_000, said })
  const changes = { state: 'running', resultsCursor: '0-0' } as const
  await updateRun(store, { id: runId, revision: 1 }, { changes })
  const run = await readRun(store, runId)
  if (run === undefined) throw new Error('there is no run')
  return run
}

/** Hashes of a destination. */
const otherHashes = ['control', 'breaker', 'pace', 'run']

/** The names in every HSET and HSETNX of a script. */
function hashFieldsIn(lua: string): string[] {
  return [...lua.matchAll(/redis\.call\('(?:HSET|HSETNX)', /g)].flatMap((call) => {
    const [key = '', ...fields] = argumentsFrom(lua, call.index + call[0].length)
    if (otherHashes.includes(key)) return []
    return fields.flatMap((field, index) => (index % 2 === 0 ? [fieldName(field)] : []))
  })
}

function fieldName(lua: string): string {
  const literal = /^'([^']+)'(.*)$/.exec(lua)
  if (literal?.[1] === undefined) throw new Error(`a field without a fixed name: ${lua}`)
  return literal[2] === '' ? literal[1] : `${literal[1]}<n>`
}

/** Splits at the commas of the call that is open at `start`, up to its closing bracket. */
function argumentsFrom(lua: string, start: number): string[] {
  const found = ['']
  let depth = 0
  let quoted = false
  for (const character of lua.slice(start)) {
    if (character === "'") quoted = !quoted
    if (!quoted && character === ')' && depth === 0) return found.map((each) => each.trim())
    if (!quoted && character === '(') depth += 1
    if (!quoted && character === ')') depth -= 1
    if (!quoted && depth === 0 && character === ',') found.push('')
    else found.push(`${found.pop() ?? ''}${character}`)
  }
  throw new Error('a call without an end')
}

interface ShownIntent {
  where: string
  json: string
}

function shownIntents(): ShownIntent[] {
  const numbered = (file: string, texts: readonly string[]) =>
    texts.map((json, index) => ({ where: `${file} ${index + 1}`, json }))
  const page = 'docs/wire-protocol.md'
  const quoted = /intent '(\{[^]*?\})'$/gm
  const inShell = (text: string) => [...text.matchAll(quoted)].map(([, json = '']) => json)
  const samples = readRepositoryFile('examples/callbacks.jsonl').trim().split('\n')
  return [
    ...numbered(page, fencedBlocks(wireProtocolPage, 'json')),
    ...numbered(
      `${page}, shell,`,
      fencedBlocks(wireProtocolPage, 'sh').flatMap((block) => inShell(block)),
    ),
    ...numbered(
      'examples/callbacks.jsonl',
      samples.filter((line) => !line.includes('"id":"malformed"')),
    ),
  ]
}

interface LimitedUser {
  url: string
  call: (name: string, ...args: string[]) => Promise<unknown>
}

/** Makes the user of the page's rule, under a name and for a destination of this test's own, and connects as that user. */
async function userOf(user: string, { store }: { store: DestinationStore }): Promise<LimitedUser> {
  const { redis, ref } = store
  const username = freshNamespace()
  const own = (await aclRule(redis, user)).map((word) =>
    word
      .replaceAll('{ringback:default}', `{${ref.namespace}:${ref.destination}}`)
      .replaceAll('~ringback:', `~${ref.namespace}:`),
  )
  const password = own.find((word) => word.startsWith('>'))?.slice(1) ?? ''
  expect(await redis.call('ACL', 'SETUSER', username, ...own)).toBe('OK')
  const url = new URL(redisUrl())
  url.username = username
  url.password = password
  const limited = new Redis(url.href, { protocol: 2, enableReadyCheck: false })
  limited.on('error', () => undefined)
  onTestFinished(async () => {
    limited.disconnect()
    await redis.call('ACL', 'DELUSER', username)
  })
  return { url: url.href, call: (name, ...args) => limited.call(name, ...args) }
}
