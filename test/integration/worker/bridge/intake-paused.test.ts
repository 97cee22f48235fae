import { expect, it } from 'vitest'

import { controlKey } from '../../../../src/shared/redis/keys.ts'
import { pause } from '../../../../src/shared/store/control/pause.ts'
import { resume } from '../../../../src/shared/store/control/resume.ts'
import { ensureInboxGroup, readNew } from '../../../../src/shared/store/inbox/inbox.ts'
import { systemClock } from '../../../../src/shared/time/clock.ts'
import { runBridge } from '../../../support/bridge-alone.ts'
import { sampleCallback, sendRaw } from '../../../support/callbacks.ts'
import { inboxCounts } from '../../../support/inbox.ts'
import { monitorCommands } from '../../../support/monitor.ts'
import { onStep } from '../../../support/on-step.ts'
import { setup, type Bundle } from '../../../support/ringback.ts'

function pauseIntake({ store }: Bundle, forMs?: number) {
  return pause(store, { what: 'intake', by: undefined, why: undefined, forMs })
}

/** Resolves when the bridge has asked whether the intake is paused, `times` from now on. */
async function asksForPause({ redisUrl, store: { ref } }: Bundle, times: number): Promise<void> {
  let asked = 0
  await new Promise<void>((resolve) => {
    void monitorCommands(redisUrl, ([name, key]) => {
      if (name?.toLowerCase() !== 'hmget' || key !== controlKey(ref)) return
      if ((asked += 1) === times) resolve()
    })
  })
}

it('leaves new entries in the inbox while the intake is paused, and is not stalled by that', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  await pauseIntake(bundle)
  await sendRaw(bundle, sampleCallback('waits'))
  let reads = 0
  onStep('inbox.read', 'before', () => (reads += 1))
  const { bridge } = runBridge(bundle, { stalledMs: 1_500 })
  await asksForPause(bundle, 3)
  expect(bridge.status()).toBe('working')
  expect(reads).toBe(0)
  expect(await inboxCounts(store)).toEqual({ waiting: 1, pending: 0 })

  await resume(store, { what: ['intake'] })
  const resumedAtMs = systemClock.monotonic()
  await recorder.next('callback.scheduled')
  // A busy machine adds to the second.
  expect(systemClock.monotonic() - resumedAtMs).toBeLessThan(3_000)
})

it('goes on by itself when the time of the pause is over', async () => {
  const bundle = await setup()
  await pauseIntake(bundle, 1_000)
  await sendRaw(bundle, sampleCallback('waits'))
  runBridge(bundle)
  expect(await bundle.recorder.next('callback.scheduled')).toMatchObject({ id: 'waits' })
})

it('takes nothing that comes later than a second after the pause, however long it has been waiting', async () => {
  const bundle = await setup()
  const { store } = bundle
  runBridge(bundle)
  await asksForPause(bundle, 1)
  await pauseIntake(bundle)
  await asksForPause(bundle, 2)
  await sendRaw(bundle, sampleCallback('waits'))
  await asksForPause(bundle, 2)
  expect(await inboxCounts(store)).toEqual({ waiting: 1, pending: 0 })
})

it('moves on what was given before the pause, to itself or to a bridge that has died', async () => {
  const bundle = await setup()
  const { store, recorder } = bundle
  await ensureInboxGroup(store)
  await sendRaw(bundle, sampleCallback('given'))
  await readNew(store, { consumer: 'dead', count: 10, blockMs: 1 })
  await pauseIntake(bundle)
  await sendRaw(bundle, sampleCallback('waits'))
  runBridge(bundle, { abandonedMs: 1 })
  expect(await recorder.next('callback.scheduled')).toMatchObject({ id: 'given' })
  await asksForPause(bundle, 1)
  expect(await inboxCounts(store)).toEqual({ waiting: 1, pending: 0 })
})
