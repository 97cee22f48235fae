/** Somebody who may XADD, and gives it a MAXLEN: no rule of Redis forbids it, so it has to be noticed. */
import { describe, expect, it } from 'vitest'

import { readVanished } from '../../../src/shared/store/inbox/vanished.ts'
import { inboxKey, intakeKey } from '../../../src/shared/redis/keys.ts'
import type { Finding } from '../../../src/ops/operations/doctor/finding.ts'
import { environmentOf } from '../ops/support/environment.ts'
import { runCommand } from '../ops/support/cli.ts'
import { xadd } from '../../support/inbox.ts'
import { setup, type Bundle } from '../../support/ringback.ts'
import { knowsSelectors } from '../../support/wire-protocol-page.ts'

const callback = (id: string) => ({ id, callId: id, callbackNumber: '+18445791189' })

/** Of five that wait for a worker. The first that was taken in was booked before. */
async function withFiveWaiting(): Promise<Bundle & { counts: boolean }> {
  const bundle = await setup()
  const { store, sandbox, recorder, startWorker } = bundle
  const worker = startWorker()
  await xadd(store, callback('first'))
  await sandbox.booked('first')
  await recorder.next('callback.scheduled')
  await worker.stop()
  for (let n = 1; n <= 5; n += 1) await xadd(store, callback(`raw-${n}`))
  return { ...bundle, counts: await knowsSelectors(store.redis) }
}

const attacks: [string, string[], number][] = [
  ['MAXLEN 0', ['XADD', 'KEY', 'MAXLEN', '0', '*', 'intent', '{}'], 6],
  ['MAXLEN 2', ['XADD', 'KEY', 'MAXLEN', '2', '*', 'intent', '{}'], 4],
  ['a MINID ahead of all', ['XADD', 'KEY', 'MINID', '9999999999999', '*', 'intent', '{}'], 6],
  ['XTRIM', ['XTRIM', 'KEY', 'MAXLEN', '1'], 4],
]

describe('entries that somebody takes away before a worker has read them', () => {
  it.each(attacks)('are counted, and reported by the doctor: %s', async (_, command, gone) => {
    const bundle = await withFiveWaiting()
    const { store, redisUrl, counts, recorder, sandbox, startWorker } = bundle
    const { redis, ref } = store
    const [name = '', ...args] = command.map((word) => (word === 'KEY' ? inboxKey(ref) : word))
    await redis.call(name, ...args)
    if (!counts) return expect(await readVanished(store)).toBeUndefined()
    expect(await readVanished(store)).toBe(gone)

    // What is left is taken in, which changes nothing about it.
    startWorker()
    await xadd(store, callback('last'))
    await sandbox.booked('last')
    await recorder.next('callback.scheduled', ({ id }) => id === 'last')
    expect(await readVanished(store)).toBe(gone)
    const env = environmentOf(redisUrl, ref.namespace)
    const { stdout } = await runCommand({ env }, 'doctor', '--json')
    const findings = (JSON.parse(stdout) as Finding[]).filter(({ check }) => check === 'inboxes')
    expect(findings).toMatchObject([{ verdict: 'warn' }])
    expect(findings[0]?.message).toContain(`${gone} entries were removed`)
  })

  it('are none where all went its way: booked, refused, a duplicate, wrong, erased', async () => {
    const { store, redisUrl, counts, recorder, sandbox, startWorker } = await withFiveWaiting()
    const { redis, ref } = store
    await xadd(store, callback('raw-1'))
    await xadd(store, { ...callback('raw-1'), priority: 1 })
    await xadd(store, 'rubbish')
    await xadd(store, { ...callback('erased'), callbackNumber: '+18445791190' })
    const env = environmentOf(redisUrl, ref.namespace)
    const erasing = ['erase', '--number', '+18445791190', '--yes']
    expect((await runCommand({ env }, ...erasing)).status).toBe(0)
    sandbox.setFaults([{ do: 'refuse', status: 400, match: { callId: 'raw-2' } }])
    startWorker()
    await recorder.next('entry.buried', () => recorder.of('entry.buried').length === 2)
    await recorder.next('entry.duplicate')
    await recorder.next('attempt.settled', () => recorder.of('attempt.settled').length === 6)
    await expect.poll(() => redis.xlen(inboxKey(ref))).toBe(0)
    expect(await readVanished(store)).toBe(counts ? 0 : undefined)
  })

  it('are not held against anybody where a new stream is in the place of the old one', async () => {
    const { store, counts } = await withFiveWaiting()
    const { redis, ref } = store
    if (!counts) return
    await redis.hincrby(
      intakeKey(ref),
      'taken',
      1_999 - Number(await redis.hget(intakeKey(ref), 'taken')),
    )
    expect(await readVanished(store)).toBeUndefined()
    const again = await setup({ namespace: ref.namespace })
    again.startWorker()
    await again.recorder.next(
      'callback.scheduled',
      () => again.recorder.of('callback.scheduled').length === 5,
    )
    await expect.poll(() => readVanished(store)).toBe(0)
  })
})
