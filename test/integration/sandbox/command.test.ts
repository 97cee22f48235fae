import { statSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it, onTestFinished } from 'vitest'

import { runSandbox } from '../../../src/compose/run-sandbox.ts'
import { trySearch } from '../../../src/ops/operations/doctor/check-verification.ts'
import { loadWorkerConfig } from '../../../src/shared/config/load.ts'
import type { CliContext } from '../../../src/ops/cli/terminal/cli-context.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { startBuilt } from '../../support/program.ts'
import { temporaryFolder } from '../../unit/shared/config/temporary-folder.ts'

const notHere = () => {
  throw new Error('the sandbox does not need it')
}

/** Runs the command and resolves with what it prints at its start; it is stopped when the test ends. */
async function printed(keyFiles: { keyFile: string; verifyKeyFile?: string }): Promise<string> {
  const stopping = new AbortController()
  let write: (text: string) => void = notHere
  const text = new Promise<string>((resolve) => (write = resolve))
  const context: CliContext = {
    env: {},
    clock: systemClock,
    stdin: process.stdin,
    stdout: { write: (line) => write(line) },
    stderr: { write: notHere },
    stopped: stopping.signal,
  }
  const ref = { host: '127.0.0.1', port: 0, orgId: '00DHs00000Kmpyr', callCenter: 'scv4cc1' }
  const ended = runSandbox({ ...ref, ...keyFiles, faults: [] }, context)
  onTestFinished(async () => {
    stopping.abort()
    expect(await ended).toBe(0)
  })
  return Promise.race([text, ended.then(() => 'it ended')])
}

function settingsIn(text: string): Record<string, string | undefined> {
  const lines = text.split('\n').filter((line) => line.startsWith('  RINGBACK_'))
  return parseEnv(lines.map((line) => line.trim()).join('\n'))
}

function askWith(env: Record<string, string | undefined>) {
  const [destination] = loadWorkerConfig(env, systemClock).destinations
  if (destination === undefined) throw new Error('nothing is configured')
  return trySearch(destination, systemClock)
}

describe('ringback sandbox', () => {
  it('needs no option: its key is in a file that it makes, for its owner alone', async () => {
    const folder = temporaryFolder()
    const program = startBuilt(['sandbox', '--port', '0'], { cwd: folder })
    await program.prints(/RINGBACK_SALESFORCE_PRIVATE_KEY_FILE=\.ringback\/sandbox\.pem$/)
    const { mode } = statSync(join(folder, '.ringback/sandbox.pem'))
    expect((mode & 0o777).toString(8)).toBe('600')
    expect((statSync(join(folder, '.ringback')).mode & 0o777).toString(8)).toBe('700')
    program.signal('SIGINT')
    expect(await program.ended).toMatchObject({ status: 0 })
  })

  it('prints the settings of a worker, and those with which it may be asked what was booked', async () => {
    const folder = temporaryFolder()
    const keyFile = join(folder, 'sandbox.pem')
    const env = settingsIn(await printed({ keyFile, verifyKeyFile: join(folder, 'core.pem') }))

    expect(await askWith(env)).toEqual({
      kind: 'found',
      recordIds: [],
      complete: true,
    })
  })

  it('prints nothing of the latter without a key for it', async () => {
    const env = settingsIn(await printed({ keyFile: join(temporaryFolder(), 'sandbox.pem') }))

    expect(Object.keys(env).filter((name) => name.includes('VERIFY'))).toEqual([])
    expect(await askWith(env)).toBeUndefined()
  })
})
