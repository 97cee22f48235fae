import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

import { describe, expect, it } from 'vitest'

import { readCallback } from '../../../src/shared/store/ledger/callback-record.ts'
import { openStore } from '../../../src/shared/redis/destination-store.ts'
import { callbackKey, deadLettersKey } from '../../../src/shared/redis/keys.ts'
import { xadd } from '../../support/inbox.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { runCommand, typed } from './support/cli.ts'
import { containing, matching } from './support/asymmetric.ts'
import { environmentOf } from './support/environment.ts'

const callbackNumber = '+18445791189'

/** Two callbacks that Salesforce refused, `a` and `b`, and a worker that goes on. */
async function withTwoDead(): Promise<Bundle & { env: Record<string, string> }> {
  const bundle = await setup()
  const { store, redisUrl, sandbox, producer, recorder, startWorker } = bundle
  sandbox.setFaults([{ do: 'refuse', status: 400, code: 'NO', message: 'not now' }])
  startWorker()
  for (const id of ['a', 'b']) {
    await producer.enqueue({ id, callId: `call-${id}`, callbackNumber })
    await recorder.next('attempt.settled', (event) => event.id === id)
  }
  sandbox.setFaults([])
  return { ...bundle, env: environmentOf(redisUrl, store.ref.namespace) }
}

describe('ringback dead-letters list', () => {
  it('lists dead letters by time of death, with what they died of', async () => {
    const { env } = await withTwoDead()
    const all = await runCommand({ env }, 'dead-letters', 'list')
    const second = await runCommand(
      { env },
      'dead-letters',
      'list',
      '--limit',
      '1',
      '--offset',
      '1',
      '--json',
    )
    const none = await runCommand({ env }, 'dead-letters', 'list', '--limit', '0')

    expect(all.status).toBe(0)
    expect(all.stdout).toMatch(
      /^a +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d +refused +http-400 +1 +.*not now/m,
    )
    expect(all.stdout.indexOf('\nb ')).toBeGreaterThan(all.stdout.indexOf('\na '))
    expect(all.stdout).toContain('2 of 2 at the destination default.')
    expect(JSON.parse(second.stdout)).toMatchObject({
      destination: 'default',
      total: 2,
      offset: 1,
      otherDestinations: [],
      deadLetters: [{ id: 'b', reason: 'refused', attempts: 1, possibleDuplicate: false }],
    })
    expect(none.stdout).toBe('0 of 2 at the destination default.\n')
  })

  it('quotes in its advice what a shell would read otherwise', async () => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    const names = ['new york', 'a;reboot', '$(reboot)', "it's"]
    for (const destination of names) {
      await xadd(openStore(redis, { ...ref, destination }), { callId: 'c', callbackNumber })
    }
    startWorker()
    for (const destination of names) {
      await recorder.next('entry.buried', (event) => event.destination === destination)
    }
    const { stdout } = await runCommand({ env }, 'dead-letters', 'list')
    const advised = [...stdout.matchAll(/ringback dead-letters list --destination (.*)$/gm)]
    const words = await Promise.all(advised.map(([, word = '']) => asTheShellReads(word)))
    expect(words.toSorted()).toEqual(names.toSorted())
    for (const [, word = ''] of advised) expect(stdout).toContain(`the destination ${word} is not`)
  })

  it.each(['stats', 'results'])('%s takes such a destination as the list does', async (command) => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    const { redis, ref } = store
    const env = environmentOf(redisUrl, ref.namespace)
    await xadd(openStore(redis, { ...ref, destination: 'defualt' }), {
      callId: 'c',
      callbackNumber,
    })
    startWorker()
    const { id } = await recorder.next('entry.buried')
    const there = ['--destination', 'defualt', '--json']
    const { status, stdout } = await runCommand({ env }, command, ...there)
    const letter = await runCommand({ env }, 'status', id, ...there)
    const nowhere = await runCommand({ env }, command, '--destination', 'nowhere')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject(command === 'stats' ? { deadLetters: 1 } : { id })
    expect(JSON.parse(letter.stdout)).toMatchObject({ id, code: 'unknown-destination' })
    expect(nowhere).toMatchObject({ status: 2, stderr: containing('no destination "nowhere"') })
  })

  it('names destinations that are not configured and have dead letters, which can then be shown and discarded', async () => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    const env = environmentOf(redisUrl, store.ref.namespace)
    const typo = { ...store.ref, destination: 'defualt' }
    const typoStore = openStore(store.redis, typo)
    await xadd(typoStore, { callId: 'c', callbackNumber })
    startWorker()
    const { id } = await recorder.next('entry.buried')
    const there = ['--destination', 'defualt']

    const list = await runCommand({ env }, 'dead-letters', 'list')
    const listThere = await runCommand({ env }, 'dead-letters', 'list', ...there)
    const redrive = await runCommand({ env }, 'dead-letters', 'redrive', id, ...there)
    await recorder.next('entry.buried', () => recorder.of('entry.buried').length === 2)
    const discard = await runCommand({ env }, 'dead-letters', 'discard', id, ...there)
    const unknown = await runCommand({ env }, 'dead-letters', 'list', '--destination', 'dfault')

    expect(list.stdout).toContain('No dead letters at the destination default.')
    expect(list.stdout).toContain('ringback dead-letters list --destination defualt')
    expect(listThere.stdout).toMatch(new RegExp(`^${id} .*unknown-destination`, 'm'))
    expect(redrive.stdout).toContain('no destination defualt is configured')
    expect(discard).toMatchObject({ status: 0, stdout: `discarded ${id}\n` })
    expect(unknown).toMatchObject({
      status: 2,
      stderr: containing('Did you mean default?'),
    })
  })
})

describe('ringback dead-letters show', () => {
  it('shows one with its attempts', async () => {
    const { env } = await withTwoDead()
    const { status, stdout } = await runCommand({ env }, 'dead-letters', 'show', 'a')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^reason +refused$/m)
    expect(stdout).toMatch(
      /^1 +\S+ \S+ +\d+ m?s +refused +400 +answered +\d+ +http-400: .*not now/m,
    )
  })

  it('shows what was sent where it was not an intent, numbers masked', async () => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    startWorker()
    await xadd(store, 'call +1 (844) 579-1189 or 0664 1234567 at 2026-02-26T15:40:52Z')
    const { id } = await recorder.next('entry.buried')

    const { stdout } = await runCommand(
      { env: environmentOf(redisUrl, store.ref.namespace) },
      'dead-letters',
      'show',
      id,
    )

    expect(stdout).toMatch(/^message +intent: is not JSON$/m)
    expect(stdout).toContain('call +18•••89 or 066•••67 at 2026-02-26T15:40:52Z')
  })

  it('ends with 1 for what is unknown, and for what is not dead', async () => {
    const { store, redisUrl, producer } = await setup()
    const env = environmentOf(redisUrl, store.ref.namespace)
    await producer.enqueue({ id: 'alive', callId: 'c', callbackNumber })
    const unknown = await runCommand({ env }, 'dead-letters', 'show', 'nobody')
    const alive = await runCommand({ env }, 'dead-letters', 'show', 'alive')
    expect(unknown).toMatchObject({
      status: 1,
      stderr: containing('code: callback-not-found'),
    })
    expect(alive).toMatchObject({
      status: 1,
      stderr: containing('code: not-a-dead-letter'),
    })
  })
})

describe('ringback dead-letters redrive', () => {
  it('sends each named one again, and it is booked', async () => {
    const { env, store, sandbox, recorder } = await withTwoDead()
    const { status, stdout } = await runCommand({ env }, 'dead-letters', 'redrive', 'a', 'b', 'a')
    for (const id of ['a', 'b']) {
      await recorder.next('attempt.settled', (event) => event.id === id && event.state === 'booked')
    }

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'redriven a\nredriven b\n' })
    expect(sandbox.bookingsOf('call-a')).toHaveLength(1)
    expect(sandbox.bookingsOf('call-b')).toHaveLength(1)
    expect(await readCallback(store, 'a')).toMatchObject({
      state: 'booked',
      generation: 2,
      attempts: 2,
    })
    expect(await store.redis.zcard(deadLettersKey(store.ref))).toBe(0)
  })

  it('answers for each id, and ends with 1 if one could not be redriven', async () => {
    const { env, producer, recorder } = await withTwoDead()
    await producer.enqueue({ id: 'alive', callId: 'c', callbackNumber, delay: 60_000 })
    const { status, stdout } = await runCommand(
      { env },
      'dead-letters',
      'redrive',
      'nobody',
      'a',
      'alive',
      '--json',
    )
    await recorder.next('attempt.settled', (event) => event.id === 'a' && event.state === 'booked')

    expect(status).toBe(1)
    expect(JSON.parse(stdout)).toEqual([
      { id: 'nobody', outcome: 'missing', warnings: [] },
      { id: 'a', outcome: 'redriven', warnings: [] },
      { id: 'alive', outcome: 'not-dead', warnings: [] },
    ])
  })

  it('warns when the customer may be called twice, and when it will die again', async () => {
    const { env, store } = await withTwoDead()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'a'), 'possibleDuplicate', '1')
    await redis.hset(callbackKey(ref, 'b'), 'expiresAt', '2020-01-01T00:00:00.000Z')
    const { status, stdout } = await runCommand({ env }, 'dead-letters', 'redrive', 'a', 'b')
    expect(status).toBe(0)
    // Before anything is sent.
    expect(stdout).toMatch(
      /^warning: a: .*the customer may be called twice\nwarning: b: it will die again: it expired at 2020.*\nredriven a\nredriven b\n$/,
    )
  })

  it('warns of one that died as uncertain, though it has no mark yet', async () => {
    const { env, store } = await withTwoDead()
    await store.redis.hset(callbackKey(store.ref, 'a'), 'reason', 'uncertain')
    const { stdout } = await runCommand({ env }, 'dead-letters', 'redrive', 'a', '--json')
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'a', outcome: 'redriven', warnings: [containing('may be called twice')] },
    ])
  })

  it.each([
    ['y', 0, /redriven a\n$/],
    ['n', 2, /^warning: a: [^]*Redrive all the same\? \[y\/N\] $/],
    ['', 2, /Redrive all the same\? \[y\/N\] \nThere was no answer, which is taken for a no\.\n$/],
  ])('asks about its warnings on a terminal: %j', async (answer, status, output) => {
    const { env, store } = await withTwoDead()
    const { redis, ref } = store
    await redis.hset(callbackKey(ref, 'a'), 'possibleDuplicate', '1')
    const options = { env: { ...env, NO_COLOR: '1' }, tty: true, stdin: typed(answer) }
    const run = await runCommand(options, 'dead-letters', 'redrive', 'a')
    expect(run.status).toBe(status)
    expect(run.stdout).toMatch(output)
    const listed = await redis.zrange(deadLettersKey(ref), '0', '-1')
    expect(listed.includes('a')).toBe(status !== 0)
  })

  it('does not ask where there is nothing to warn of, or where --yes is given', async () => {
    const { env, store } = await withTwoDead()
    await store.redis.hset(callbackKey(store.ref, 'a'), 'possibleDuplicate', '1')
    const options = () => ({ env: { ...env, NO_COLOR: '1' }, tty: true, stdin: typed('n') })
    const plain = await runCommand(options(), 'dead-letters', 'redrive', 'b')
    const sure = await runCommand(options(), 'dead-letters', 'redrive', 'a', '--yes')
    expect([plain, sure]).toMatchObject([
      { status: 0, stdout: 'redriven b\n' },
      { status: 0, stdout: matching(/^warning: a: .*\nredriven a\n$/) },
    ])
  })

  it('says so when an entry had nothing to send', async () => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    const { redis, ref } = store
    startWorker()
    await redis.xadd(`{${ref.namespace}:default}:inbox`, '*', 'payload', 'x')
    const { id } = await recorder.next('entry.buried')
    const env = environmentOf(redisUrl, ref.namespace)
    expect(await runCommand({ env }, 'dead-letters', 'redrive', id)).toMatchObject({
      status: 1,
      stdout: matching(new RegExp(`^not redriven ${id}: it contains no intent`)),
    })
  })
})

describe('ringback dead-letters discard', () => {
  it('takes each named one off the list, and it is forgotten after the retention of its destination', async () => {
    const { env, store } = await withTwoDead()
    const { redis, ref } = store
    const settings = { ...env, RINGBACK_RETENTION: '1h' }
    const { status, stdout } = await runCommand(
      { env: settings },
      'dead-letters',
      'discard',
      'nobody',
      'a',
    )

    expect(status).toBe(1)
    expect(stdout).toBe('not discarded nobody: no dead letter with this id is known\ndiscarded a\n')
    expect(await redis.zrange(deadLettersKey(ref), '0', '-1')).toEqual(['b'])
    const ttl = await redis.pttl(callbackKey(ref, 'a'))
    expect(ttl).toBeGreaterThan(3_500_000)
    expect(ttl).toBeLessThanOrEqual(3_600_000)
    expect((await readCallback(store, 'a'))?.discardedAt).toBeDefined()
  })

  it('needs an id', async () => {
    const { env } = await withTwoDead()
    expect(await runCommand({ env }, 'dead-letters', 'discard')).toMatchObject({ status: 2 })
  })
})

describe('ringback dead-letters resolve', () => {
  const recordId = '0TzLT00000000w50AA'

  async function withOneInDoubt() {
    const bundle = await withTwoDead()
    await bundle.store.redis.hset(callbackKey(bundle.store.ref, 'a'), 'reason', 'uncertain')
    return bundle
  }

  it('ends one as booked that somebody has found in Salesforce', async () => {
    const { env, store } = await withOneInDoubt()
    const resolve = ['dead-letters', 'resolve', 'a', '--booked', recordId]
    const { status, stdout } = await runCommand({ env }, ...resolve)
    const again = await runCommand({ env }, ...resolve, '--json')
    const story = await runCommand({ env }, 'status', 'a')

    expect({ status, stdout }).toEqual({ status: 0, stdout: `booked a by ${recordId}\n` })
    expect(again.status).toBe(1)
    expect(JSON.parse(again.stdout)).toEqual({ id: 'a', outcome: 'not-uncertain', recordId })
    expect(story.stdout).toMatch(/^recordId +0TzLT00000000w50AA \(given when it was resolved/m)
    expect(await store.redis.zrange(deadLettersKey(store.ref), '0', '-1')).toEqual(['b'])
  })

  it('sends one again that was not booked, without a mark', async () => {
    const { env, store, recorder, sandbox } = await withOneInDoubt()
    const run = await runCommand({ env }, 'dead-letters', 'resolve', 'a', '--not-booked')
    await recorder.next('attempt.settled', (event) => event.id === 'a' && event.state === 'booked')

    expect(run).toMatchObject({ status: 0, stdout: 'not booked a: it is sent again\n' })
    expect(sandbox.bookingsOf('call-a')).toHaveLength(1)
    expect(await readCallback(store, 'a')).toMatchObject({ possibleDuplicate: false })
  })

  it('does nothing to one that did not die as uncertain, or that nobody knows', async () => {
    const { env } = await withOneInDoubt()
    const other = await runCommand({ env }, 'dead-letters', 'resolve', 'b', '--not-booked')
    const nobody = await runCommand({ env }, 'dead-letters', 'resolve', 'nobody', '--not-booked')
    expect(other).toMatchObject({ status: 1, stdout: containing('did not die as uncertain') })
    expect(nobody).toMatchObject({ status: 1, stdout: containing('no dead letter with this id') })
  })

  it.each([
    ['neither answer', []],
    ['both answers', ['--booked', recordId, '--not-booked']],
    ['what is not a record id', ['--booked', '+18445791189']],
  ])('takes not %s', async (_, answers) => {
    const { env } = await withOneInDoubt()
    const run = await runCommand({ env }, 'dead-letters', 'resolve', 'a', ...answers)
    expect(run).toMatchObject({ status: 2, stdout: '' })
    expect(run.stderr).toMatch(/exactly one of|15 or 18 letters/)
  })
})

async function asTheShellReads(word: string): Promise<string> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `printf %s ${word}`])
  return stdout
}
