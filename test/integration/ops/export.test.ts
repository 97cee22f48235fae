import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import { callbackKey, deadLettersKey, resultsKey } from '../../../src/shared/redis/keys.ts'
import { xadd } from '../../support/inbox.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand, typed } from './support/cli.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const callbackNumber = '+18445791189'
const attributes = { campaign: 'spring', note: 'call +18445791189' }

/** One that is booked, one that is refused, and one that never was an intent. */
async function withEnds() {
  const bundle = await setup()
  const { store, redisUrl, sandbox, producer, recorder } = bundle
  sandbox.setFaults([{ do: 'refuse', status: 400, match: { callId: 'refused' } }])
  bundle.startWorker()
  await producer.enqueue({ id: 'booked', callId: 'booked', callbackNumber, attributes })
  await producer.enqueue({ id: 'refused', callId: 'refused', callbackNumber, attributes })
  await xadd(store, `not JSON ${callbackNumber}`)
  await resultsOfAll(bundle, ['booked', 'refused'])
  await recorder.next('entry.buried')
  return { env: environmentOf(redisUrl, store.ref.namespace), store }
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ringback-export-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

function rowsIn(jsonLines: string): Record<string, unknown>[] {
  return jsonLines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('ringback export', () => {
  it('writes results as JSON Lines, numbers masked, in attributes too', async () => {
    const { env } = await withEnds()
    const { status, stdout, stderr } = await runCommand({ env }, 'export', 'results')

    expect(status).toBe(0)
    expect(stderr).toBe('')
    const rows = rowsIn(stdout)
    expect(rows).toHaveLength(3)
    expect(rows.find(({ id }) => id === 'booked')).toMatchObject({
      state: 'booked',
      callId: 'booked',
      number: '+18•••89',
      attempts: 1,
      possibleDuplicate: false,
      attributes: { campaign: 'spring', note: 'call +18•••89' },
    })
    expect(stdout).not.toContain('8445791189')
  })

  it('writes dead letters, what never was an intent too', async () => {
    const { env } = await withEnds()
    const { stdout } = await runCommand({ env }, 'export', 'dead-letters')
    const rows = rowsIn(stdout)
    expect(rows).toHaveLength(2)
    expect(rows.find(({ id }) => id === 'refused')).toMatchObject({
      reason: 'refused',
      number: '+18•••89',
      attempts: 1,
    })
    expect(rows.find(({ reason }) => reason === 'invalid')).toMatchObject({
      raw: 'not JSON +18•••89',
    })
    expect(stdout).not.toContain('8445791189')
  })

  it('masks nothing with --reveal, and logs on stderr who saw what', async () => {
    const { env } = await withEnds()
    const { stdout, stderr } = await runCommand({ env }, 'export', 'dead-letters', '--reveal')
    expect(stdout.match(/\+18445791189/g)).toHaveLength(3)
    expect(JSON.parse(stderr)).toMatchObject({
      level: 'warn',
      msg: 'number.revealed',
      exported: 'dead-letters',
      file: '-',
    })
    const results = await runCommand({ env }, 'export', 'results', '--reveal')
    expect(results.stdout).toContain(`"number":"${callbackNumber}"`)
  })

  it('writes CSV into a file whose name says so, for nobody else to read', async () => {
    const { env } = await withEnds()
    const file = join(await folder(), 'letters.csv')
    await writeFile(file, 'older', { mode: 0o644 })

    const { status, stdout } = await runCommand({ env }, 'export', 'dead-letters', file)
    expect(status).toBe(0)
    expect(stdout).toBe(`exported 2 rows of dead-letters to ${file}\n`)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const [header, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\r\n')
    expect(header).toMatch(/^diedAt,id,reason,code,message,attempts,/)
    expect(lines).toHaveLength(2)

    const json = await runCommand({ env }, 'export', 'results', file, '--json')
    expect(JSON.parse(json.stdout)).toEqual({
      destination: 'default',
      exported: 'results',
      rows: 3,
      complete: true,
      file,
    })
  })

  it.each([
    ['n', [], 2, 'older'],
    ['', [], 2, 'older'],
    ['y', [], 0, ''],
    ['', ['--yes'], 0, ''],
  ])(
    'asks at a terminal before it replaces a file: %j %j',
    async (answer, more, status, content) => {
      const { env } = freshEnvironment()
      const file = join(await folder(), 'results.jsonl')
      await writeFile(file, 'older')
      const options = { env, stdin: typed(answer), tty: true }
      const run = await runCommand(options, 'export', 'results', file, ...more)
      expect(run.status).toBe(status)
      expect(await readFile(file, 'utf8')).toBe(content)
      expect(run.stdout.includes(`Replace ${file}? [y/N] `)).toBe(more.length === 0)
    },
  )

  it('writes through no link that somebody has put in its way, and leaves no half of a file', async () => {
    const { env } = await withEnds()
    const inside = await folder()
    const file = join(inside, 'results.jsonl')
    const victim = join(inside, 'victim')
    await writeFile(victim, 'untouched')
    await symlink(victim, `${file}.partial`)

    expect((await runCommand({ env }, 'export', 'results', file)).status).toBe(0)
    expect(await readFile(victim, 'utf8')).toBe('untouched')
    await expect(stat(`${file}.partial`)).rejects.toThrow('ENOENT')
  })

  it('says that a file cannot be written', async () => {
    const { env } = freshEnvironment()
    const { status, stderr } = await runCommand({ env }, 'export', 'results', '/nowhere/x.csv')
    expect(status).toBe(1)
    expect(stderr).toContain('/nowhere/x.csv cannot be written: ENOENT')
    expect(stderr).toContain('code: output-not-writable')
  })

  it('writes only what ended since one time and before another', async () => {
    const { env, store } = freshEnvironment()
    const { redis, ref } = store
    for (const ms of [1_000, 2_000, 3_000]) {
      await redis.xadd(resultsKey(ref), `${ms}-0`, 'id', `r${ms}`, 'state', 'booked')
      await redis.hset(`{${ref.namespace}:default}:callback:d${ms}`, {
        state: 'dead',
        generation: '1',
        attempts: '0',
        reason: 'refused',
        acceptedAt: '1970-01-01T00:00:01.000Z',
        updatedAt: '1970-01-01T00:00:01.000Z',
      })
      await redis.zadd(deadLettersKey(ref), ms, `d${ms}`)
    }
    const range = ['--since', '1970-01-01T00:00:02Z', '--until', '1970-01-01T00:00:03Z']
    const results = await runCommand({ env }, 'export', 'results', ...range)
    expect(rowsIn(results.stdout).map(({ id }) => id)).toEqual(['r2000'])
    const letters = await runCommand({ env }, 'export', 'dead-letters', ...range)
    expect(rowsIn(letters.stdout).map(({ id }) => id)).toEqual(['d2000'])
  })

  it('writes each dead letter once, however many died in one millisecond', async () => {
    const { env, store } = freshEnvironment()
    const { redis, ref } = store
    const ids = Array.from({ length: 1_100 }, (_, n) => `d${n}`)
    for (const id of ids) {
      void redis.hset(`{${ref.namespace}:default}:callback:${id}`, {
        state: 'dead',
        generation: '1',
        attempts: '0',
        reason: 'expired',
        acceptedAt: '1970-01-01T00:00:01.000Z',
        updatedAt: '1970-01-01T00:00:01.000Z',
      })
      void redis.zadd(deadLettersKey(ref), Number(id.slice(1)) < 900 ? 5 : 7, id)
    }
    await redis.ping()
    const { stdout } = await runCommand({ env }, 'export', 'dead-letters')
    const written = rowsIn(stdout).map(({ id }) => id)
    expect(written).toHaveLength(ids.length)
    expect(new Set(written).size).toBe(ids.length)
  })

  it('writes the others where a ledger cannot be read, and names that one', async () => {
    const { env, store } = await withEnds()
    await store.redis.hset(callbackKey(store.ref, 'refused'), 'intent', '{"of":"another version"}')
    const letters = await runCommand({ env }, 'export', 'dead-letters')
    expect(letters.status).toBe(0)
    expect(rowsIn(letters.stdout)).toHaveLength(2)
    expect(rowsIn(letters.stdout)).toContainEqual(
      expect.objectContaining({ id: 'refused', message: 'this version cannot read it' }),
    )
    expect(rowsIn((await runCommand({ env }, 'export', 'results')).stdout)).toHaveLength(3)
  })

  it('refuses what is neither, and a format that it does not know', async () => {
    const { env } = freshEnvironment()
    expect((await runCommand({ env }, 'export', 'callbacks')).status).toBe(2)
    expect((await runCommand({ env }, 'export', 'results', '--format', 'xml')).status).toBe(2)
  })
})
