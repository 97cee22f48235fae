import { chmod, chown, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { exposedFiles, exposureOf } from '../../../../src/shared/config/exposed-files.ts'
import { environmentWithoutKey } from './sample-environment.ts'

const own = 1000

describe('a file with a secret', () => {
  it.each([
    [0o600, own],
    [0o400, own],
    [0o700, own],
    [0o400, 0],
    [0o600, 0],
    // Kubernetes, with an fsGroup.
    [0o440, 0],
    [0o640, 0],
  ])('of mode %o and user %i is its own user’s alone', (mode, uid) => {
    expect(exposureOf({ mode: 0o100000 | mode, uid }, own)).toBeUndefined()
  })

  it.each([
    [0o644, own, 'can be read by every user of this machine (mode 0644)'],
    [0o604, own, 'can be read by every user of this machine (mode 0604)'],
    // Kubernetes' default.
    [0o644, 0, 'can be read by every user of this machine (mode 0644)'],
    [0o640, own, 'can be read by the whole group it belongs to (mode 0640)'],
    [0o660, 0, 'can be changed by the whole group it belongs to (mode 0660)'],
    [0o620, own, 'can be changed by the whole group it belongs to (mode 0620)'],
    [0o666, own, 'can be changed by every user of this machine (mode 0666)'],
    [0o600, 1001, 'belongs to another user (uid 1001), who can change it'],
  ])('of mode %o and user %i %s', (mode, uid, wrong) => {
    expect(exposureOf({ mode: 0o100000 | mode, uid }, own)).toBe(wrong)
  })
})

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'ringback-exposed-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  return dir
}

async function fileOf(dir: string, name: string, text = 'secret'): Promise<string> {
  const file = join(dir, name)
  await writeFile(file, text)
  await chmod(file, 0o644)
  return file
}

const wrong = 'can be read by every user of this machine (mode 0644)'

it('is found wherever a setting names it, also by a link and relative to the configuration file', async () => {
  const dir = await folder()
  const [key, url, secret] = await Promise.all([
    fileOf(dir, 'key.pem'),
    fileOf(dir, 'redis-url', 'redis://:pw@127.0.0.1'),
    fileOf(dir, 'secret'),
  ])
  await fileOf(dir, 'acme.pem')
  await symlink(key, join(dir, 'link.pem'))
  const config = await fileOf(
    dir,
    'ringback.json',
    JSON.stringify({ destinations: { acme: { privateKeyFile: './acme.pem' } } }),
  )
  const env = {
    ...environmentWithoutKey,
    RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: join(dir, 'link.pem'),
    RINGBACK_VERIFY_CLIENT_SECRET_FILE: secret,
    RINGBACK_REDIS_URL_FILE: url,
    RINGBACK_CONFIG: config,
  }
  const found = [
    { setting: 'RINGBACK_REDIS_URL_FILE', file: url, wrong },
    {
      setting: 'RINGBACK_SALESFORCE_PRIVATE_KEY_FILE',
      file: join(dir, 'link.pem'),
      wrong,
    },
    { setting: 'RINGBACK_VERIFY_CLIENT_SECRET_FILE', file: secret, wrong },
    { setting: 'destinations.acme.privateKeyFile', file: join(dir, 'acme.pem'), wrong },
  ]
  expect(exposedFiles(env)).toEqual(found)
  for (const { file } of found) await chmod(file, 0o600)
  expect(exposedFiles(env)).toEqual([])
})

it.each(['privateKey', 'verifyClientSecret'])(
  'is the configuration file itself, where it holds a %s',
  async (name) => {
    const dir = await folder()
    const text = JSON.stringify({ destinations: { acme: { [name]: 'secret' } } })
    const config = await fileOf(dir, 'ringback.json', text)
    expect(exposedFiles({ RINGBACK_CONFIG: config })).toEqual([
      { setting: 'RINGBACK_CONFIG', file: config, wrong },
    ])
  },
)

it.each([
  ['export RINGBACK_SALESFORCE_PRIVATE_KEY=x', true],
  ['RINGBACK_REDIS_URL=redis://:pw@host', true],
  ['RINGBACK_REDIS_URL=redis://host\nRINGBACK_SALESFORCE_PRIVATE_KEY_FILE=/key', false],
])('is the .env of the folder, where it holds one: %s', async (text, isSecret) => {
  const dir = await folder()
  const file = await fileOf(dir, '.env', `# settings\n${text}\n`)
  vi.spyOn(process, 'cwd').mockReturnValue(dir)
  onTestFinished(() => void vi.restoreAllMocks())
  expect(exposedFiles({})).toEqual(isSecret ? [{ setting: '.env', file, wrong }] : [])
})

it('is none that is not there, no pipe, and nothing where no secret is in a file', async () => {
  const dir = await folder()
  const config = await fileOf(dir, 'ringback.json', '{"destinations":{"acme":{"rate":1}}}')
  expect(
    exposedFiles({
      ...environmentWithoutKey,
      RINGBACK_CONFIG: config,
      RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: join(dir, 'none.pem'),
      RINGBACK_VERIFY_PRIVATE_KEY_FILE: '/dev/null',
    }),
  ).toEqual([])
})

it.skipIf(process.getuid?.() !== 0)('is another’s that could change it', async () => {
  const key = await fileOf(await folder(), 'key.pem')
  await chmod(key, 0o600)
  await chown(key, 65_534, 65_534)
  expect(
    exposedFiles({ ...environmentWithoutKey, RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: key }),
  ).toMatchObject([{ wrong: 'belongs to another user (uid 65534), who can change it' }])
})
