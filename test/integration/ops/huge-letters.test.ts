/** Dead letters that an older version wrote, which kept whatever was sent: half a gigabyte, if somebody sent that. */
import { beforeEach, describe, expect, it } from 'vitest'

import { maxRawBytes } from '../../../src/shared/store/ledger/raw.ts'
import { callbackKey, deadLettersKey, inboxKey } from '../../../src/shared/redis/keys.ts'
import { runCommand } from './support/cli.ts'
import { freshEnvironment } from './support/environment.ts'

const number = '+18445791189'
const id = 'inbox-1772120452000-0'
const bytes = 1_048_576
const written = {
  v: '1',
  state: 'dead',
  reason: 'invalid',
  code: 'invalid-intent',
  message: 'intent: …',
  acceptedAt: '2026-02-26T15:40:52.000Z',
  updatedAt: '2026-02-26T15:40:52.000Z',
  generation: '1',
  attempts: '0',
}

let environment: ReturnType<typeof freshEnvironment>

beforeEach(async () => {
  environment = freshEnvironment()
  const { redis, ref } = environment.store
  const raw = number + 'x'.repeat(bytes - number.length)
  await redis.hset(callbackKey(ref, id), { ...written, raw })
  await redis.zadd(deadLettersKey(ref), 1, id)
})

it('is shown with its size, and without what it holds', async () => {
  const shown = await runCommand({ env: environment.env }, 'dead-letters', 'show', id)
  const json = await runCommand({ env: environment.env }, 'status', id, '--json')
  expect(shown.status).toBe(0)
  expect(shown.stdout).toContain(`What was sent is ${bytes} bytes. That is too long to show.`)
  expect(JSON.parse(json.stdout)).toMatchObject({ id, rawLength: bytes, code: 'invalid-intent' })
  expect(json.stdout.length).toBeLessThan(2_000)
})

it('is listed, and can be discarded', async () => {
  const { env, store } = environment
  expect((await runCommand({ env }, 'dead-letters', 'list')).stdout).toContain(id)
  expect((await runCommand({ env }, 'dead-letters', 'discard', id)).status).toBe(0)
  expect(await store.redis.zcard(deadLettersKey(store.ref))).toBe(0)
})

it.each([
  ['text', 'what was sent exceeds the size limit of an intent'],
  ['base64', 'it contains no intent that could be sent again'],
])('is not redriven, and why is said: it is %s', async (encoding, why) => {
  const { env, store } = environment
  const { redis, ref } = store
  if (encoding === 'base64') await redis.hset(callbackKey(ref, id), 'rawEncoding', encoding)
  const { status, stdout } = await runCommand({ env }, 'dead-letters', 'redrive', id)
  expect(status).toBe(1)
  expect(stdout).toContain(`not redriven ${id}: ${why}`)
  expect(await redis.xlen(inboxKey(ref))).toBe(0)
  expect(await redis.zcard(deadLettersKey(ref))).toBe(1)
})

it('is distinguished from one of which only the beginning was kept, which is not redriven either', async () => {
  const { env, store } = environment
  const { redis, ref } = store
  await redis.hset(callbackKey(ref, id), { raw: `${number} and`, rawLength: '70000' })
  const { stdout } = await runCommand({ env }, 'dead-letters', 'show', id)
  expect(stdout).toContain('What was sent is 70000 bytes. Its beginning:')
  expect(stdout).not.toContain(number)
  const { status } = await runCommand({ env }, 'dead-letters', 'redrive', id)
  expect(status).toBe(1)
  expect(await redis.zcard(deadLettersKey(ref))).toBe(1)
})

describe('an erasure', () => {
  const erase = (...more: string[]) =>
    runCommand({ env: environment.env }, 'erase', '--number', number, '--yes', ...more)

  it('of a customer says that it was not searched, and does the rest', async () => {
    const { redis, ref } = environment.store
    const other = { ...written, raw: `call ${number}` }
    await redis.hset(callbackKey(ref, 'other'), other)
    const plain = await erase()
    const receipt: unknown = JSON.parse((await erase('--json')).stdout)
    expect(plain.status).toBe(0)
    expect(plain.stdout).toContain(
      `not searched: callback ${id} at default: its ${bytes} bytes are too many.`,
    )
    expect(await redis.exists(callbackKey(ref, 'other'))).toBe(0)
    expect(await redis.exists(callbackKey(ref, id))).toBe(1)
    const unsearched = [{ destination: 'default', kind: 'callback', id, bytes }]
    expect(receipt).toMatchObject({ outcome: 'nothing-found', unsearched })
  })

  it('takes it away where its id says the number', async () => {
    const { redis, ref } = environment.store
    await redis.rename(callbackKey(ref, id), callbackKey(ref, `tel-${number.slice(1)}`))
    const { status, stdout } = await erase('--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'erased', unsearched: [] })
    expect(await redis.exists(callbackKey(ref, `tel-${number.slice(1)}`))).toBe(0)
  })

  it('searches every byte of what is as large as any that is written today', async () => {
    const { redis, ref } = environment.store
    const raw = JSON.stringify(['note', '\u0001'.repeat(65_536 - 20) + number])
    expect(raw.length).toBeLessThan(maxRawBytes)
    await redis.hset(callbackKey(ref, id), { raw })
    expect(JSON.parse((await erase('--json')).stdout)).toMatchObject({
      outcome: 'erased',
      unsearched: [],
      callbacks: [{ id }],
    })
  })

  it('says of an entry that is too large that it lies there, finds it by its beginning, and needs no worker', async () => {
    const { redis, ref } = environment.store
    await redis.del(callbackKey(ref, id), deadLettersKey(ref))
    const key = inboxKey(ref)
    const ours = await redis.xadd(key, '*', 'intent', `${number}${'x'.repeat(70_000)}`)
    const theirs = await redis.xadd(key, '*', 'intent', 'x'.repeat(70_000))
    const { status, stdout } = await erase('--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      outcome: 'erased',
      unsearched: [{ kind: 'inbox-entry', id: theirs, bytes: 70_006 }],
    })
    expect((await redis.xrange(key, '-', '+')).map(([entryId]) => entryId)).toEqual([theirs])
    expect(ours).not.toBe(theirs)
  })
})
