/** The operators' log: who did what, by whichever command. */
import { hostname, userInfo } from 'node:os'

import { describe, expect, it } from 'vitest'

import type { LogEntry, OperatorsLog } from '../../../src/ops/operations/audit/read-log.ts'
import {
  mostIdsNamed,
  noting,
  type Operator,
} from '../../../src/ops/operations/audit/note-action.ts'
import { addAuditEntry, mostAuditEntries } from '../../../src/shared/store/audit/add-audit-entry.ts'
import { readAudit } from '../../../src/shared/store/audit/read-audit.ts'
import { auditKey } from '../../../src/shared/redis/keys.ts'
import { aclUser } from '../../support/acl-user.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { letManyDie } from '../../support/dead-letters.ts'
import { dump } from '../../support/dump.ts'
import { operatorOfTests } from '../../support/operator.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'
import { ask, plan } from './support/runs.ts'

function envOf({ redisUrl, store }: Bundle): Record<string, string> {
  return environmentOf(redisUrl, store.ref.namespace)
}

function log(bundle: Bundle, ...options: string[]): Promise<OperatorsLog> {
  return ask<OperatorsLog>(bundle, 'audit', ...options)
}

async function newest(bundle: Bundle): Promise<LogEntry | undefined> {
  return (await log(bundle, '--limit', '1')).entries[0]
}

/** Two that have died, one that waits, and a plan. */
async function busy(): Promise<Bundle & { planId: string }> {
  const bundle = await setup()
  await letManyDie(bundle, 2, { prefix: 'dead' })
  await bundle.producer.enqueue({ ...sampleCallback('waits'), delay: '1h' })
  const { id: planId } = await plan(bundle, 'redrive')
  return { ...bundle, planId }
}

it('has an entry for everything that commands change, with what it came to, by whoever --by names', async () => {
  const bundle = await busy()
  const { planId } = bundle
  const { callbackNumber } = sampleCallback('waits')
  const lines: [line: string, entry: Record<string, unknown>][] = [
    [
      'dead-letters redrive dead-1 none --note tried',
      {
        action: 'redrive',
        what: { ids: ['dead-1', 'none'] },
        counts: { redriven: 1, missing: 1 },
        reason: 'tried',
      },
    ],
    [
      'dead-letters resolve dead-2 --not-booked',
      {
        action: 'resolve',
        what: { ids: ['dead-2'], booked: false },
        counts: { 'not-uncertain': 1 },
      },
    ],
    ['dead-letters discard dead-2', { action: 'discard', counts: { discarded: 1 } }],
    [
      'pause --reason rush --for 1h',
      { action: 'pause', what: { what: 'dispatch' }, reason: 'rush' },
    ],
    ['resume', { action: 'resume', counts: { resumed: 1 } }],
    ['rate 5/s', { action: 'rate', what: { rate: 5, before: 'default' } }],
    [
      'reschedule waits --delay 2h',
      { action: 'reschedule', what: { ids: ['waits'], delayMs: 7_200_000 } },
    ],
    ['cancel waits', { action: 'cancel', what: { ids: ['waits'] }, counts: { cancelled: 1 } }],
    [
      `runs start ${planId}`,
      {
        action: 'start-run',
        what: { run: planId, kind: 'redrive', selected: 2 },
        counts: { done: 1 },
      },
    ],
    [`runs pause ${planId}`, { action: 'pause-run', counts: { done: 1 } }],
    [`runs resume ${planId}`, { action: 'resume-run', counts: { done: 1 } }],
    [`runs abort ${planId} --reason enough`, { action: 'abort-run', reason: 'enough' }],
    [`runs abort ${planId}`, { action: 'abort-run', counts: { refused: 1 } }],
    [`erase --number ${callbackNumber} --yes`, { action: 'erase', what: { by: 'number' } }],
  ]
  for (const [line, entry] of lines) {
    await runCommand({ env: envOf(bundle) }, ...line.split(' '), '--by', 'anna')
    const found = await newest(bundle)
    expect({ line, found }).toMatchObject({
      line,
      found: { ...entry, who: 'anna', face: 'command line' },
    })
  }
  expect((await log(bundle)).entries).toHaveLength(lines.length)
}, 20_000)

it('has nothing of what only looks, asks and plans', async () => {
  const bundle = await busy()
  const { callbackNumber } = sampleCallback('waits')
  for (const line of [
    'status waits',
    'dead-letters list',
    'runs list',
    'stats',
    `erase --number ${callbackNumber} --dry-run`,
    'dead-letters discard --reason refused --plan',
  ]) {
    await runCommand({ env: envOf(bundle) }, ...line.split(' '))
  }
  expect((await log(bundle)).entries).toEqual([])
})

describe('who it was', () => {
  it.each([
    [{}, [], `${userInfo().username}@${hostname()}`],
    [{ RINGBACK_OPERATOR: 'night shift' }, [], 'night shift'],
    [{ RINGBACK_OPERATOR: 'night shift' }, ['--by', 'anna'], 'anna'],
  ])('with %j and %j is %s', async (more, options, who) => {
    const bundle = await setup()
    await runCommand({ env: { ...envOf(bundle), ...more } }, 'pause', ...options)
    expect(await newest(bundle)).toMatchObject({ action: 'pause', who })
  })
})

it('is asked for by time, operator and kind', async () => {
  const bundle = await setup()
  for (const who of ['ada', 'bob']) {
    await runCommand({ env: { ...envOf(bundle), RINGBACK_OPERATOR: who } }, 'pause')
    await runCommand({ env: { ...envOf(bundle), RINGBACK_OPERATOR: who } }, 'resume')
  }
  const [, third] = (await log(bundle)).entries
  const of = async (...options: string[]) =>
    (await log(bundle, ...options)).entries.map(({ who, action }) => `${who} ${action}`)
  expect(await of()).toEqual(['bob resume', 'bob pause', 'ada resume', 'ada pause'])
  expect(await of('--who', 'ada')).toEqual(['ada resume', 'ada pause'])
  expect(await of('--action', 'pause', '--limit', '1')).toEqual(['bob pause'])
  expect(await of('--since', third?.at ?? '')).toContain('bob pause')
  expect(await of('--until', third?.at ?? '')).not.toContain('bob pause')
  const printed = await runCommand({ env: envOf(bundle) }, 'audit', '--limit', '2')
  expect(printed.stdout).toMatch(/bob +resume +resumed +what dispatch, intake/)
  expect(printed.stdout).toContain('There are more')
})

it('holds no number, wherever somebody has put one', async () => {
  const bundle = await setup()
  const number = '+18445791189'
  const id = `vendor-${number.slice(1)}`
  const intent = { ...sampleCallback('one'), id, callbackNumber: number, delay: '1h' }
  await bundle.producer.enqueue(intent)
  const worker = bundle.startWorker()
  await bundle.recorder.next('callback.scheduled')
  await worker.stop()
  const env = { ...envOf(bundle), RINGBACK_OPERATOR: `ada ${number}` }
  for (const words of [
    ['reschedule', id, '--delay', '2h', '--reason', `call ${number}`],
    ['cancel', '--number', number, '--reason', `call ${number}`],
    ['dead-letters', 'redrive', id, number, '--note', number],
    ['pause', '--by', number],
    ['erase', '--number', number, '--yes'],
  ]) {
    await runCommand({ env }, ...words)
  }
  expect((await log(bundle)).entries).toHaveLength(5)
  const { redis, ref } = bundle.store
  const kept = JSON.stringify(await redis.xrange(auditKey(ref), '-', '+'))
  expect(kept).not.toContain('8445791189')
  expect(JSON.stringify(await dump(redis, ref.namespace))).not.toContain('8445791189')
})

describe('what was done to many', () => {
  const operator: Operator = operatorOfTests
  const act = { action: 'discard', operator, what: {} } as const

  // eslint-disable-next-line @typescript-eslint/require-await
  async function* outcomes(count: number, failure?: Error) {
    for (let nth = 1; nth <= count; nth += 1) yield { id: `cb-${nth}`, outcome: 'discarded' }
    if (failure !== undefined) throw failure
  }

  async function all(items: AsyncIterable<unknown>): Promise<number> {
    let count = 0
    const each = items[Symbol.asyncIterator]()
    while (!((await each.next()).done ?? false)) count += 1
    return count
  }

  it('is one entry, which names so many ids and counts the others', async () => {
    const { store } = await setup()
    expect(await all(noting(store, act, outcomes(mostIdsNamed + 2)))).toBe(mostIdsNamed + 2)
    const [entry, ...others] = await readAudit(store, { before: undefined, sinceMs: 0, count: 9 })
    expect(others).toEqual([])
    expect(entry).toMatchObject({ what: { more: 2 }, counts: { discarded: mostIdsNamed + 2 } })
  })

  it('is written down as far as it came, where it breaks off or nobody wants more', async () => {
    const { store } = await setup()
    const broken = noting(store, act, outcomes(2, new Error('cut off')))
    await expect(all(broken)).rejects.toThrow('cut off')
    const left = noting(store, act, outcomes(5))
    await left.next()
    await left.return(undefined)
    const entries = await readAudit(store, { before: undefined, sinceMs: 0, count: 9 })
    expect(entries.map(({ counts }) => counts)).toEqual([{ discarded: 1 }, { discarded: 2 }])
  })
})

it('keeps the newest, and no more than so many', async () => {
  const { store } = await setup()
  const { redis, ref } = store
  const script = `for i = 1, tonumber(ARGV[1]) do redis.call('XADD', KEYS[1], i .. '-0', 'who', 'old') end`
  await redis.eval(script, 1, auditKey(ref), mostAuditEntries + 500)
  const entry = { who: 'ada', face: 'console', action: 'pause', what: {}, counts: {} }
  await addAuditEntry(store, { ...entry, reason: undefined })
  expect(await redis.xlen(auditKey(ref))).toBeLessThan(mostAuditEntries + 200)
  expect((await readAudit(store, { before: undefined, sinceMs: 0, count: 1 }))[0]?.who).toBe('ada')
})

it('says so where what was done cannot be written down', async () => {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const { namespace } = bundle.store.ref
  const user = await aclUser(url, namespace, 'operator')
  const { redis, ref } = bundle.store
  // As a right of a version that had no log.
  await redis.set(auditKey(ref), 'not a stream')
  const env = environmentOf(user.url, namespace)
  const paused = await runCommand({ env }, 'pause')
  expect(paused.status).not.toBe(0)
  expect(paused.stderr).toContain('could not be written into the operators’ log')
  expect((await runCommand({ env }, 'stats')).stdout).toContain('paused')
})
