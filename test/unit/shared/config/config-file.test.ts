import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, it } from 'vitest'

import { loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import type { WorkerConfig } from '../../../../src/shared/config/config.ts'
import {
  clockIn2026,
  fixtureCertificateFile,
  fixtureKeyFile,
  problemLines,
  sampleEnvironment,
} from './sample-environment.ts'
import { temporaryFile, temporaryFolder } from './temporary-folder.ts'

const acme = {
  salesforceUrl: 'https://acme.my.salesforce-scrt.com',
  salesforceOrgId: '00DHs00000Kmpyr',
  salesforceCallCenter: 'scv4cc1',
  privateKeyFile: fixtureKeyFile,
}

function load(destinations: unknown, env: Record<string, string> = {}): WorkerConfig {
  const RINGBACK_CONFIG = temporaryFile('ringback.json', JSON.stringify({ destinations }))
  return loadWorkerConfig({ ...env, RINGBACK_CONFIG }, clockIn2026)
}

function refusal(destinations: unknown, env: Record<string, string> = {}): string[] {
  return problemLines(() => load(destinations, env))
}

function refusalOfText(text: string): string[] {
  const RINGBACK_CONFIG = temporaryFile('ringback.json', text)
  return problemLines(() => loadWorkerConfig({ RINGBACK_CONFIG }, clockIn2026))
}

describe('RINGBACK_CONFIG', () => {
  it('describes many destinations, each with its own settings', () => {
    const { destinations } = load({
      acme: { ...acme, rate: 5, backoffMax: '5m', tokenJti: true, concurrency: '8' },
      'globex-2': { ...acme, salesforceCallCenter: 'globex', rate: 'none' },
    })

    expect(destinations).toMatchObject([
      {
        name: 'acme',
        salesforce: { callCenter: 'scv4cc1', token: { jti: true } },
        rate: 5,
        concurrency: 8,
        retry: { backoff: { maxMs: 300_000 } },
      },
      {
        name: 'globex-2',
        salesforce: { callCenter: 'globex', token: { jti: false } },
        rate: undefined,
        concurrency: 50,
        retry: { backoff: { maxMs: 600_000 } },
      },
    ])
  })

  it('stands beside the destination of the environment', () => {
    const names = load({ acme }, sampleEnvironment).destinations.map(({ name }) => name)

    expect(names).toEqual(['default', 'acme'])
  })

  it('takes tuning that it leaves out from the environment, and wins where it has its own', () => {
    const { destinations } = load(
      { acme: { ...acme, rate: 5 }, globex: acme },
      { RINGBACK_RATE: '2', RINGBACK_TELEPHONY_PROVIDER_NAME: 'amazon-connect' },
    )

    expect(destinations.map(({ rate }) => rate)).toEqual([5, 2])
    expect(destinations.map(({ salesforce }) => salesforce.telephonyProviderName)).toEqual([
      'amazon-connect',
      'amazon-connect',
    ])
  })

  it('takes nothing from the environment that says who a destination is', () => {
    const lines = refusal({ acme: {} }, sampleEnvironment)

    expect(lines.map((line) => line.split(';')[0])).toEqual([
      'destinations.acme.salesforceUrl: is missing',
      'destinations.acme.salesforceOrgId: is missing',
      'destinations.acme.salesforceCallCenter: is missing',
      'destinations.acme.privateKeyFile: is missing',
    ])
  })

  it('has paths relative to itself', () => {
    const folder = temporaryFolder()
    copyFileSync(fixtureKeyFile, join(folder, 'acme.key'))
    copyFileSync(fixtureCertificateFile, join(folder, 'acme.crt'))
    const entry = { ...acme, privateKeyFile: 'acme.key', certificateFile: './acme.crt' }
    const RINGBACK_CONFIG = join(folder, 'ringback.json')
    writeFileSync(RINGBACK_CONFIG, JSON.stringify({ destinations: { acme: entry } }))

    const { destinations } = loadWorkerConfig({ RINGBACK_CONFIG }, clockIn2026)

    const key = destinations[0]?.salesforce.privateKey.export({ type: 'pkcs8', format: 'pem' })
    expect(key).toBe(readFileSync(fixtureKeyFile, 'utf8'))
  })

  it.each([
    ['a destination', '{"destinations":{"acme":A,"globex":A,"acme":B}}', 'destinations.acme'],
    ['a setting', '{"destinations":{"acme":{"rate":1,"rate":2}}}', 'destinations.acme.rate'],
    [
      'a setting, once escaped',
      String.raw`{"destinations":{"acme":{"rate":1,"r\u0061te":2}}}`,
      'destinations.acme.rate',
    ],
    ['"destinations"', '{"destinations":{"acme":A},"destinations":{}}', 'destinations'],
  ])('is refused where %s is given twice: nobody can tell which one is meant', (_, json, name) => {
    const entry = (callCenter: string) =>
      JSON.stringify({ ...acme, salesforceCallCenter: callCenter })
    const text = json.replaceAll(':A', `:${entry('a')}`).replaceAll(':B', `:${entry('b')}`)

    expect(refusalOfText(text)).toEqual([`${name}: is given more than once; leave one`])
  })

  it('may give the same setting to two destinations', () => {
    expect(load({ acme: { ...acme, rate: 1 }, globex: { ...acme, rate: 1 } })).toBeDefined()
  })

  it('reports every problem together, with the path of each', () => {
    const lines = refusal(
      {
        acme: { ...acme, salesfroceUrl: 'x', rate: 'fast', concurrency: null, redisUrl: 'x' },
        Globex: acme,
        initech: 'x',
        hooli: { ...acme, privateKeyFile: 'absent.key', backoffInitial: '1h' },
        'a.b\n': acme,
      },
      { RINGBACK_TOKEN_TTL: '1s' },
    )

    expect(lines).toEqual([
      expect.stringMatching(/^RINGBACK_TOKEN_TTL: is shorter than 30s /),
      'destinations.acme.salesfroceUrl: unknown setting; did you mean salesforceUrl?',
      'destinations.acme.concurrency: is not a plain value; write a string, a number, true or false',
      'destinations.acme.redisUrl: cannot be set in the file; set RINGBACK_REDIS_URL in the environment',
      expect.stringMatching(/^destinations\.Globex: is not a name for a destination; /),
      expect.stringMatching(/^destinations\.initech: is not an object; /),
      expect.stringMatching(/^destinations\."a\.b\\n": is not a name for a destination; /),
      expect.stringMatching(/^destinations\.acme\.rate: is not a number .* \(got: "fast"\); /),
      'destinations.hooli.backoffInitial: 1h is longer than destinations.hooli.backoffMax (10m); lower the one or raise the other',
      expect.stringMatching(
        /^destinations\.hooli\.privateKeyFile: names a file that does not exist \(got: "absent\.key"\); /,
      ),
    ])
  })

  it('names the setting of the environment when what is inherited contradicts', () => {
    const lines = refusal(
      { acme: { ...acme, backoffMax: '1m' }, globex: acme },
      { RINGBACK_BACKOFF_INITIAL: '2m' },
    )

    expect(lines).toEqual([
      'RINGBACK_BACKOFF_INITIAL: 2m is longer than destinations.acme.backoffMax (1m); lower the one or raise the other',
    ])
  })

  it('lets no two destinations be named default', () => {
    expect(load({ default: acme }).destinations).toHaveLength(1)
    expect(refusal({ default: acme }, sampleEnvironment)).toEqual([
      'destinations.default: is described by the environment too; rename it, or unset RINGBACK_SALESFORCE_*',
    ])
  })

  it.each([
    ['{"destinations": {}}', 'destinations: is empty; '],
    ['{"destinations": []}', 'destinations: is missing or not an object; '],
    ['{}', 'destinations: is missing or not an object; '],
    ['null', 'RINGBACK_CONFIG: names a file that does not contain a JSON object '],
    ['', 'RINGBACK_CONFIG: names a file that is not JSON '],
  ])('refuses a file that holds %s', (text, start) => {
    const lines = refusalOfText(text)

    expect(lines).toHaveLength(1)
    expect(lines[0]?.startsWith(start)).toBe(true)
  })

  it('refuses an unknown field at the top, a global setting among them', () => {
    const lines = refusalOfText('{"destination": {}, "namespace": "x", "__proto__": {}}')

    expect(lines.map((line) => line.split(';')[0])).toEqual([
      'destination: unknown field',
      'namespace: cannot be set in the file',
      '__proto__: unknown field',
      'destinations: is missing or not an object',
    ])
  })

  it('treats names that every object has as the unknown names they are', () => {
    expect(refusal({ acme: { ...acme, constructor: 'x', toString: 'y' } })).toEqual([
      expect.stringMatching(/^destinations\.acme\.constructor: unknown setting; /),
      expect.stringMatching(/^destinations\.acme\.toString: unknown setting; /),
    ])
  })

  it('never quotes the text of a file that is not JSON, which may hold a key', () => {
    const lines = refusalOfText('{"destinations": {\n"acme": {"privateKey": hunter2}}}')

    expect(lines).toEqual([
      expect.stringMatching(/^RINGBACK_CONFIG: names a file that is not JSON/),
    ])
    expect(lines[0]).not.toContain('hunter')
  })
})
