import { readFileSync } from 'node:fs'

import { describe, expect, it } from 'vitest'

import { loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import {
  clockAt,
  clockIn2026,
  environmentWithoutKey,
  fixtureCertificateFile,
  fixtureKeyFile,
  problemLines,
  sampleEnvironment,
} from './sample-environment.ts'
import { temporaryFile } from './temporary-folder.ts'

function refusal(env: Record<string, string | undefined>): string[] {
  return problemLines(() => loadWorkerConfig(env, clockIn2026))
}

describe('loadWorkerConfig', () => {
  it('fills in every default for one destination of the environment', () => {
    const config = loadWorkerConfig(sampleEnvironment, clockIn2026)

    expect(config).toMatchObject({
      redisUrl: 'redis://127.0.0.1:6379',
      namespace: 'ringback',
      waitReplicas: 0,
      waitFsync: false,
      logLevel: 'info',
      opsHost: '127.0.0.1',
      opsPort: 9464,
      shutdownDeadlineMs: 20_000,
      lockDurationMs: 8_000,
    })
    expect(config.destinations).toEqual([
      {
        name: 'default',
        maxInFlight: undefined,
        livePercent: 30,
        expireAfterMs: undefined,
        breaker: {
          isOn: true,
          attempts: 10,
          failurePercent: 70,
          windowMs: 30_000,
          uncertainInARow: 5,
          refusalsInARow: 10,
          probe: { leastMs: 1_000, mostMs: 60_000 },
          rampMs: 60_000,
        },
        salesforce: {
          baseUrl: 'https://acme.my.salesforce-scrt.com/telephony/v1',
          orgId: '00DHs00000Kmpyr',
          callCenter: 'scv4cc1',
          privateKey: expect.objectContaining({ asymmetricKeyType: 'rsa' }) as unknown,
          telephonyProviderName: undefined,
          token: { ttlMs: 300_000, audience: undefined, jti: false },
        },
        rate: 10,
        concurrency: 50,
        attemptTimeoutMs: 10_000,
        retry: {
          maxAttempts: 600,
          maxRetryDurationMs: 36 * 3_600_000,
          backoff: { initialMs: 2000, factor: 2, maxMs: 600_000 },
          notFoundGraceMs: 0,
        },
        onUncertain: 'retry',
        verify: undefined,
        retentionMs: 7 * 86_400_000,
        sealing: { keysFile: undefined, required: false, bound: false },
        partitions: 1,
      },
    ])
  })

  it('reads every setting', () => {
    const config = loadWorkerConfig(
      {
        ...sampleEnvironment,
        RINGBACK_REDIS_URL: 'rediss://ringback:p%40ss@redis.example.com:6380/2',
        RINGBACK_NAMESPACE: 'ringback-staging',
        RINGBACK_LOG_LEVEL: 'silent',
        RINGBACK_OPS_PORT: 'none',
        RINGBACK_OPS_HOST: '::',
        RINGBACK_SHUTDOWN_DEADLINE: 'PT1M',
        RINGBACK_SALESFORCE_URL: 'http://127.0.0.1:8080/telephony/v1/',
        RINGBACK_SALESFORCE_CERTIFICATE_FILE: fixtureCertificateFile,
        RINGBACK_TELEPHONY_PROVIDER_NAME: 'Amazon Connect',
        RINGBACK_TOKEN_TTL: '24h',
        RINGBACK_TOKEN_AUDIENCE: 'https://scrt.salesforce.com',
        RINGBACK_TOKEN_JTI: 'true',
        RINGBACK_RATE: 'none',
        RINGBACK_CONCURRENCY: '7',
        RINGBACK_ATTEMPT_TIMEOUT: '500ms',
        RINGBACK_MAX_ATTEMPTS: '1',
        RINGBACK_MAX_RETRY_DURATION: '2h',
        RINGBACK_BACKOFF_INITIAL: '1s',
        RINGBACK_BACKOFF_FACTOR: '1.5',
        RINGBACK_BACKOFF_MAX: '1s',
        RINGBACK_NOT_FOUND_GRACE: '30s',
        RINGBACK_RETENTION: 'P30D',
      },
      clockIn2026,
    )

    expect(config).toMatchObject({
      redisUrl: 'rediss://ringback:p%40ss@redis.example.com:6380/2',
      namespace: 'ringback-staging',
      logLevel: 'silent',
      opsHost: '::',
      opsPort: undefined,
      shutdownDeadlineMs: 60_000,
    })
    expect(config.destinations).toMatchObject([
      {
        salesforce: {
          baseUrl: 'http://127.0.0.1:8080/telephony/v1',
          telephonyProviderName: 'Amazon Connect',
          token: { ttlMs: 86_400_000, audience: 'https://scrt.salesforce.com', jti: true },
        },
        rate: undefined,
        concurrency: 7,
        attemptTimeoutMs: 500,
        retry: {
          maxAttempts: 1,
          maxRetryDurationMs: 7_200_000,
          backoff: { initialMs: 1000, factor: 1.5, maxMs: 1000 },
          notFoundGraceMs: 30_000,
        },
        retentionMs: 30 * 86_400_000,
      },
    ])
  })

  it('reports every wrong value of the environment together, one line each, with what to do', () => {
    const lines = refusal({
      RINGBACK_REDIS_URL: 'http://localhost:6379',
      RINGBACK_NAMESPACE: 'Ring Back',
      RINGBACK_LOG_LEVEL: 'verbose',
      RINGBACK_OPS_PORT: '65536',
      RINGBACK_OPS_HOST: '[::1]',
      RINGBACK_SHUTDOWN_DEADLINE: '20',
      RINGBACK_SALESFORCE_URL: 'https://salesforce-scrt.com.evil.com',
      RINGBACK_SALESFORCE_ORG_ID: '0LQHs00000Kmpyr',
      RINGBACK_SALESFORCE_CALL_CENTER: 'My Call Center',
      RINGBACK_SALESFORCE_PRIVATE_KEY: 'hunter2',
      RINGBACK_SALESFORCE_CERTIFICATE_FILE: '/nonexistent/salesforce.crt',
      RINGBACK_TELEPHONY_PROVIDER_NAME: 'Höhe',
      RINGBACK_TOKEN_TTL: '25h',
      RINGBACK_TOKEN_AUDIENCE: 'two words',
      RINGBACK_TOKEN_JTI: 'yes',
      RINGBACK_RATE: '0',
      RINGBACK_CONCURRENCY: '1.5',
      RINGBACK_ATTEMPT_TIMEOUT: 'soon',
      RINGBACK_MAX_ATTEMPTS: '0',
      RINGBACK_MAX_RETRY_DURATION: 'P1M',
      RINGBACK_BACKOFF_INITIAL: '0s',
      RINGBACK_BACKOFF_FACTOR: '0.5',
      RINGBACK_BACKOFF_MAX: '-5m',
      RINGBACK_NOT_FOUND_GRACE: '2d',
      RINGBACK_RETENTION: '500ms',
      RINGBACK_REDIS_ULR: 'redis://:hunter2@redis.example.com',
      RINGBACK_TEST_ANYTHING: 'ignored',
      PATH: '/usr/bin',
    })

    expect(lines.map((line) => line.replace(/; .*/, ''))).toEqual(
      expect.arrayContaining([
        'RINGBACK_REDIS_ULR: unknown setting',
        'RINGBACK_REDIS_URL: does not start with redis://, redis+sentinel:// or redis+cluster://, or the same with rediss for TLS (got: "http://localhost:6379")',
        'RINGBACK_NAMESPACE: is not 1 to 32 lower-case letters, digits and hyphens (got: "Ring Back")',
        'RINGBACK_LOG_LEVEL: is not one of the words it may be (got: "verbose")',
        'RINGBACK_OPS_PORT: is more than 65535 (got: "65536")',
        'RINGBACK_OPS_HOST: is not a host (got: "[::1]")',
        'RINGBACK_SHUTDOWN_DEADLINE: is not a duration (got: "20")',
        'RINGBACK_SALESFORCE_URL: is neither on a host under salesforce-scrt.com nor on a loopback address (got: "https://salesforce-scrt.com.evil.com")',
        'RINGBACK_SALESFORCE_ORG_ID: is not a Salesforce organization id (got: "0LQHs00000Kmpyr")',
        'RINGBACK_SALESFORCE_CALL_CENTER: is not an API name: 1 to 80 characters of ASCII without spaces (got: "My Call Center")',
        'RINGBACK_SALESFORCE_PRIVATE_KEY: is not a private key in PEM form (got: •••)',
        'RINGBACK_SALESFORCE_CERTIFICATE_FILE: names a file that does not exist (got: "/nonexistent/salesforce.crt")',
        'RINGBACK_TELEPHONY_PROVIDER_NAME: is not 1 to 100 printable ASCII characters (got: "Höhe")',
        'RINGBACK_TOKEN_TTL: is longer than 24h (got: "25h")',
        'RINGBACK_TOKEN_AUDIENCE: is not ASCII text without spaces (got: "two words")',
        'RINGBACK_TOKEN_JTI: is neither true nor false (got: "yes")',
        'RINGBACK_RATE: is less than 0.001 (got: "0")',
        'RINGBACK_CONCURRENCY: is not a whole number (got: "1.5")',
        'RINGBACK_ATTEMPT_TIMEOUT: is not a duration (got: "soon")',
        'RINGBACK_MAX_ATTEMPTS: is less than 1 (got: "0")',
        'RINGBACK_MAX_RETRY_DURATION: is not a duration (got: "P1M")',
        'RINGBACK_BACKOFF_INITIAL: is shorter than 1ms (got: "0s")',
        'RINGBACK_BACKOFF_FACTOR: is less than 1 (got: "0.5")',
        'RINGBACK_BACKOFF_MAX: is not a duration (got: "-5m")',
        'RINGBACK_NOT_FOUND_GRACE: is longer than 24h (got: "2d")',
        'RINGBACK_RETENTION: is shorter than 1s (got: "500ms")',
      ]),
    )
    expect(lines).toHaveLength(26)
    expect(lines.filter((line) => !/; (write|did you mean) \S/.test(line))).toEqual([])
    expect(lines.join('\n')).not.toContain('hunter2')
  })

  it('says in one line what to write instead', () => {
    expect(refusal({ ...sampleEnvironment, RINGBACK_TOKEN_TTL: '48h' })).toEqual([
      'RINGBACK_TOKEN_TTL: is longer than 24h (got: "48h"); write a duration from 30s to 24h, for example 15m',
    ])
  })

  it.each([
    ['RINGBACK_SALESFORCE_CALL_CENTER', '"scv4cc1"'],
    ['RINGBACK_SALESFORCE_CALL_CENTER', "'scv4cc1'"],
    ['RINGBACK_SALESFORCE_CALL_CENTER', '“scv4cc1”'],
    ['RINGBACK_SALESFORCE_URL', '"https://acme.my.salesforce-scrt.com"'],
    ['RINGBACK_SALESFORCE_ORG_ID', '"00DHs00000Kmpyr"'],
    ['RINGBACK_TELEPHONY_PROVIDER_NAME', "'amazon connect'"],
    ['RINGBACK_REDIS_URL', '"redis://127.0.0.1:6379"'],
    ['RINGBACK_RATE', "'5'"],
  ])('refuses for %s the value %s, which is in quotes', (name, value) => {
    expect(refusal({ ...sampleEnvironment, [name]: value })).toContainEqual(
      expect.stringContaining(`${name}: is in quotes, which became part of the value`),
    )
  })

  it.each([
    '00DHs00000Kmpyr',
    '00DHs00000KmpyrMAB',
    '00dhs00000kmpyrmab',
    '00dhs00000kmpyrMAB',
    '00DHS00000KMPYRMAB',
  ])(
    'takes the organization id %s, its case restored from its last three characters',
    (RINGBACK_SALESFORCE_ORG_ID) => {
      const env = { ...sampleEnvironment, RINGBACK_SALESFORCE_ORG_ID }
      expect(loadWorkerConfig(env, clockIn2026).destinations[0]?.salesforce.orgId).toBe(
        '00DHs00000Kmpyr',
      )
    },
  )

  it.each([
    ['00DHs00000Kmpyr2AF', 'has three last characters that do not fit the others'],
    ['00DHs00000KmpyrMAC', 'has three last characters that do not fit the others'],
    ['00DHs00000kmpyrMAB', 'has three last characters that do not fit the others'],
    ['00DHS00000KMPYR555', 'has three last characters that do not fit the others'],
    ['00dhs00000kmpyr', 'is not a Salesforce organization id'],
    ['00DHs00000Kmpyr1', 'is not a Salesforce organization id'],
  ])('refuses the organization id %s, which Salesforce would answer with 401', (id, words) => {
    expect(refusal({ ...sampleEnvironment, RINGBACK_SALESFORCE_ORG_ID: id })).toEqual([
      expect.stringContaining(`RINGBACK_SALESFORCE_ORG_ID: ${words}`),
    ])
  })

  it('reports what is missing beside what is wrong', () => {
    const lines = refusal({ RINGBACK_SALESFORCE_CALL_CENTER: 'scv4cc1', RINGBACK_RATE: 'fast' })

    expect(lines).toEqual([
      expect.stringMatching(/^RINGBACK_RATE: is not a number/),
      expect.stringMatching(/^RINGBACK_SALESFORCE_URL: is missing; write an https URL/),
      expect.stringMatching(/^RINGBACK_SALESFORCE_ORG_ID: is missing; write an organization id/),
      expect.stringMatching(
        /^RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: is missing; .* or give the key itself in RINGBACK_SALESFORCE_PRIVATE_KEY$/,
      ),
    ])
  })

  it.each([
    ['nothing at all', {}],
    ['tuning only', { RINGBACK_RATE: '5' }],
    ['empty values', { RINGBACK_SALESFORCE_URL: '', RINGBACK_CONFIG: ' ' }],
  ])('says what to set when the environment has %s', (_what, env) => {
    const lines = refusal(env)

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(
      /^RINGBACK_SALESFORCE_URL: no destination is configured; set RINGBACK_SALESFORCE_URL, .*RINGBACK_CONFIG$/,
    )
  })

  it('adds the lack of a destination to other problems', () => {
    expect(refusal({ RINGBACK_LOG_LEVEL: 'loud' })).toEqual([
      expect.stringMatching(/^RINGBACK_LOG_LEVEL: /),
      expect.stringMatching(/^RINGBACK_SALESFORCE_URL: no destination is configured/),
    ])
  })

  it('takes the private key from the environment, with line breaks as they come', () => {
    const pem = readFileSync(fixtureKeyFile, 'utf8')
    const load = (text: string) =>
      loadWorkerConfig(
        { ...environmentWithoutKey, RINGBACK_SALESFORCE_PRIVATE_KEY: text },
        clockIn2026,
      ).destinations[0]?.salesforce.privateKey.export({ type: 'pkcs8', format: 'pem' })

    expect(load(pem)).toBe(pem)
    expect(load(pem.replaceAll('\n', String.raw`\n`))).toBe(pem)
    expect(load(`"${pem.replaceAll('\n', ' ')}"`)).toBe(pem)
  })

  it('refuses two private keys and prints neither', () => {
    const pem = readFileSync(fixtureKeyFile, 'utf8')

    expect(refusal({ ...sampleEnvironment, RINGBACK_SALESFORCE_PRIVATE_KEY: pem })).toEqual([
      'RINGBACK_SALESFORCE_PRIVATE_KEY: is set, and RINGBACK_SALESFORCE_PRIVATE_KEY_FILE too; set exactly one of them',
    ])
  })

  it('says so when a file setting holds the key itself, and does not print it', () => {
    const pem = readFileSync(fixtureKeyFile, 'utf8')
    const lines = refusal({ ...sampleEnvironment, RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: pem })

    expect(lines).toEqual([
      expect.stringMatching(
        /^RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: holds PEM text, not the path of a file \(got: •••\); /,
      ),
    ])
  })

  it('refuses a certificate that has expired by the clock', () => {
    const env = {
      ...sampleEnvironment,
      RINGBACK_SALESFORCE_CERTIFICATE_FILE: fixtureCertificateFile,
    }

    expect(problemLines(() => loadWorkerConfig(env, clockAt('2130-01-01T00:00:00Z')))).toEqual([
      expect.stringMatching(/^RINGBACK_SALESFORCE_CERTIFICATE_FILE: .* expired at 2120-01-01/),
    ])
  })

  it.each([
    [
      { RINGBACK_BACKOFF_INITIAL: '20m' },
      'RINGBACK_BACKOFF_INITIAL: 20m is longer than RINGBACK_BACKOFF_MAX (10m)',
    ],
    [
      { RINGBACK_BACKOFF_MAX: '1s' },
      'RINGBACK_BACKOFF_INITIAL: 2s is longer than RINGBACK_BACKOFF_MAX (1s)',
    ],
    [
      { RINGBACK_ATTEMPT_TIMEOUT: '20s' },
      'RINGBACK_SHUTDOWN_DEADLINE: 20s is not longer than RINGBACK_ATTEMPT_TIMEOUT (20s)',
    ],
    [
      { RINGBACK_SHUTDOWN_DEADLINE: '5s' },
      'RINGBACK_SHUTDOWN_DEADLINE: 5s is not longer than RINGBACK_ATTEMPT_TIMEOUT (10s)',
    ],
  ])('refuses %o, which contradicts another setting', (env, start) => {
    const lines = refusal({ ...sampleEnvironment, ...env })

    expect(lines).toHaveLength(1)
    expect(lines[0]?.startsWith(start)).toBe(true)
  })

  it('says of sealed numbers that they need the number key where it is not set, and only there', () => {
    const keys = temporaryFile('keys.json', JSON.stringify({ keys: [] }))
    const env = { ...sampleEnvironment, RINGBACK_SEAL_KEYS_FILE: keys }
    const lacksKey =
      /^RINGBACK_SEAL_KEYS_FILE: is set, and RINGBACK_NUMBER_KEY is not; set RINGBACK_NUMBER_KEY/

    expect(refusal(env)).toContainEqual(expect.stringMatching(lacksKey))
    const others = { RINGBACK_NUMBER_KEY: 'n'.repeat(32), RINGBACK_OPS_PORT: 'nowhere' }
    expect(refusal({ ...env, ...others })).not.toContainEqual(expect.stringMatching(lacksKey))
  })

  it('compares two settings only when both can be read', () => {
    const env = { RINGBACK_BACKOFF_INITIAL: 'soon', RINGBACK_BACKOFF_MAX: '1s' }

    expect(refusal({ ...sampleEnvironment, ...env })).toEqual([
      expect.stringMatching(/^RINGBACK_BACKOFF_INITIAL: is not a duration/),
    ])
  })

  it('gives a configuration that nobody can change', () => {
    const config = loadWorkerConfig(sampleEnvironment, clockIn2026)
    const [destination] = config.destinations
    if (destination === undefined) throw new Error('no destination')

    for (const part of [
      config,
      config.destinations,
      destination,
      destination.retry.backoff,
      destination.salesforce.token,
    ]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })

  it('names a config file that cannot be used', () => {
    expect(refusal({ RINGBACK_CONFIG: '/nonexistent/ringback.json' })).toEqual([
      expect.stringMatching(
        /^RINGBACK_CONFIG: names a file that does not exist \(got: "\/nonexistent\/ringback.json"\); /,
      ),
    ])
    expect(refusal({ RINGBACK_CONFIG: temporaryFile('ringback.json', '[]') })).toEqual([
      expect.stringMatching(/^RINGBACK_CONFIG: names a file that does not contain a JSON object /),
    ])
  })
})
