import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished } from 'vitest'

import type { ChangedKeys, ListedKeys } from '../../../src/ops/operations/seal-keys/change-keys.ts'
import { readSealKeysFile } from '../../../src/shared/config/features/sealing.ts'
import { publishedKeys } from '../../../src/shared/sealing/seal-keys.ts'
import { runCommand } from './support/cli.ts'

function place() {
  const folder = mkdtempSync(join(tmpdir(), 'ringback-keys-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'keys.json')
  const keys = (...words: string[]) =>
    runCommand({ env: { RINGBACK_SEAL_KEYS_FILE: file } }, 'keys', ...words)
  const list = async () => JSON.parse((await keys('list', '--json')).stdout) as ListedKeys
  return { file, keys, list }
}

function changed(stdout: string): ChangedKeys {
  return JSON.parse(stdout) as ChangedKeys
}

describe('ringback keys', () => {
  it('makes a key for each algorithm, in a file that its owner alone can read', async () => {
    const { file, keys, list } = place()
    const { status, stdout } = await keys('make')
    expect(status).toBe(0)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const listed = (await list()).keys
    expect(listed.map(({ alg, state }) => ({ alg, state }))).toEqual([
      { alg: 'RSA-OAEP-256', state: 'published' },
      { alg: 'ECDH-ES+A256KW', state: 'published' },
    ])
    for (const { kid } of listed) expect(stdout).toContain(kid)
  })

  it('prints nothing of what unseals', async () => {
    const { file, keys } = place()
    const made = await keys('make', '--json')
    const listed = await keys('list', '--json')
    const reading = readSealKeysFile(file)
    if (reading.kind === 'problem') throw new Error(reading.message)
    for (const { privateKey } of reading.keys) {
      const { d = '' } = privateKey.export({ format: 'jwk' })
      expect(d).not.toBe('')
      expect(made.stdout + listed.stdout).not.toContain(d)
    }
  })

  it.skipIf(process.getuid?.() !== 0)(
    'leaves a file to whom it belongs, and as it may be read, when root changes it',
    async () => {
      const { file, keys } = place()
      await keys('make')
      chownSync(file, 1_234, 1_235)
      chmodSync(file, 0o640)
      expect((await keys('rotate')).status).toBe(0)
      const { uid, gid, mode } = statSync(file)
      expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: 1_234, gid: 1_235, mode: 0o640 })
    },
  )

  it('changes a file that is elsewhere, and leaves the link to it', async () => {
    const { file, keys, list } = place()
    await keys('make')
    renameSync(file, `${file}.real`)
    symlinkSync(`${file}.real`, file)
    await keys('rotate')
    expect(lstatSync(file).isSymbolicLink()).toBe(true)
    expect((await list()).keys).toHaveLength(4)
  })

  it('leaves a file that is there as it is', async () => {
    const { keys, list } = place()
    await keys('make')
    const before = await list()
    const again = await keys('make')
    expect(again.status).not.toBe(0)
    expect(again.stderr).toContain('is there already')
    expect(await list()).toEqual(before)
  })

  it('adds keys that wait until their time has come, while the old ones stay published', async () => {
    const { file, keys, list } = place()
    await keys('make')
    const { kids } = changed((await keys('rotate', '--in', '2h', '--json')).stdout)
    const listed = (await list()).keys
    expect(listed.map(({ state }) => state)).toEqual([
      'published',
      'published',
      'waiting',
      'waiting',
    ])
    const reading = readSealKeysFile(file)
    if (reading.kind === 'problem') throw new Error(reading.message)
    const inThreeHours = Date.now() + 3 * 3_600_000
    expect(publishedKeys(reading.keys, inThreeHours).map(({ kid }) => kid)).toEqual(kids)
  })

  it('retires old keys, and none that producers seal to, nor one that it does not know', async () => {
    const { keys, list } = place()
    const first = changed((await keys('make', '--json')).stdout).kids
    const [published = ''] = first
    expect(await keys('retire', published)).toMatchObject({ status: 1 })
    expect(await keys('retire', 'ec-unknown')).toMatchObject({ status: 1 })
    await keys('rotate', '--in', '0s')
    expect((await list()).keys.map(({ state }) => state)).toEqual([
      'old',
      'old',
      'published',
      'published',
    ])
    expect(await keys('retire', published, 'ec-unknown')).toMatchObject({ status: 1 })
    expect((await list()).keys).toHaveLength(4)
    expect(await keys('retire', ...first)).toMatchObject({ status: 0 })
    expect((await list()).keys.map(({ kid }) => kid)).not.toContain(published)
  })

  it('says what is missing where no file is named, and what is wrong with one', async () => {
    const { file } = place()
    expect(await runCommand({ env: {} }, 'keys', 'list')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('RINGBACK_SEAL_KEYS_FILE') as string,
    })
    expect(existsSync(file)).toBe(false)
    expect(await runCommand({ env: {} }, 'keys', 'list', '--file', file)).toMatchObject({
      stderr: expect.stringContaining('does not exist') as string,
    })
  })
})
