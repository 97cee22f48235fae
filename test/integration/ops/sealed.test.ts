import { expect, it } from 'vitest'

import type { Receipt } from '../../../src/ops/operations/erase/receipt.ts'
import { readPublicKeys } from '../../../src/shared/store/public-keys/public-keys.ts'
import { sampleCallback, sendRaw } from '../../support/callbacks.ts'
import { xadd } from '../../support/inbox.ts'
import { resultsOfAll } from '../../support/results.ts'
import { setup } from '../../support/ringback.ts'
import { giveSealKeys } from '../../support/sealing.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const { callbackNumber: number } = sampleCallback('any')

/** Workers with keys, and the command line of somebody who has RINGBACK_NUMBER_KEY; with the keys too, if need be. */
async function sealing() {
  const bundle = await setup()
  const { file, seal } = await giveSealKeys(bundle)
  const { redisUrl, store, config } = bundle
  const env = {
    ...environmentOf(redisUrl, store.ref.namespace),
    RINGBACK_NUMBER_KEY: config.numberKey ?? '',
  }
  const withKeys = { ...env, RINGBACK_SEAL_KEYS_FILE: file }
  const send = async (id: string, more: object = {}) =>
    sendRaw(bundle, { ...sampleCallback(id), callbackNumber: await seal(number), ...more })
  const run = (...args: string[]) => runCommand({ env }, ...args)
  const runWithKeys = (...args: string[]) => runCommand({ env: withKeys }, ...args)
  return { bundle, seal, send, run, runWithKeys }
}

it('shows that a number is sealed, and reveals it only where the keys are at hand', async () => {
  const { bundle, send, run, runWithKeys } = await sealing()
  bundle.sandbox.setFaults([{ do: 'refuse', match: { callId: 'dies' } }])
  await send('booked')
  await send('dies')
  bundle.startWorker()
  await resultsOfAll(bundle, ['booked', 'dies'])
  const commands = [
    ['status', 'booked', '--reveal'],
    ['dead-letters', 'show', 'dies', '--reveal'],
    ['export', 'results', '--reveal'],
    ['export', 'dead-letters', '--format', 'csv', '--reveal'],
  ]
  for (const command of commands) {
    const masked = await run(...command.slice(0, -1))
    expect(masked.stdout, command.join(' ')).toContain('sealed')
    const without = await run(...command)
    expect(without.stdout, command.join(' ')).toContain('sealed')
    expect(without.stdout).not.toContain('5791189')
    const { stdout, stderr } = await runWithKeys(...command)
    expect(stdout, command.join(' ')).toContain(number)
    expect(stderr).toContain('number.revealed')
  }
})

it('finds, filters and cancels by a number that is sealed', async () => {
  const { bundle, send, run } = await sealing()
  bundle.sandbox.setFaults([{ do: 'refuse', match: { callId: 'dies' } }])
  await send('dies')
  await send('waits', { delay: '1h' })
  await sendRaw(bundle, sampleCallback('clear'))
  bundle.startWorker()
  await resultsOfAll(bundle, ['dies', 'clear'])
  await bundle.recorder.next('callback.scheduled', ({ id }) => id === 'waits')
  const found = await run('find', '--number', number)
  for (const id of ['dies', 'waits', 'clear']) expect(found.stdout).toContain(id)
  expect((await run('find', '--number', '+18445791180')).stdout).not.toContain('dies')
  expect((await run('dead-letters', 'list', '--number', number)).stdout).toContain('dies')
  expect((await run('redrive', '--number', '+18445791180')).stdout).toContain('no dead letter')
  bundle.sandbox.setFaults([])
  await run('redrive', '--number', number, '--yes')
  await bundle.recorder.next(
    'attempt.settled',
    ({ id, state }) => id === 'dies' && state === 'booked',
  )
  await run('cancel', '--number', number, '--yes')
  expect(await bundle.producer.status('waits')).toMatchObject({ state: 'cancelled' })
})

it('seals with --seal, and refuses without where it is demanded', async () => {
  const bundle = await setup()
  await giveSealKeys(bundle, { required: true })
  bundle.startWorker()
  await expect.poll(async () => (await readPublicKeys(bundle.store)).required).toBe(true)
  const env = environmentOf(bundle.redisUrl, bundle.store.ref.namespace)
  const words = ['enqueue', '--call-id', 'one', '--number', number]
  const refused = await runCommand({ env }, ...words)
  expect(refused).toMatchObject({ status: 1 })
  expect(refused.stdout + refused.stderr).toContain('--seal')
  expect(await runCommand({ env }, ...words, '--seal')).toMatchObject({ status: 1 })
  const sealed = await runCommand({ env }, ...words, '--seal', '--id', 'one', '--wait')
  expect(sealed).toMatchObject({ status: 0 })
  expect(bundle.sandbox.bookingsOf('one')).toMatchObject([{ callbackNumber: number }])
})

it('erases what is sealed: by what stands for it, and with the keys also what no worker has taken in', async () => {
  const { bundle, seal, send, run, runWithKeys } = await sealing()
  await send('booked')
  await send('waits', { delay: '1h' })
  const other = await seal('+431234567890')
  await sendRaw(bundle, { ...sampleCallback('other'), callbackNumber: other })
  const worker = bundle.startWorker()
  await resultsOfAll(bundle, ['booked', 'other'])
  await bundle.recorder.next('callback.scheduled', ({ id }) => id === 'waits')
  await worker.stop()
  await xadd(bundle.store, { ...sampleCallback('new'), callbackNumber: await seal(number) })
  const preview = JSON.parse(
    (await run('erase', '--number', number, '--dry-run', '--json')).stdout,
  ) as Receipt
  expect(preview.callbacks.map(({ id }) => id).toSorted()).toEqual(['booked', 'waits'])
  expect(preview.unsearched).toMatchObject([{ kind: 'inbox-entry', why: 'sealed' }])
  const told = await run('erase', '--number', number, '--dry-run')
  expect(told.stdout).toContain('its number is sealed')
  const { stdout } = await runWithKeys('erase', '--number', number, '--yes', '--json')
  expect(JSON.parse(stdout)).toMatchObject({ outcome: 'erased', unsearched: [], withdrawn: 2 })
  for (const id of ['booked', 'waits']) expect(await bundle.producer.status(id)).toBeUndefined()
  expect(await bundle.producer.status('other')).toMatchObject({ state: 'booked' })
  expect((await run('find', '--number', number)).stdout).not.toContain('booked')
})
