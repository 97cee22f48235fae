/** What people see of plans and runs, and how they say which dead letters they mean. */
import { describe, expect, it } from 'vitest'

import type { DeadLetterCounts } from '../../../src/ops/operations/dead-letters/count-dead-letters.ts'
import type { DeadLetterPage } from '../../../src/ops/operations/dead-letters/list-dead-letters.ts'
import type { RunList } from '../../../src/ops/operations/runs/find-runs.ts'
import type { ShownRun } from '../../../src/ops/operations/runs/shown-run.ts'
import { callbackKey, deadLettersKey } from '../../../src/shared/redis/keys.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import { dump } from '../../support/dump.ts'
import { containing, matching } from './support/asymmetric.ts'
import { runCommand, typed } from './support/cli.ts'
import { freshEnvironment, type Environment } from './support/environment.ts'

const hourMs = 3_600_000

interface Letter {
  id: string
  agoMs: number
  fields: Record<string, string>
}

const number = '+18445791189'
const digits = number.slice(2)

/** Six dead letters, of several reasons, hours and customers. */
const letters: Letter[] = [
  { id: 'a', agoMs: 5 * hourMs, fields: { reason: 'refused', code: 'http-400' } },
  { id: 'b', agoMs: 3 * hourMs, fields: { reason: 'exhausted', code: 'connect' } },
  { id: 'c', agoMs: 2 * hourMs, fields: { reason: 'exhausted', code: 'connect' } },
  { id: 'd', agoMs: hourMs, fields: { reason: 'uncertain', code: 'timeout' } },
  {
    id: 'e',
    agoMs: hourMs,
    fields: { reason: 'exhausted', code: 'timeout', possibleDuplicate: '1' },
  },
  {
    id: 'f',
    agoMs: hourMs,
    fields: { reason: 'exhausted', code: 'timeout', expiresAt: '2026-02-26T15:40:52.000Z' },
  },
]

async function prepared(): Promise<Environment> {
  const environment = freshEnvironment()
  const { redis, ref } = environment.store
  for (const { id, agoMs, fields } of letters) {
    const diedAtMs = Date.now() - agoMs
    const intent = {
      id,
      callId: `call-${id}`,
      callbackNumber: id === 'b' ? number : '+18445791180',
      attributes: { queue: id === 'c' ? 'sales' : 'service' },
    }
    await redis.zadd(deadLettersKey(ref), diedAtMs, id)
    await redis.hset(callbackKey(ref, id), {
      v: '1',
      state: 'dead',
      generation: '1',
      attempts: '1',
      message: `It went wrong: ${id}.`,
      acceptedAt: isoTimestamp(diedAtMs - 1_000),
      updatedAt: isoTimestamp(diedAtMs),
      intent: JSON.stringify(intent),
      ...fields,
    })
  }
  return environment
}

async function ask<Data>({ env }: Environment, ...args: string[]): Promise<Data> {
  const { stdout } = await runCommand({ env }, ...args, '--json')
  return JSON.parse(stdout) as Data
}

describe('dead letters', () => {
  it.each([
    [
      ['--reason', 'exhausted'],
      ['b', 'c', 'e', 'f'],
    ],
    [
      ['--code', 'connect'],
      ['b', 'c'],
    ],
    [['--text', 'wrong: a'], ['a']],
    [
      ['--since', '90m'],
      ['d', 'e', 'f'],
    ],
    [
      ['--until', '90m', '--since', '4h'],
      ['b', 'c'],
    ],
    [['--older-than', '4h'], ['a']],
    [['--number', number], ['b']],
    [['--attribute', 'queue=sales'], ['c']],
    [
      ['--reason', 'exhausted', '--code', 'timeout'],
      ['e', 'f'],
    ],
    [['--possible-duplicates'], ['d', 'e']],
    [['--reason', 'invalid'], []],
  ])('are listed by %j', async (filter, ids) => {
    const page = await ask<DeadLetterPage>(await prepared(), 'dead-letters', 'list', ...filter)
    expect(page.deadLetters.map(({ id }) => id).toSorted()).toEqual(ids)
    expect(page.total).toBe(ids.length)
  })

  it('of which none matches are said not to match, where others are there', async () => {
    const { env } = await prepared()
    const none = 'No dead letter matches at the destination default.\n'
    for (const more of [[], ['--count-by', 'code']]) {
      const args = ['dead-letters', 'list', '--code', 'nope', ...more]
      expect((await runCommand({ env }, ...args)).stdout).toBe(none)
    }
  })

  it('that match are listed a page at a time', async () => {
    const args = ['--reason', 'exhausted', '--offset', '1', '--limit', '1']
    const page = await ask<DeadLetterPage>(await prepared(), 'dead-letters', 'list', ...args)
    expect(page).toMatchObject({ total: 4, offset: 1, deadLetters: [{ id: 'c' }] })
  })

  it('are counted by what they have in common', async () => {
    const environment = await prepared()
    const count = (...args: string[]) =>
      ask<DeadLetterCounts>(environment, 'dead-letters', 'list', ...args)
    const byCode = await count('--count-by', 'code', '--reason', 'exhausted')
    expect(byCode).toMatchObject({
      total: 4,
      counts: [
        { value: 'connect', deadLetters: 2 },
        { value: 'timeout', deadLetters: 2 },
      ],
    })
    const byHour = await count('--count-by', 'hour')
    expect(byHour.counts.map(({ value }) => value)).toEqual(
      byHour.counts.map(({ value }) => value).toSorted(),
    )
  })

  it.each(['redrive', 'discard'])('are not meant by nothing: %s', async (what) => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'dead-letters', what)
    expect(status).toBe(2)
    expect(stderr).toContain('give either ids or a filter')
  })
})

it.each([
  ['dead-letters list', '--since 1h --until 2h'],
  ['dead-letters list', '--since 1h --older-than 1h'],
  ['dead-letters discard', '--accepted-since 1h --accepted-until 2h'],
  ['redrive', '--since 2026-11-26T08:00:00Z --until 2026-11-26T08:00:00Z'],
  ['replay', '--since 1h --until 2h'],
  ['export results', '--since 1h --until 2h'],
])('times between which nothing can be are refused: %s %s', async (command, range) => {
  const { env } = freshEnvironment()
  const args = [...command.split(' '), ...range.split(' ')]
  const { status, stdout, stderr } = await runCommand({ env }, ...args)
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(/--(accepted-)?since must be an earlier time than --/)
})

it.each(['0', '2026-11-26T08:00:00Z', 'tomorrow'])(
  'an age is a duration, and nothing else: %s',
  async (age) => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'redrive', '--older-than', age)
    expect(status).toBe(2)
    expect(stderr).toContain('It must be a duration such as 30m, 2h or 7d.')
  },
)

describe('a plan', () => {
  it('counts what it would send and what it leaves out, and sends nothing', async () => {
    const environment = await prepared()
    const plan = await ask<ShownRun>(environment, 'redrive', '--rate', '2/s', '--plan')
    expect(plan).toMatchObject({
      id: matching(/^redrive-[0-9a-f]{8}$/),
      kind: 'redrive',
      state: 'planned',
      counts: { selected: 3, sent: 0, booked: 0, dead: 0, skipped: 0, remaining: 3 },
      byReason: { refused: 1, exhausted: 2 },
      byCode: { 'http-400': 1, connect: 2 },
      expired: 1,
      mayBeBooked: 2,
      rate: 2,
      takesMs: 1_500,
    })
    expect(Object.keys(plan.byHour)).toHaveLength(3)
    const { redis, ref } = environment.store
    expect(await redis.zcard(deadLettersKey(ref))).toBe(letters.length)
  })

  it('takes what may be booked where somebody says so', async () => {
    const plan = await ask<ShownRun>(await prepared(), 'redrive', '--possible-duplicates', '--plan')
    expect(plan).toMatchObject({ counts: { selected: 5 }, mayBeBooked: 2 })
  })

  it('keeps no number and no value of an attribute', async () => {
    const environment = await prepared()
    const args = ['--number', number, '--attribute', 'caseNumber=0018445791189', '--note', number]
    const plan = await ask<ShownRun>(environment, 'redrive', ...args, '--plan')
    expect(plan.filter).toMatchObject({ number: true, attributes: ['caseNumber'] })
    const { redis, ref } = environment.store
    for (const { id } of letters) await redis.del(callbackKey(ref, id))
    expect(JSON.stringify(await dump(redis, ref.namespace))).not.toContain(digits)
  })

  it('refuses a number in a text, which would be kept', async () => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'redrive', '--text', number, '--plan')
    expect(status).toBe(2)
    expect(stderr).toContain('--number finds by number')
  })

  it('is shown, and started by whoever says yes', async () => {
    const { env } = await prepared()
    const asked = { env: { ...env, NO_COLOR: '1' }, stdin: typed('y'), tty: true }
    const { status, stdout } = await runCommand(asked, 'redrive')
    expect(status).toBe(0)
    expect(stdout).toContain('send 3 dead letters again, of the destination default')
    expect(stdout).toContain('1 is past its expiresAt, and left out')
    expect(stdout).toMatch(/running redrive-[0-9a-f]{8}/)
  })

  it('is kept for later where somebody says no, or cannot be asked', async () => {
    const environment = await prepared()
    const { env } = environment
    const no = await runCommand({ env, stdin: typed('n'), tty: true }, 'redrive')
    expect(no.status).toBe(2)
    expect(no.stdout).toContain('Not started: the plan is kept')
    const alone = await runCommand({ env }, 'redrive')
    expect(alone).toMatchObject({
      status: 0,
      stdout: containing('start it with: ringback runs start'),
    })
    const { runs } = await ask<RunList>(environment, 'runs', 'list')
    expect(runs.map(({ state }) => state)).toEqual(['planned', 'planned'])
  })

  it('is kept where the question is left without an answer, which is said', async () => {
    const { env } = await prepared()
    const { status, stdout } = await runCommand({ env, stdin: typed(''), tty: true }, 'redrive')
    expect(status).toBe(2)
    expect(stdout).toMatch(/Start it\? \[y\/N\] \nThere was no answer, which is taken for a no\.\n/)
    expect(stdout).toMatch(/ringback runs start redrive-[0-9a-f]{8}\n$/)
  })

  it('can be dropped', async () => {
    const environment = await prepared()
    const { id } = await ask<ShownRun>(environment, 'redrive', '--plan')
    expect(await ask(environment, 'runs', 'abort', id)).toMatchObject({ run: { state: 'aborted' } })
    expect(await ask(environment, 'runs', 'start', id)).toMatchObject({ outcome: 'refused' })
  })

  it('of a replay needs to know since when', async () => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'replay', '--plan')
    expect(status).toBe(2)
    expect(stderr).toContain('--since is required')
  })
})

it('a run that nobody knows is an error of its own', async () => {
  const { env } = freshEnvironment()
  const { status, stderr } = await runCommand({ env }, 'runs', 'show', 'redrive-00000000')
  expect(status).toBe(1)
  expect(stderr).toContain('No plan and no run "redrive-00000000" is known.')
})

describe('a plan of nothing', () => {
  it('is not started', async () => {
    const { env } = freshEnvironment()
    const { stdout } = await runCommand({ env }, 'redrive', '--plan', '--json')
    const { id } = JSON.parse(stdout) as ShownRun
    const { status, stderr } = await runCommand({ env }, 'runs', 'start', id)
    expect(status).toBe(1)
    expect(stderr).toContain(`error: The plan ${id} selects no callback.\ncode: empty-plan\n`)
  })
})

describe('a time since when something is to have happened', () => {
  it.each([
    ['redrive', '--since'],
    ['redrive', '--accepted-since'],
    ['replay', '--since'],
    ['results', '--since'],
  ])('of %s %s is refused in the future', async (command, option) => {
    const { env } = freshEnvironment()
    const run = await runCommand({ env }, command, option, '2099-01-01T00:00:00Z')
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toContain('It is in the future, and nothing has happened since then.')
  })
})
