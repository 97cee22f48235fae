import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { parseDurationMs } from '../../../src/shared/time/duration.ts'
import { isThere, runProgram } from '../../support/debian-program.ts'
import { unknownSettingsIn } from '../../support/known-settings.ts'

const folder = 'deploy/systemd'
const units = ['ringback-worker.service', 'ringback-console.service']

describe.each(units)('%s', (unit) => {
  it('names settings that exist', async () => {
    expect(unknownSettingsIn(await readFile(join(folder, unit), 'utf8'))).toEqual([])
  })

  it('starts again, but not with settings that are wrong', async () => {
    const lines = await linesOf(unit)
    expect(lines).toContain('Restart=always')
    expect(lines).toContain('RestartPreventExitStatus=2')
  })

  it('is nobody, and has its secrets as credentials', async () => {
    const lines = await linesOf(unit)
    expect(lines).toContain('DynamicUser=yes')
    expect(lines).toContain('Environment=RINGBACK_REDIS_URL_FILE=%d/redis-url')
  })

  it('lets V8 compile', async () => {
    const lines = await linesOf(unit)
    expect(lines.filter((line) => line.startsWith('MemoryDenyWriteExecute'))).toEqual([])
  })
})

it('gives the key of Salesforce to the worker alone', async () => {
  const key = 'Environment=RINGBACK_SALESFORCE_PRIVATE_KEY_FILE=%d/salesforce-key.pem'
  expect(await linesOf('ringback-worker.service')).toContain(key)
  expect((await linesOf('ringback-console.service')).join()).not.toContain('salesforce-key')
})

it('gives a worker longer than its shutdown deadline, and leaves its signals to it', async () => {
  const lines = await linesOf('ringback-worker.service')
  const seconds = Number(valueOf(lines, 'TimeoutStopSec'))
  const deadline = valueOf(await linesOf('ringback.env.example'), 'RINGBACK_SHUTDOWN_DEADLINE')
  expect(seconds * 1_000).toBeGreaterThan(parseDurationMs(deadline) ?? Infinity)
  expect(lines).toContain('KillMode=mixed')
})

it('has an example of an environment with settings that exist', async () => {
  expect(unknownSettingsIn(await readFile(join(folder, 'ringback.env.example'), 'utf8'))).toEqual(
    [],
  )
})

describe.skipIf(!isThere('systemd-analyze'))('systemd-analyze', () => {
  let scratch: string

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'ringback-units-'))
  })
  afterAll(() => rm(scratch, { recursive: true, force: true }))

  it.each(units)('has nothing against %s', async (unit) => {
    const text = await readFile(join(folder, unit), 'utf8')
    const copy = join(scratch, unit)
    // Node is wherever this machine has it.
    await writeFile(copy, text.replace('/usr/bin/node', process.execPath))
    expect(await runProgram('systemd-analyze', ['verify', copy])).toBe('')
  })

  it.each(units)('finds %s exposed to little', async (unit) => {
    await runProgram('systemd-analyze', [
      ...['security', '--offline=true', '--threshold=20'],
      join(folder, unit),
    ])
  })
})

async function linesOf(file: string): Promise<string[]> {
  return (await readFile(join(folder, file), 'utf8')).split('\n')
}

function valueOf(lines: readonly string[], name: string): string {
  const line = lines.find((each) => each.startsWith(`${name}=`)) ?? ''
  return line.slice(name.length + 1)
}
