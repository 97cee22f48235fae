import { expect } from 'vitest'

import type { RunDecision } from '../../../../src/ops/operations/runs/decide-run.ts'
import type { ShownRun } from '../../../../src/ops/operations/runs/shown-run.ts'
import type { Bundle } from '../../../support/ringback.ts'
import { runCommand } from './cli.ts'
import { environmentOf } from './environment.ts'

/** Runs `ringback … --json` in the namespace of a bundle. */
export async function ask<Data>({ redisUrl, store }: Bundle, ...args: string[]): Promise<Data> {
  const env = { ...environmentOf(redisUrl, store.ref.namespace), RINGBACK_RATE: 'none' }
  const { stdout, stderr } = await runCommand({ env }, ...args, '--json')
  expect(stderr).toBe('')
  return JSON.parse(stdout) as Data
}

export function plan(bundle: Bundle, ...args: string[]): Promise<ShownRun> {
  return ask<ShownRun>(bundle, ...args, '--plan')
}

export async function start(bundle: Bundle, ...args: string[]): Promise<ShownRun> {
  const { outcome, run } = await ask<RunDecision>(bundle, ...args, '--yes')
  expect(outcome).toBe('done')
  return run
}

function show(bundle: Bundle, { id }: Pick<ShownRun, 'id'>): Promise<ShownRun> {
  return ask<ShownRun>(bundle, 'runs', 'show', id)
}

/** Waits until it is as asked. */
export async function untilRun(
  bundle: Bundle,
  run: Pick<ShownRun, 'id'>,
  isSo: (run: ShownRun) => boolean,
): Promise<ShownRun> {
  let seen: ShownRun | undefined
  const isAsAsked = async () => {
    seen = await show(bundle, run)
    return isSo(seen)
  }
  await expect.poll(isAsAsked, { timeout: 30_000, interval: 50 }).toBe(true)
  return seen ?? show(bundle, run)
}

export const isOver = ({ state }: ShownRun) => state === 'done'
export const isPaused = ({ state }: ShownRun) => state === 'paused'
