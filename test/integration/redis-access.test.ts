/** docs/redis-access.md is found by reading the code. Here MONITOR says what the roles really send, scripts too. */
import { Redis } from 'ioredis'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

import { systemClock } from '../../src/shared/time/clock.ts'
import { queuePrefix, type DestinationRef } from '../../src/shared/redis/keys.ts'
import {
  discardDeadLetter,
  listDeadLetters,
  redriveDeadLetter,
} from '../../src/shared/store/dead-letters/dead-letters.ts'
import { readStats } from '../../src/shared/store/stats/stats.ts'
import { sampleCallback } from '../support/callbacks.ts'
import { monitorCommands } from '../support/monitor.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { setup } from '../support/ringback.ts'

const page = readFileSync(new URL('../../docs/redis-access.md', import.meta.url), 'utf8')

it('what a role sends to a key is on the page of who touches which key', async () => {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url })
  const { store, producer, sandbox, recorder } = bundle
  const sent = await monitor(store.redis, url, store.ref)

  await producer.enqueue(sampleCallback('books'))
  await producer.enqueue(sampleCallback('dies'))
  await producer.status('books')
  await expect.poll(() => sent.has('HSETNX of ringback:destinations')).toBe(true)
  const byProducer = await sent.take()

  sandbox.setFaults([{ do: 'refuse', times: 1 }])
  const worker = bundle.startWorker()
  await recorder.next('attempt.settled', ({ id }) => id === 'books')
  await recorder.next('attempt.settled', ({ id }) => id === 'dies')
  await worker.stop()
  const byWorker = await sent.take()

  const [letter] = await listDeadLetters(store, { offset: 0, count: 1 })
  const decision = { id: letter?.id ?? '', nowMs: systemClock.now(), retentionMs: 60_000 }
  await redriveDeadLetter(store, decision)
  await discardDeadLetter(store, decision)
  await readStats(store)
  const byOperator = await sent.take()

  expect(byProducer).toContain('XADD of {ringback:d}:inbox')
  expect(byWorker).toContain('XREADGROUP of {ringback:d}:inbox')
  expect(byWorker).toContain('HINCRBY of {ringback:d}:stats')
  expect(byOperator).toContain('ZRANGE of {ringback:d}:dead-letters')
  expect(missingIn('The producer library', byProducer)).toEqual([])
  expect(missingIn('A worker', byWorker)).toEqual([])
  expect(missingIn('The commands of an operator', byOperator)).toEqual([])
})

const lastOfAll = 'the last of all'

interface Sent {
  has: (what: string) => boolean
  /** As in `XADD of {ringback:d}:inbox`, since the last time: all that Redis has done by now. */
  take: () => Promise<string[]>
}

async function monitor(redis: Redis, url: string, ref: DestinationRef): Promise<Sent> {
  const seen = new Set<string>()
  await monitorCommands(url, ([name = '', ...args]) => {
    if (name === 'echo') seen.add(args.join(' '))
    // What they are given only looks like a key.
    if (/^(?:client|scan)$/i.test(name)) return
    for (const key of args.filter((each) => isKey(each, ref))) {
      seen.add(`${commandOf(name, args)} of ${asOnPage(key, ref)}`)
    }
  })
  return {
    has: (what) => seen.has(what),
    take: async () => {
      // MONITOR tells in order, and later than it answers.
      await redis.echo(lastOfAll)
      await expect.poll(() => seen.delete(lastOfAll)).toBe(true)
      const taken = [...seen]
      seen.clear()
      return taken
    },
  }
}

function isKey(text: string, { namespace }: DestinationRef): boolean {
  return text.startsWith(`{${namespace}:`) || text.startsWith(`${namespace}:`)
}

function commandOf(name: string, [word = '']: readonly string[]): string {
  const command = name.toUpperCase()
  return /^(?:XINFO|XGROUP|MEMORY)$/.test(command) ? `${command} ${word.toUpperCase()}` : command
}

function asOnPage(key: string, ref: DestinationRef): string {
  return key.replace(queuePrefix(ref), '{ringback:d}').replace(`${ref.namespace}:`, 'ringback:')
}

/** What was sent, and is not in the table of the role. A script's call is there as its keys; BullMQ's commands are its own. */
function missingIn(title: string, sent: readonly string[]): string[] {
  const rows = rowsOf(title)
  return sent.filter((each) => {
    const [command = '', key = ''] = each.split(' of ')
    const row = rows.find((candidate) => candidate.pattern.test(key))
    if (row?.isBullmqs || (row !== undefined && command.startsWith('EVAL'))) return false
    return !row?.commands.includes(command)
  })
}

function rowsOf(title: string): { pattern: RegExp; commands: string[]; isBullmqs: boolean }[] {
  const [, section = ''] = page.split(`## ${title}\n`)
  const [table = ''] = section.split('\n## ')
  return [...table.matchAll(/^\| `([^`]+)`\s*\|(.*)\|$/gm)].map(([, key = '', cells = '']) => {
    const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    return {
      pattern: new RegExp(`^${escaped.replace(/<[^>]+>|\\\*/g, '.*')}$`),
      commands: cells.split(/[,|]/).map((cell) => cell.trim()),
      isBullmqs: cells.includes('BullMQ'),
    }
  })
}
