/**
 * Every example as its page tells to run it: as a user who may do what docs/wire-protocol.md grants, and nothing else.
 * An example whose language is not installed here is left out, and both the title and the standard error say so.
 */
import { fileURLToPath } from 'node:url'

import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'

import { callbackKey, inboxKey, resultsKey } from '../../src/shared/redis/keys.ts'
import { interpreters } from '../support/interpreters.ts'
import { monitorCommands } from '../support/monitor.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { startProgram, type Program } from '../support/program.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { aclRule } from '../support/wire-protocol-page.ts'

type Language = keyof typeof interpreters

/** The examples name the keys of the default namespace, so each has a Redis of its own. */
async function withUser(name: string): Promise<Bundle & { userUrl: string }> {
  const server = await startPrivateRedis()
  const bundle = await setup({ redisUrl: server.url, namespace: 'ringback' })
  const words = await aclRule(bundle.store.redis, name)
  expect(await bundle.store.redis.call('ACL', 'SETUSER', name, ...words)).toBe('OK')
  const url = new URL(server.url)
  url.username = name
  url.password = words.find((word) => word.startsWith('>'))?.slice(1) ?? ''
  return { ...bundle, userUrl: url.href }
}

function start(language: Language, file: string, { url, args = [] }: Start): Program {
  const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url))
  const command = interpreters[language].command ?? ''
  return startProgram(command, [path, ...args], { env: { RINGBACK_REDIS_URL: url } })
}

interface Start {
  url: string
  args?: readonly string[]
}

/** The rule without one of its rights, in brackets or not. */
function without(right: string, rule: readonly string[]): string[] {
  return rule.filter((word) => word !== right).map((word) => word.replace(`${right} `, ''))
}

function left(language: Language): string {
  const { command, packages } = interpreters[language]
  if (command !== undefined) return ''
  process.stderr.write(`examples: enqueue.${language} SKIPPED, not installed: ${packages}\n`)
  return ` (SKIPPED, not installed: ${packages})`
}

const promised = /^promised: (\S+)/m

describe.each(Object.keys(interpreters) as Language[])('examples/enqueue.%s', (language) => {
  const file = `enqueue.${language}`
  const missing = left(language)

  describe.skipIf(missing !== '')(`as the vendor of the page${missing}`, () => {
    it('sees its callback booked', async () => {
      const { userUrl, sandbox, startWorker } = await withUser('acme')
      startWorker()
      const { status, output } = await start(language, file, { url: userUrl }).ended
      const [booking] = sandbox.bookings()
      expect({ status, output }).toMatchObject({ status: 0 })
      expect(output).toContain(booking?.recordId)
    })

    it('sees its callback refused, and says why', async () => {
      const { userUrl, sandbox, startWorker } = await withUser('acme')
      sandbox.setFaults([{ do: 'refuse', status: 400 }])
      startWorker()
      const { status, output } = await start(language, file, { url: userUrl }).ended
      expect(status).toBe(1)
      expect(output).toContain('http-400')
    })

    it('ends when its callback is erased while it waits', async () => {
      const { userUrl, redisUrl, store, sandbox, startWorker } = await withUser('acme')
      const { redis, ref } = store
      sandbox.setFaults([{ do: 'stall' }])
      startWorker()
      const program = start(language, file, { url: userUrl })
      const [, id = ''] = promised.exec(await program.prints(promised)) ?? []
      await sandbox.requestArrived('89328b83-ff42-4c85-a2af-e948124365de')
      // It has asked for its state at least once since.
      await asked(redisUrl, callbackKey(ref, id))
      await redis.del(callbackKey(ref, id))
      const { status, output } = await program.ended
      expect(status).toBe(1)
      expect(output).toContain(`${id} was erased`)
    })

    it('does not wait for ever where no worker takes it in', async () => {
      const { userUrl, store } = await withUser('acme')
      const { status, output } = await start(language, file, { url: userUrl, args: ['1'] }).ended
      expect(status).toBe(1)
      expect(output).toContain('not taken in: does a worker run?')
      expect(await store.redis.xlen(inboxKey(store.ref))).toBe(1)
    })

    it('takes no error for an answer: neither of the promise nor of the state', async () => {
      const { userUrl, store } = await withUser('acme')
      const rule = await aclRule(store.redis, 'acme')
      await store.redis.call('ACL', 'SETUSER', 'acme', ...without('+hmget', rule))
      const blind = await start(language, file, { url: userUrl }).ended
      await store.redis.call('ACL', 'SETUSER', 'acme', ...without('+xadd', rule))
      const mute = await start(language, file, { url: userUrl }).ended
      expect(blind.status).not.toBe(0)
      expect(blind.output).toMatch(/no permissions|NOPERM/)
      expect(mute.status).not.toBe(0)
      expect(mute.output).toMatch(/no permissions|NOPERM/)
      expect(mute.output).not.toMatch(promised)
    })
  })
})

describe.skipIf(interpreters.py.command === undefined)(
  `examples/results.py as the consumer of the page${left('py')}`,
  () => {
    it('handles what is there, what comes, and what a consumer was given that has died since', async () => {
      const { userUrl, store } = await withUser('consumer')
      const { redis, ref } = store
      const key = resultsKey(ref)
      await redis.xadd(key, '*', 'id', 'first', 'state', 'booked', 'recordId', 'r1')
      const one = start('py', 'results.py', { url: userUrl, args: ['one', '60000'] })
      await one.prints(/^first booked r1$/)
      one.signal('SIGKILL')
      await one.ended

      // Given to a consumer that never confirms it.
      await redis.xadd(
        key,
        '*',
        'id',
        'inbox-1-1',
        'submittedId',
        'lost',
        'state',
        'dead',
        'code',
        'x',
      )
      await redis.xreadgroup('GROUP', 'crm', 'dead', 'COUNT', 10, 'STREAMS', key, '>')
      const two = start('py', 'results.py', { url: userUrl, args: ['two', '200'] })
      await two.prints(/^lost dead x$/)
      await redis.xadd(key, '*', 'id', 'new', 'state', 'cancelled', 'code', 'erased')
      await two.prints(/^new cancelled erased$/)
      await pendingAreGone(redis, key)
    })
  },
)

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

async function pendingAreGone(redis: Redis, key: string): Promise<void> {
  await expect
    .poll(async () => ((await redis.xpending(key, 'crm')) as [number])[0], { timeout: 10_000 })
    .toBe(0)
}
