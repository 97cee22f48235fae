import { generateKeyPairSync } from 'node:crypto'
import { inspect } from 'node:util'

import { describe, expect, it } from 'vitest'

import type { VerifyConfig } from '../../../../src/shared/config/config.ts'
import { describeConfig } from '../../../../src/shared/config/describe.ts'
import { loadStoreConfig, loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import {
  clockIn2026,
  fixtureKeyFile,
  problemLines,
  sampleEnvironment,
} from './sample-environment.ts'
import { temporaryFile } from './temporary-folder.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const secret = 'hunter2.consumer.secret'

const withKey = {
  ...sampleEnvironment,
  RINGBACK_ON_UNCERTAIN: 'verify',
  RINGBACK_VERIFY_CLIENT_ID: '3MVG9.consumer',
  RINGBACK_VERIFY_USERNAME: 'ringback@acme.example',
  RINGBACK_VERIFY_PRIVATE_KEY: pem,
}

const withSecret = {
  ...sampleEnvironment,
  RINGBACK_ON_UNCERTAIN: 'verify',
  RINGBACK_VERIFY_CLIENT_ID: '3MVG9.consumer',
  RINGBACK_VERIFY_CLIENT_SECRET: secret,
}

type Environment = Record<string, string | undefined>

function verifyOf(env: Environment): VerifyConfig | undefined {
  return loadWorkerConfig(env, clockIn2026).destinations[0]?.verify
}

function refusal(env: Environment): string[] {
  return problemLines(() => loadWorkerConfig(env, clockIn2026))
}

describe('RINGBACK_ON_UNCERTAIN', () => {
  it.each(['retry', 'hold'])('%s needs nothing else, and looks at nothing else', (onUncertain) => {
    const env = {
      ...withKey,
      RINGBACK_ON_UNCERTAIN: onUncertain,
      RINGBACK_VERIFY_PRIVATE_KEY_FILE: '/nonexistent.key',
      RINGBACK_VERIFY_CLIENT_SECRET: secret,
    }
    expect(loadWorkerConfig(env, clockIn2026).destinations).toMatchObject([
      { onUncertain, verify: undefined },
    ])
  })

  it('verify has a default for all but who asks', () => {
    expect(verifyOf(withKey)).toEqual({
      instanceUrl: 'https://acme.my.salesforce.com',
      tokenUrl: 'https://login.salesforce.com/services/oauth2/token',
      clientId: '3MVG9.consumer',
      credential: {
        kind: 'jwt-bearer',
        username: 'ringback@acme.example',
        privateKey: expect.objectContaining({ asymmetricKeyType: 'rsa' }) as unknown,
        audience: 'https://login.salesforce.com',
      },
      apiVersion: 'v66.0',
      byCallId: false,
      graceMs: 30_000,
      marginMs: 5_000,
    })
  })

  it('verify reads every setting', () => {
    const env = {
      ...withKey,
      RINGBACK_VERIFY_URL: 'https://globex.my.salesforce.com/',
      RINGBACK_VERIFY_TOKEN_URL: 'https://globex.my.salesforce.com',
      RINGBACK_VERIFY_AUDIENCE: 'https://globex.my.site.com',
      RINGBACK_VERIFY_API_VERSION: 'v68.0',
      RINGBACK_VERIFY_GRACE: '2m',
      RINGBACK_VERIFY_MARGIN: '0s',
      RINGBACK_VERIFY_BY_CALL_ID: 'true',
    }
    expect(verifyOf(env)).toMatchObject({
      instanceUrl: 'https://globex.my.salesforce.com',
      tokenUrl: 'https://globex.my.salesforce.com/services/oauth2/token',
      credential: { audience: 'https://globex.my.site.com' },
      apiVersion: 'v68.0',
      byCallId: true,
      graceMs: 120_000,
      marginMs: 0,
    })
  })

  it.each([
    ['acme--qa.sandbox', 'https://test.salesforce.com'],
    ['acme-dev-ed.scratch', 'https://test.salesforce.com'],
    ['acme-dev-ed.develop', 'https://login.salesforce.com'],
  ])('verify of %s logs in at %s', (org, login) => {
    const env = { ...withKey, RINGBACK_SALESFORCE_URL: `https://${org}.my.salesforce-scrt.com` }
    expect(verifyOf(env)).toMatchObject({
      instanceUrl: `https://${org}.my.salesforce.com`,
      tokenUrl: `${login}/services/oauth2/token`,
      credential: { audience: login },
    })
  })

  it('verify asks the sandbox itself when telephony is on a loopback address', () => {
    const env = { ...withKey, RINGBACK_SALESFORCE_URL: 'http://127.0.0.1:8080' }
    expect(verifyOf(env)).toMatchObject({
      instanceUrl: 'http://127.0.0.1:8080',
      tokenUrl: 'http://127.0.0.1:8080/services/oauth2/token',
    })
  })

  it('verify takes a client secret in place of a key, and its token from the org itself', () => {
    expect(verifyOf(withSecret)).toMatchObject({
      tokenUrl: 'https://acme.my.salesforce.com/services/oauth2/token',
      credential: { kind: 'client-credentials' },
    })
  })

  it('verify reads the key or the secret from a file, without surrounding white space', () => {
    const keyFile = temporaryFile('core.key', pem)
    const secretFile = temporaryFile('core.secret', `${secret}\n`)
    const fromKey = verifyOf({
      ...withKey,
      RINGBACK_VERIFY_PRIVATE_KEY: '',
      RINGBACK_VERIFY_PRIVATE_KEY_FILE: keyFile,
    })?.credential
    const fromSecret = verifyOf({
      ...withSecret,
      RINGBACK_VERIFY_CLIENT_SECRET: '',
      RINGBACK_VERIFY_CLIENT_SECRET_FILE: secretFile,
    })?.credential

    expect(fromKey?.kind === 'jwt-bearer' && fromKey.privateKey.equals(privateKey)).toBe(true)
    expect(
      fromSecret?.kind === 'client-credentials' && fromSecret.clientSecret.export().toString(),
    ).toBe(secret)
  })

  it('verify names everything that is missing', () => {
    const env = { ...sampleEnvironment, RINGBACK_ON_UNCERTAIN: 'verify' }
    expect(refusal(env)).toEqual([
      'RINGBACK_VERIFY_CLIENT_ID: is missing; set it to ASCII text without spaces',
      expect.stringMatching(
        /^RINGBACK_VERIFY_PRIVATE_KEY_FILE: is missing; .* RINGBACK_VERIFY_PRIVATE_KEY, or a client secret in RINGBACK_VERIFY_CLIENT_SECRET_FILE$/,
      ),
      'RINGBACK_VERIFY_USERNAME: is missing; set it to ASCII text without spaces',
    ])
  })

  it('verify wants the core host where the telephony host does not tell it', () => {
    const env = { ...withKey, RINGBACK_SALESFORCE_URL: 'https://acme.salesforce-scrt.com' }
    expect(refusal(env)).toEqual([expect.stringMatching(/^RINGBACK_VERIFY_URL: is missing; /)])
    expect(
      verifyOf({ ...env, RINGBACK_VERIFY_URL: 'https://acme.my.salesforce.com' }),
    ).toMatchObject({ instanceUrl: 'https://acme.my.salesforce.com' })
  })

  it.each([
    [
      { RINGBACK_VERIFY_CLIENT_SECRET: secret },
      'RINGBACK_VERIFY_PRIVATE_KEY: is set, and RINGBACK_VERIFY_CLIENT_SECRET too; set exactly one of them',
    ],
    [
      { RINGBACK_VERIFY_PRIVATE_KEY_FILE: fixtureKeyFile },
      'RINGBACK_VERIFY_PRIVATE_KEY: is set, and RINGBACK_VERIFY_PRIVATE_KEY_FILE too; set exactly one of them',
    ],
    [
      { RINGBACK_VERIFY_PRIVATE_KEY: 'hunter2' },
      'RINGBACK_VERIFY_PRIVATE_KEY: is not a private key in PEM form (got: •••)',
    ],
    [
      { RINGBACK_VERIFY_PRIVATE_KEY: '', RINGBACK_VERIFY_PRIVATE_KEY_FILE: fixtureKeyFile },
      'RINGBACK_VERIFY_PRIVATE_KEY_FILE: is also the telephony API’s key, and each needs its own',
    ],
    [
      { RINGBACK_VERIFY_URL: 'https://evil.com' },
      'RINGBACK_VERIFY_URL: is neither on a host under my.salesforce.com nor',
    ],
    [
      { RINGBACK_VERIFY_TOKEN_URL: 'https://evil.com' },
      'RINGBACK_VERIFY_TOKEN_URL: is neither on a host under my.salesforce.com (or login',
    ],
    [{ RINGBACK_VERIFY_API_VERSION: '66' }, 'RINGBACK_VERIFY_API_VERSION: is not a version'],
    [{ RINGBACK_VERIFY_GRACE: '2h' }, 'RINGBACK_VERIFY_GRACE: is longer than 1h'],
    [{ RINGBACK_VERIFY_MARGIN: 'soon' }, 'RINGBACK_VERIFY_MARGIN: is not a duration'],
    [{ RINGBACK_ON_UNCERTAIN: 'ask' }, 'RINGBACK_ON_UNCERTAIN: is not one of the words it may be'],
  ])('is refused in one line with %o', (change, start) => {
    const lines = refusal({ ...withKey, ...change })

    expect(lines).toHaveLength(1)
    expect(lines[0]?.slice(0, start.length)).toBe(start)
    expect(lines[0]).not.toContain('hunter2')
  })

  it.each([
    ['', 'names a file that contains no secret'],
    ['two words', 'names a file that contains no secret'],
  ])('refuses a secret file that holds %j, and does not quote it', (text, wrong) => {
    const env = {
      ...withSecret,
      RINGBACK_VERIFY_CLIENT_SECRET: '',
      RINGBACK_VERIFY_CLIENT_SECRET_FILE: temporaryFile('core.secret', text),
    }
    const lines = refusal(env)

    expect(lines).toEqual([expect.stringContaining(`RINGBACK_VERIFY_CLIENT_SECRET_FILE: ${wrong}`)])
    expect(lines[0]).not.toContain('two words')
  })

  it('contradicting secrets are found by commands that open no file, too', () => {
    const env = { ...withKey, RINGBACK_VERIFY_CLIENT_SECRET: secret }
    expect(problemLines(() => loadStoreConfig(env))).toHaveLength(1)
  })

  it('no secret is printed, by the description or by accident', () => {
    for (const env of [withKey, withSecret]) {
      const config = loadWorkerConfig(env, clockIn2026)
      const shown = [
        JSON.stringify(describeConfig(config)),
        JSON.stringify(config),
        inspect(config, { depth: 10, showHidden: true }),
      ].join('\n')
      expect(shown).not.toContain(secret)
      expect(shown).not.toContain(pem.split('\n')[1])
    }
  })

  it('the description says whom is asked and as whom', () => {
    expect(describeConfig(loadWorkerConfig(withKey, clockIn2026))).toMatchObject({
      destinations: {
        default: {
          onUncertain: 'verify',
          verify: {
            url: 'https://acme.my.salesforce.com',
            tokenUrl: 'https://login.salesforce.com/services/oauth2/token',
            clientId: '3MVG9.consumer',
            username: 'ringback@acme.example',
            privateKey: expect.stringMatching(/^RSA 2048, SHA-256 /) as unknown,
            audience: 'https://login.salesforce.com',
            apiVersion: 'v66.0',
            grace: '30s',
            margin: '5s',
            byCallId: false,
          },
        },
      },
    })
    expect(describeConfig(loadWorkerConfig(withSecret, clockIn2026))).toMatchObject({
      destinations: { default: { verify: { clientSecret: '•••' } } },
    })
  })
})

describe('a destination of the file', () => {
  const acme = {
    salesforceUrl: 'https://acme.my.salesforce-scrt.com',
    salesforceOrgId: '00DHs00000Kmpyr',
    salesforceCallCenter: 'scv4cc1',
    privateKeyFile: fixtureKeyFile,
  }
  const load = (env: Environment, settings: Record<string, unknown>) => {
    const text = JSON.stringify({ destinations: { acme: { ...acme, ...settings } } })
    return loadWorkerConfig(
      { ...env, RINGBACK_CONFIG: temporaryFile('ringback.json', text) },
      clockIn2026,
    ).destinations.at(-1)
  }

  it('inherits the policy and never who asks whom: an answer from another org would be believed', () => {
    expect(problemLines(() => load(withKey, {}))).toEqual([
      expect.stringMatching(/^destinations\.acme\.verifyClientId: is missing; /),
      expect.stringMatching(/^destinations\.acme\.verifyPrivateKeyFile: is missing; /),
      expect.stringMatching(/^destinations\.acme\.verifyUsername: is missing; /),
    ])
  })

  it('has its own credentials, or another policy', () => {
    const own = {
      verifyClientId: 'acme-app',
      verifyUsername: 'r@acme',
      verifyPrivateKey: pem,
      verifyGrace: '1m',
    }
    expect(load(withKey, own)).toMatchObject({
      name: 'acme',
      verify: { clientId: 'acme-app', graceMs: 60_000, marginMs: 5_000 },
    })
    expect(load(withKey, { onUncertain: 'hold' })).toMatchObject({
      onUncertain: 'hold',
      verify: undefined,
    })
  })
})
