/** SIGUSR1 makes Node open its debugger, which any user of the machine may then use to run what he likes as the worker. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'

import { sampleCallback, sendRaw } from '../support/callbacks.ts'
import { startBuilt } from '../support/program.ts'
import { setup } from '../support/ringback.ts'
import { startWorkerProcess } from '../support/worker-process.ts'

/** Node's own, and no other: nothing here chooses one. */
const debuggerPort = 9229

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

it('SIGUSR1 opens no debugger in a worker, which goes on with its work', async () => {
  const bundle = await setup()
  const worker = await startWorkerProcess(bundle)
  worker.signal('SIGUSR1')
  await sendRaw(bundle, sampleCallback('one'))
  await bundle.sandbox.booked('one')
  expect(await isOpen(debuggerPort)).toBe(false)
  worker.signal('SIGTERM')
  expect(await worker.exited).toEqual({ code: 0, signal: null })
  expect(worker.complaints()).toBe('')
})

it('nor in the sandbox, which goes on answering', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-sandbox-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const sandbox = startBuilt(['sandbox', '--port', '0', '--key-file', join(folder, 'key.pem')])
  const url = /http:\S+(?=;)/.exec(await sandbox.prints(/The sandbox listens on/))?.[0]
  sandbox.signal('SIGUSR1')
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  expect(await isOpen(debuggerPort)).toBe(false)
  expect(sandbox.printed()).not.toContain('Debugger')
})
