/** Whoever plans and starts a run dies, or the worker that carries it out. */
import { expect } from 'vitest'

import { loadStoreConfig } from '../../../src/shared/config/load.ts'
import { startRun } from '../../../src/ops/operations/runs/decide-run.ts'
import { planRun } from '../../../src/ops/operations/runs/plan-run.ts'
import { listRuns } from '../../../src/shared/store/runs/run-record.ts'
import { runCommand as runHere } from '../../integration/ops/support/cli.ts'
import { environmentOf } from '../../integration/ops/support/environment.ts'
import { sampleCallback, sampleCallbacks } from '../callbacks.ts'
import type { Bundle } from '../ringback.ts'
import { idsOf, runCommand, startWorker, type Expectation, type Scene } from './scene.ts'
import { letDie } from './worker-scenes.ts'
import { operatorOfTests } from '../operator.ts'

const four = [sampleCallback('one'), ...sampleCallbacks(3)]
const patience = { timeout: 60_000 }
const redriveAll = ['redrive', '--rate', 'none', '--yes']

async function letFourDie(bundle: Bundle): Promise<Expectation[]> {
  await letDie(bundle)
  return idsOf(four).map((id) => ({ id, ends: ['dead', 'booked'], bookings: 1 }))
}

/** Whoever does not know whether it was started plans anew: what the first run sends, the second one finds gone. */
export const redrivingAll: Scene = {
  name: 'a run is planned and started',
  under: ['retry'],
  start: (bundle, settings) => runCommand(redriveAll, bundle, settings),
  prepare: letFourDie,
  recover: async (bundle) =>
    expect(await runHere({ env: environment(bundle) }, ...redriveAll)).toMatchObject({ status: 0 }),
}

export const carryingOut: Scene = {
  name: 'a worker carries out a run',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const expected = await letFourDie(bundle)
    const config = loadStoreConfig(environment(bundle))
    const { id } = await planRun(config, {
      kind: 'redrive',
      filter: { possibleDuplicates: false },
      rate: 'none',
    })
    await startRun(config, {
      operator: operatorOfTests,
      id,
      canary: 1,
      goesOn: true,
      stopAtPercent: 50,
    })
    return expected
  },
  check: async ({ store }) => {
    const howItStands = async () =>
      (await listRuns(store)).map(({ state, counts: { sent, booked, dead } }) => ({
        state,
        sent,
        booked,
        dead,
      }))
    const done = { state: 'done', sent: 4, booked: 4, dead: 0 }
    await expect.poll(howItStands, patience).toEqual([done])
  },
}

export const cancellingMany: Scene = {
  name: 'a worker carries out a cancel by attribute',
  under: ['retry'],
  start: startWorker,
  prepare: async (bundle) => {
    const attributes = { campaign: 'spring' }
    for (const each of four) {
      // A job whose remover dies waits for its time, and then finds nothing to do.
      await bundle.producer.enqueue({ ...each, attributes, delay: '40s' })
    }
    const config = loadStoreConfig(environment(bundle))
    const { id } = await planRun(config, {
      kind: 'cancel',
      filter: { attributes: [{ name: 'campaign', value: 'spring' }], possibleDuplicates: true },
    })
    await startRun(config, { operator: operatorOfTests, id, goesOn: true, stopAtPercent: 50 })
    return idsOf(four).map((id) => ({ id, ends: ['cancelled'], bookings: 0 }))
  },
  check: async ({ store }) => {
    const howItStands = async () =>
      (await listRuns(store)).map(({ state, counts: { sent, skipped } }) => ({
        state,
        sent,
        skipped,
      }))
    await expect.poll(howItStands, patience).toEqual([{ state: 'done', sent: 4, skipped: 0 }])
  },
}

function environment({ redisUrl, store }: Bundle): Record<string, string> {
  return environmentOf(redisUrl, store.ref.namespace)
}
