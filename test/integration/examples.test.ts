/**
 * Every program of `examples/` as its head tells to run it, against a real worker and sandbox, as the user that `ringback acl`
 * makes for it: nobody may do more. A language that is not installed is left out, and the title says so; in CI that is a failure.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { callbackKey, inboxKey, resultsKey } from '../../src/shared/redis/keys.ts'
import { aclUser } from '../support/acl-user.ts'
import {
  exampleLanguages,
  exampleTasks,
  type ExampleLanguage,
  type ExampleTask,
} from '../support/example-languages.ts'
import { monitorCommands } from '../support/monitor.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { startProgram, type Program } from '../support/program.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { readRepositoryFile } from '../support/wire-protocol-page.ts'

const number = '+18445791189'
const languages = exampleLanguages.filter(({ lacks }) => lacks === undefined)
const withoutLibrary = languages.filter(({ name }) => name !== 'typescript')

let built = ''
beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'ringback-examples-'))
  await Promise.all(languages.map((language) => language.build(built)))
}, 120_000)
afterAll(() => rm(built, { recursive: true }))

describe.each([...exampleLanguages])('$name', ({ name, packages, lacks, fileOf }) => {
  const isLeftOut =
    lacks !== undefined && (packages === undefined || process.env['CI'] === undefined)

  it.skipIf(isLeftOut)(
    isLeftOut ? `can be run (SKIPPED, not installed: ${lacks})` : 'can be run',
    () => expect(lacks).toBeUndefined(),
  )

  it('has all that it takes on the list of what CI installs', () => {
    const installed = readRepositoryFile('.ci/debian-packages').split('\n')
    expect(installed).toEqual(expect.arrayContaining([...(packages ?? [])]))
  })

  it.each([...exampleTasks])('says at its head how to run it: %s', (task) => {
    const program = readRepositoryFile(`examples/${name}/${fileOf(task)}`)
    expect(program.split('\n', 5).join('\n')).toContain(name === 'c' ? `./${task}` : fileOf(task))
    expect(readRepositoryFile('examples/README.md')).toContain(`](${name}/${fileOf(task)})`)
  })
})

interface World extends Bundle {
  redis: Redis
  /** What the programs of a language connect with. */
  urlOf: (language: ExampleLanguage) => string
}

/** The examples name the keys of the default namespace, so each test has a Redis of its own. */
async function world(role: string, ...options: string[]): Promise<World> {
  const server = await startPrivateRedis()
  const bundle = await setup({ redisUrl: server.url, namespace: 'ringback' })
  const user = await aclUser(server.url, 'ringback', role, ...options)
  const library = await aclUser(server.url, 'ringback', 'library', '--results')
  return {
    ...bundle,
    redis: bundle.store.redis,
    urlOf: ({ name }) => (name === 'typescript' ? library.url : user.url),
  }
}

const vendor = ['producer', '--inbox', '--wishes', '--prefix', 'acme-'] as const

interface Start {
  url: string
  args?: readonly string[]
  stdin?: string
}

function start(language: ExampleLanguage, task: ExampleTask, given: Start): Program {
  const [command = '', ...words] = language.command(built, task)
  const { url, args = [], stdin } = given
  return startProgram(command, [...words, ...args], {
    env: { RINGBACK_REDIS_URL: url },
    ...(stdin !== undefined && { stdin }),
  })
}

/** How it ended. No program prints a customer's number. */
async function endOf(program: Program): Promise<string> {
  const { status, output } = await program.ended
  expect(output).not.toContain(number.slice(1))
  return `${status} ${output}`
}

/** What each comes to, by its name: all at once, as most of their time is waiting. */
async function inEach(
  those: readonly ExampleLanguage[],
  run: (language: ExampleLanguage) => Promise<string>,
): Promise<Record<string, string>> {
  const ends = await Promise.all(those.map(async (each) => [each.name, await run(each)] as const))
  return Object.fromEntries(ends)
}

function expected(those: readonly ExampleLanguage[], end: (id: string) => RegExp | string) {
  const ends = those.map(({ name }) => {
    const wanted = end(`acme-${name}`)
    return [name, typeof wanted === 'string' ? wanted : (expect.stringMatching(wanted) as string)]
  })
  return Object.fromEntries(ends) as Record<string, string>
}

describe('enqueue, in each language', () => {
  it('sees its callback booked, over a cut connection too, and again under the same id', async () => {
    const { redis, store, sandbox, urlOf, startWorker } = await world(...vendor)
    startWorker()
    const args = (language: ExampleLanguage) => [`acme-${language.name}`, '15']
    const first = await inEach(languages, async (language) => {
      const program = start(language, 'enqueue', { url: urlOf(language), args: args(language) })
      await program.prints(/^promised: acme-/m)
      await cutConnections(redis)
      return endOf(program)
    })
    expect(first).toEqual(expected(languages, () => /^0 .*promised: acme-/s))
    const again = await inEach(languages, (language) =>
      endOf(start(language, 'enqueue', { url: urlOf(language), args: args(language) })),
    )
    for (const { name } of languages) {
      const recordId = await redis.hget(callbackKey(store.ref, `acme-${name}`), 'recordId')
      expect(first[name]).toContain(recordId)
      expect(again[name]).toContain(recordId)
    }
    expect(sandbox.bookings()).toHaveLength(languages.length)
  }, 60_000)

  it('sees its callback refused, and says why; so does dead-letter', async () => {
    const { sandbox, urlOf, startWorker } = await world(...vendor)
    sandbox.setFaults([{ do: 'refuse', status: 400 }])
    startWorker()
    const refused = await inEach(languages, (language) =>
      endOf(start(language, 'enqueue', { url: urlOf(language), args: [`acme-${language.name}`] })),
    )
    expect(refused).toEqual(expected(languages, () => /^[1-9]\d* .*http-400/s))
    const letters = await inEach(languages, (language) =>
      endOf(
        start(language, 'dead-letter', { url: urlOf(language), args: [`acme-${language.name}`] }),
      ),
    )
    expect(letters).toEqual(expected(languages, (id) => new RegExp(`^0 ${id} refused http-400: `)))
    const none = await inEach(languages, (language) =>
      endOf(start(language, 'dead-letter', { url: urlOf(language), args: ['acme-none'] })),
    )
    expect(none).toEqual(expected(languages, () => /^[1-9]\d* .*no dead letter: not known$/s))
  }, 60_000)

  it('ends when its callback is erased while it waits', async () => {
    const { redis, redisUrl, store, sandbox, urlOf, startWorker } = await world(...vendor)
    sandbox.setFaults([{ do: 'stall' }])
    startWorker()
    const ends = await inEach(withoutLibrary, async (language) => {
      const id = `acme-${language.name}`
      const program = start(language, 'enqueue', { url: urlOf(language), args: [id] })
      await program.prints(/^promised: /m)
      const key = callbackKey(store.ref, id)
      await expect
        .poll(() => redis.hget(key, 'state'), { timeout: 15_000 })
        .toMatch(/^(attempting|retrying)$/)
      // It has asked for its state at least once since.
      await asked(redisUrl, key)
      await redis.del(key)
      return endOf(program)
    })
    expect(ends).toEqual(
      expected(withoutLibrary, (id) => new RegExp(`^[1-9]\\d* .*${id} was erased`, 's')),
    )
  }, 60_000)

  it('does not wait for ever where no worker takes it in', async () => {
    const { redis, store, urlOf } = await world(...vendor)
    const ends = await inEach(languages, (language) => {
      const args = [`acme-${language.name}`, '1']
      return endOf(start(language, 'enqueue', { url: urlOf(language), args }))
    })
    expect(ends).toEqual({
      ...expected(languages, () => /^[1-9]\d* .*not taken in: does a worker run\?/s),
      // It writes the ledger itself.
      typescript: expect.stringMatching(/^[1-9]\d* .*has not ended yet \(accepted\)/s) as string,
    })
    expect(await redis.xlen(inboxKey(store.ref))).toBe(languages.length)
  }, 60_000)

  it('takes no error for an answer: neither of the promise nor of the state', async () => {
    const blind = await world('producer', '--inbox')
    const mute = await world('producer')
    const enqueue = ({ urlOf }: World) =>
      inEach(withoutLibrary, (language) =>
        endOf(start(language, 'enqueue', { url: urlOf(language), args: ['acme-1'] })),
      )
    const refused = /no permissions|NOPERM/
    const isRefused = expect.stringMatching(refused) as string
    const all = Object.fromEntries(withoutLibrary.map(({ name }) => [name, isRefused]))
    const [unread, unsaid] = [await enqueue(blind), await enqueue(mute)]
    expect(unread).toEqual(all)
    expect(unsaid).toEqual(all)
    for (const end of Object.values(unread)) expect(end).not.toMatch(/^0 /)
    for (const end of Object.values(unsaid)) expect(end).not.toMatch(/^0 |\npromised: /)
  }, 60_000)
})

describe('batch, in each language', () => {
  const intentsOf = ({ name }: ExampleLanguage): string[] =>
    Array.from({ length: 501 }, (_, index) => {
      const attributes = { text: `it's "ü" \\ 'x' $HOME ${index}` }
      const id = `acme-${name}-${index}`
      return JSON.stringify({ id, callId: id, callbackNumber: number, attributes })
    })

  it('sends each intent as it is', async () => {
    const { redis, store, urlOf } = await world(...vendor)
    const ends = await inEach(languages, (language) => {
      const stdin = `${intentsOf(language).join('\n')}\n\n`
      return endOf(start(language, 'batch', { url: urlOf(language), stdin }))
    })
    expect(ends).toEqual(expected(languages, () => '0 promised: 501'))
    const entries = await redis.xrange(inboxKey(store.ref), '-', '+')
    const sent = new Set(entries.map(([, [, intent = '']]) => intent))
    expect(entries).toHaveLength(501 * languages.length)
    for (const language of withoutLibrary) {
      const missing = intentsOf(language).filter((intent) => !sent.has(intent))
      expect({ [language.name]: missing }).toEqual({ [language.name]: [] })
    }
  }, 60_000)

  it('says so if Redis refuses one', async () => {
    const { urlOf } = await world('producer')
    const ends = await inEach(withoutLibrary, (language) =>
      endOf(start(language, 'batch', { url: urlOf(language), stdin: '{"id":"acme-1"}\n' })),
    )
    for (const end of Object.values(ends)) {
      expect(end).toMatch(/no permissions|NOPERM/)
      expect(end).not.toMatch(/^0 |\npromised: /)
    }
  }, 60_000)
})

it('cancel takes back what waits, and says so if there is nothing, in each language', async () => {
  const { redis, store, recorder, producer, urlOf, startWorker } = await world(...vendor)
  startWorker()
  for (const { name } of languages) {
    const callback = { id: `acme-${name}`, callId: name, callbackNumber: number, delay: '1h' }
    await producer.enqueue(callback)
    await recorder.next('callback.scheduled', ({ id }) => id === callback.id)
  }
  const cancel = (language: ExampleLanguage, id: string) =>
    endOf(start(language, 'cancel', { url: urlOf(language), args: [id] }))
  const ends = await inEach(languages, (language) => cancel(language, `acme-${language.name}`))
  expect(ends).toEqual(expected(languages, (id) => new RegExp(`^0 .*${id}.*cancelled`)))
  for (const { name } of languages)
    expect(await redis.hget(callbackKey(store.ref, `acme-${name}`), 'state')).toBe('cancelled')
  const none = await inEach(languages, (language) => cancel(language, 'acme-none'))
  expect(none).toEqual(expected(languages, () => /^[1-9]\d* [^]*unknown/))
}, 60_000)

it('results handles what is there, what comes, and what a consumer was given that has died, in each language', async () => {
  const ends = await endsOfAWorker()
  const printed = await inEach(languages, async (language) => {
    const { redis, store, urlOf } = await world('consumer')
    const key = resultsKey(store.ref)
    const url = urlOf(language)
    for (const end of ends) await redis.xadd(key, '*', ...end)
    const one = start(language, 'results', { url, args: ['one', '60000'] })
    await one.prints(/^books booked [A-Za-z0-9]+$/)
    await one.prints(/^waits cancelled cancelled$/)
    await one.prints(/^dies dead http-400$/)
    await nothingIsPending(redis, key)
    one.signal('SIGTERM')
    await one.ended

    const fields = ['id', 'inbox-1-1', 'submittedId', 'lost', 'state', 'dead', 'code', 'x']
    await redis.xadd(key, '*', ...fields)
    // Given to a consumer that never confirms it.
    await redis.xreadgroup('GROUP', 'crm', 'dead', 'COUNT', 10, 'STREAMS', key, '>')
    const two = start(language, 'results', { url, args: ['two', '200'] })
    await two.prints(/^lost dead x$/)
    await nothingIsPending(redis, key)
    await cutConnections(redis)
    await redis.xadd(key, '*', 'id', 'new', 'state', 'cancelled', 'code', 'erased')
    await two.prints(/^new cancelled erased$/)
    await nothingIsPending(redis, key)
    two.signal('SIGTERM')
    await two.ended
    return `${one.printed()}\n${two.printed()}`
  })
  for (const output of Object.values(printed)) expect(output).not.toContain(number.slice(1))
}, 60_000)

/** The results of a callback that was booked, one that was refused, and one that was cancelled. */
async function endsOfAWorker(): Promise<string[][]> {
  const { redis, store, sandbox, producer, recorder, startWorker } = await world('consumer')
  sandbox.setFaults([{ do: 'refuse', status: 400, match: { callId: 'dies' } }])
  startWorker()
  for (const id of ['books', 'dies', 'waits']) {
    const delay = id === 'waits' ? '1h' : 0
    await producer.enqueue({ id, callId: id, callbackNumber: number, delay })
  }
  await recorder.next('callback.scheduled', ({ id }) => id === 'waits')
  await producer.cancel('waits')
  const key = resultsKey(store.ref)
  await expect.poll(() => redis.xlen(key), { timeout: 15_000 }).toBe(3)
  return (await redis.xrange(key, '-', '+')).map(([, fields]) => fields)
}

async function cutConnections(redis: Redis): Promise<void> {
  const names = (await redis.call('ACL', 'USERS')) as string[]
  for (const name of names.filter((each) => each.startsWith('a-')))
    await redis.client('KILL', 'USER', name)
}

/** Resolves when a program reads this key; the workers' scripts do so all the time. */
async function asked(url: string, key: string): Promise<void> {
  let isAsked = false
  const { stop } = await monitorCommands(url, (words, source) => {
    const isOurs = source !== 'lua' && words[0]?.toLowerCase() === 'hmget'
    if (isOurs && words.includes(key)) isAsked = true
  })
  await expect.poll(() => isAsked, { timeout: 15_000 }).toBe(true)
  stop()
}

async function nothingIsPending(redis: Redis, key: string): Promise<void> {
  await expect
    .poll(async () => ((await redis.xpending(key, 'crm')) as [number])[0], { timeout: 10_000 })
    .toBe(0)
}
