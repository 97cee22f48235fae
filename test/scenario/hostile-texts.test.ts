/** A vendor that may write to the inbox, and writes what patterns and caches choke on. Others' callbacks must not notice. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { z } from 'zod'

import { submitRaw } from '../../src/shared/store/inbox/submit.ts'
import { sampleCallback, sampleCallbacks, sendRaw } from '../support/callbacks.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

const length = 16_000
const hostile: Record<string, string>[] = [
  { delay: `P${'1'.repeat(length)}-` },
  { delay: '1s '.repeat(length / 3) },
  { notBefore: 'T'.repeat(length) },
  { notBefore: 'T'.repeat(length), timeZone: 'Europe/Vienna' },
  { expiresAt: '['.repeat(length) },
  { requestedAt: '1T1'.repeat(length / 3) },
  { scheduledRoutingDateTime: '1T1 '.repeat(length / 4) },
  { callbackNumber: '1'.repeat(length) },
  { timeZone: 'a/'.repeat(length / 2), notBefore: '2026-02-26T15:40:52' },
  { id: `inbox-${'1'.repeat(length)}-` },
  { callId: ' '.repeat(length) },
  { traceparent: `00-${'0'.repeat(length)}` },
]

it('holds up nobody’s callbacks with times, numbers and zones that patterns choke on', async () => {
  const bundle = await setup()
  const { sandbox, producer, store } = bundle
  const workers = await Promise.all(
    [1, 2].map(() => startWorkerProcess(bundle, { RINGBACK_LOCK_DURATION: '2s' })),
  )
  const underWay = sampleCallbacks(10, 'under-way')
  const later = sampleCallbacks(10, 'later')
  sandbox.setFaults([{ do: 'slow', delayMs: 3_000, times: underWay.length }])
  for (const callback of underWay) await sendRaw(bundle, callback)
  await Promise.all(underWay.map(({ id }) => sandbox.requestArrived(id)))

  const ids: string[] = []
  for (const [at, fields] of [...hostile, ...hostile, ...hostile, ...hostile].entries()) {
    const id = `hostile-${at}`
    await submitRaw(store, JSON.stringify({ ...sampleCallback(id), ...fields }))
    if (fields['id'] === undefined) ids.push(id)
  }
  for (const callback of later) await sendRaw(bundle, callback)

  const honest = [...underWay, ...later].map(({ id }) => id)
  await resultsOfAll(bundle, [...honest, ...ids])
  for (const id of honest) {
    const story = await producer.status(id)
    expect(story, id).toMatchObject({ state: 'booked', attempts: 1, possibleDuplicate: false })
    expect(sandbox.bookingsOf(id)).toHaveLength(1)
  }
  for (const worker of workers) {
    expect(worker.lines('attempt.settled').filter(({ level }) => Number(level) >= 40)).toEqual([])
    worker.signal('SIGTERM')
    expect(await worker.exited).toEqual({ code: 0, signal: null })
  }
}, 60_000)

const script = fileURLToPath(new URL('../support/zone-spellings.mjs', import.meta.url))
const grown = z.object({ megabytes: z.number(), understood: z.number() })

it('keeps nothing of four thousand spellings of one zone, nor of as many that are none', async () => {
  const run = promisify(execFile)
  const { stdout } = await run(process.execPath, ['--expose-gc', script])
  const { megabytes, understood } = grown.parse(JSON.parse(stdout))
  expect(understood).toBe(4_000)
  // luxon and Intl would keep 80 KB of each.
  expect(megabytes).toBeLessThan(40)
}, 60_000)
