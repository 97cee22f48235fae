/** Every command that docs/wire-protocol.md shows, and its bytes, given to a real Redis with a real worker. */
import { once } from 'node:events'
import { createConnection } from 'node:net'

import { describe, expect, it } from 'vitest'

import { loadLibrary } from '../../src/shared/store/functions/load-library.ts'
import { readPublicKeys } from '../../src/shared/store/public-keys/public-keys.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { connectRaw } from '../support/resp-client.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { giveSealKeys } from '../support/sealing.ts'
import { shellWords } from '../support/shell-words.ts'
import { fencedBlocks, knowsSelectors, wireProtocolPage } from '../support/wire-protocol-page.ts'

const commands = fencedBlocks(wireProtocolPage, 'sh')
  .flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'))
  .filter((line) => line.startsWith('redis-cli '))
  .map((line) => shellWords(line).slice(1))

/** Workers, and all that the page speaks of, in its own namespace. */
async function world() {
  const { url } = await startPrivateRedis()
  const bundle = await setup({ redisUrl: url, namespace: 'ringback' })
  await giveSealKeys(bundle)
  return bundle
}

describe('the commands of the page', () => {
  it('are taken by Redis, one after the other, and what they send is booked, or comes to what the page says', async () => {
    const bundle = await world()
    const { store, redisUrl } = bundle
    const hasFunctions = await knowsSelectors(store.redis)
    if (hasFunctions) await loadLibrary(store.redis)
    bundle.startWorker()
    await expect.poll(async () => (await readPublicKeys(store)).keys).not.toEqual([])
    const client = connectRaw(redisUrl)
    for (const words of commands) {
      if (words[0] === 'FCALL' && !hasFunctions) continue
      const reply = await client.call(...words)
      expect(String(reply), words.join(' ')).not.toMatch(/^(ERR|NO|WRONG|RINGBACK)/)
    }
    const names = new Set(commands.map(([name]) => name))
    expect([...names].toSorted()).toEqual(
      [
        'XADD',
        'RPUSH',
        'FCALL',
        'GET',
        'HGETALL',
        'HMGET',
        'XGROUP',
        'XREADGROUP',
        'XACK',
        'XAUTOCLAIM',
        'ZRANGE',
      ].toSorted(),
    )
    // `call-42` is cancelled and moved on the page, for whoever comes in time.
    const ids = ['call-43', 'call-45', ...(hasFunctions ? ['call-44'] : [])]
    const results = await resultsOfAll(bundle, ids)
    const booked = results.filter(({ state }) => state === 'booked').map(({ id }) => id)
    expect(booked).toEqual(expect.arrayContaining(ids))
  }, 60_000)

  it('are, as bytes, the bytes that the page says', async () => {
    const bundle = await world()
    const { redisUrl, startWorker } = bundle
    const [block = ''] = fencedBlocks(wireProtocolPage, 'resp')
    const bytes = Buffer.from(block.replaceAll('\n', '\r\n'))
    const [, said] = /These are (\d+) bytes/.exec(wireProtocolPage) ?? []
    expect(bytes.length).toBe(Number(said))
    expect(commands).toContainEqual(wordsIn(block))

    const { hostname, port, password } = new URL(redisUrl)
    const socket = createConnection({ host: hostname, port: Number(port) })
    const login = ['AUTH', password].map((word) => `$${word.length}\r\n${word}\r\n`)
    socket.write(`*2\r\n${login.join('')}`)
    expect(String((await once(socket, 'data'))[0])).toBe('+OK\r\n')
    socket.write(bytes)
    expect(String((await once(socket, 'data'))[0])).toMatch(/^\$15\r\n\d{13}-\d\r\n$/)
    socket.destroy()

    startWorker()
    await resultsOfAll(bundle, ['call-45'])
    expect(bundle.sandbox.bookings()).toHaveLength(1)
  }, 60_000)
})

/** Of a command in RESP, one part on each line: a number, then for each word its length and itself. */
function wordsIn(block: string): string[] {
  return block
    .trim()
    .split('\n')
    .slice(1)
    .filter((_, index) => index % 2 === 1)
}
