import { PassThrough } from 'node:stream'

import { describe, expect, it } from 'vitest'

import { callbackKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { temporaryFile } from '../../unit/shared/config/temporary-folder.ts'
import { runCommand, startCommand } from './support/cli.ts'
import { freshEnvironment } from './support/environment.ts'

function lineOf(n: number): string {
  return JSON.stringify({ id: `c-${n}`, callId: `c-${n}`, callbackNumber: '+18445791189' })
}

function linesTo(n: number): string {
  return Array.from({ length: n }, (_, index) => `${lineOf(index + 1)}\n`).join('')
}

interface Summary {
  accepted: number
  duplicate: number
  refused: number
  complete: boolean
  nextLine: number
}

function summaryIn(stdout: string): Summary {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Summary
}

describe('an import', () => {
  it('goes on at the line at which it is told to', async () => {
    const { env, store } = freshEnvironment()
    const file = temporaryFile('a.jsonl', linesTo(5))
    const { status, stdout } = await runCommand({ env }, 'import', file, '--from-line', '4')
    expect(status).toBe(0)
    expect(stdout).toBe('2 lines: 2 accepted, 0 duplicate, 0 refused\n')
    expect(await store.redis.exists(callbackKey(store.ref, 'c-3'))).toBe(0)
    expect(await store.redis.exists(callbackKey(store.ref, 'c-4'))).toBe(1)
  })

  it('of CSV reads the header all the same, and counts the lines of the file', async () => {
    const { env, store } = freshEnvironment()
    const text =
      'id,callId,callbackNumber,attributes.note\na,a,+18445791189,"two\nlines"\nb,b,+18445791189,\n'
    const file = temporaryFile('a.csv', text)
    const { stdout } = await runCommand({ env }, 'import', file, '--from-line', '4', '--json')
    expect(summaryIn(stdout)).toMatchObject({ accepted: 1, refused: 0, nextLine: 5 })
    expect(await store.redis.exists(callbackKey(store.ref, 'a'))).toBe(0)
    expect(await store.redis.exists(callbackKey(store.ref, 'b'))).toBe(1)
  })

  it('that is stopped says where to go on, and then leaves out none and submits none twice', async () => {
    const { env, store } = freshEnvironment()
    const total = 5_000
    const file = temporaryFile('a.jsonl', linesTo(total))
    const slowly = ['import', file, '--rate', '1000/s', '--json']
    const running = startCommand({ env }, ...slowly)
    await expect.poll(() => store.redis.xlen(inboxKey(store.ref))).toBeGreaterThan(50)
    running.stop()

    const first = await running.done
    expect(first.status).toBe(1)
    const stopped = summaryIn(first.stdout)
    expect(stopped).toMatchObject({ complete: false, refused: 0 })
    expect(stopped.nextLine).toBe(stopped.accepted + 1)

    const rest = ['import', file, '--from-line', String(stopped.nextLine), '--json']
    const second = summaryIn((await runCommand({ env }, ...rest)).stdout)
    expect(second).toMatchObject({ complete: true, duplicate: 0, nextLine: total + 1 })
    expect(stopped.accepted + second.accepted).toBe(total)
    expect(await store.redis.xlen(inboxKey(store.ref))).toBe(total)
  })

  it('that is stopped takes no line for a bad one that it has read half of', async () => {
    const { env } = freshEnvironment()
    const stdin = new PassThrough()
    const running = startCommand({ env, stdin }, 'import', '-', '--format', 'jsonl', '--json')
    stdin.write(`no JSON\n${lineOf(2).slice(0, 20)}`)
    await running.prints(/"line":1/)
    running.stop()
    expect(summaryIn((await running.done).stdout)).toMatchObject({ refused: 1, nextLine: 2 })
  })

  it('that loses its Redis says where to go on: at the first line without an answer', async () => {
    const server = await startPrivateRedis()
    const { env, store } = freshEnvironment(server.url)
    const stdin = new PassThrough()
    const running = startCommand({ env, stdin }, 'import', '-', '--format', 'jsonl', '--json')
    stdin.write(linesTo(100))
    await expect.poll(() => store.redis.xlen(inboxKey(store.ref))).toBe(100)
    await server.kill()
    stdin.end(linesTo(200).slice(linesTo(100).length))

    const { status, stdout } = await running.done
    expect(status).toBe(1)
    const { accepted, complete, nextLine } = summaryIn(stdout)
    expect(complete).toBe(false)
    expect(nextLine).toBe(accepted + 1)
  })

  it('keeps to the rate that it is given', async () => {
    const { env } = freshEnvironment()
    const file = temporaryFile('a.jsonl', linesTo(60))
    const startedMs = performance.now()
    const { status } = await runCommand({ env }, 'import', file, '--rate', '100/s')
    expect(status).toBe(0)
    // 59 gaps of 10 ms; a busy machine makes it slower.
    expect(performance.now() - startedMs).toBeGreaterThan(550)
  })

  it.each([
    ['--from-line', '0'],
    ['--rate', 'fast'],
    ['--rate', '20000/s'],
  ])('refuses %s %s', async (...option) => {
    const { env } = freshEnvironment()
    const file = temporaryFile('a.jsonl', linesTo(1))
    expect((await runCommand({ env }, 'import', file, ...option)).status).toBe(2)
  })
})
