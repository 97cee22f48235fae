import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished, vi } from 'vitest'

import { createProducer, RingbackError, type ProducerOptions } from '../../../src/producer/index.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { systemClock } from '../../../src/shared/time/clock.ts'
import { sampleCallback } from '../../support/callbacks.ts'
import { freshNamespace, redisUrl } from '../../support/redis.ts'
import { temporaryFile } from '../../unit/shared/config/temporary-folder.ts'

/** What a program without types may hand in. */
function refusalOf(options: unknown): RingbackError {
  try {
    createProducer(options as ProducerOptions)
  } catch (error) {
    if (error instanceof RingbackError) return error
    throw error
  }
  throw new Error('it was taken')
}

const anyNamespace = '1 to 32 lower-case letters, digits and hyphens'

describe('createProducer reports at once', () => {
  it.each<[string, unknown, string]>([
    [
      'an option of another name',
      { url: 'redis://x' },
      'url: unknown option; did you mean redisUrl?',
    ],
    ['a misspelt option', { namspace: 'x' }, 'namspace: unknown option; did you mean namespace?'],
    [
      'an option of another case',
      { redisURL: 'redis://x' },
      'redisURL: unknown option; did you mean redisUrl?',
    ],
    [
      'an option that is near none',
      { maxRetries: 3 },
      'maxRetries: unknown option; the options are redisUrl, redisCaFile, redisCertFile, redisKeyFile, sentinelUsername, sentinelPassword, namespace, destination, waitReplicas, waitFsync, waitTimeout',
    ],
    [
      'an empty URL',
      { redisUrl: '' },
      'redisUrl: does not start with redis:// or rediss:// (got: "");',
    ],
    [
      'a URL of another protocol',
      { redisUrl: 'http://localhost:6379' },
      'redisUrl: does not start with redis:// or rediss:// (got: "http://localhost:6379");',
    ],
    [
      'a URL that is none',
      { redisUrl: 'localhost:6379' },
      'redisUrl: does not start with redis://',
    ],
    ['a query in the URL', { redisUrl: 'redis://localhost?db=1' }, 'redisUrl: has a query'],
    ['a path in the URL', { redisUrl: 'redis://localhost/zero' }, 'redisUrl: has a path'],
    ['a URL object', { redisUrl: new URL('redis://localhost') }, 'redisUrl: must be a string'],
    ['null', { redisUrl: null }, 'redisUrl: must be a string'],
    ['an empty namespace', { namespace: '' }, `namespace: is not ${anyNamespace} (got: "")`],
    ['a namespace in capitals', { namespace: 'Ringback' }, `namespace: is not ${anyNamespace}`],
    ['a namespace with a colon', { namespace: 'a:b' }, `namespace: is not ${anyNamespace}`],
    ['a namespace with a brace', { namespace: 'a}' }, `namespace: is not ${anyNamespace}`],
    [
      'a destination in capitals',
      { destination: 'Acme' },
      'destination: is not a name for a destination',
    ],
    [
      'a destination with an underscore',
      { destination: 'a_b' },
      'destination: is not a name for a destination',
    ],
    ['an empty destination', { destination: '' }, 'destination: is not a name for a destination'],
    ['a number for a destination', { destination: 7 }, 'destination: must be a string'],
    ['a URL in place of the options', 'redis://localhost', 'options: must be an object'],
    ['null in place of the options', null, 'options: must be an object'],
    ['a list in place of the options', ['redis://localhost'], 'options: must be an object'],
  ])('%s', (_, options, message) => {
    const error = refusalOf(options)
    expect(error.code).toBe('invalid-configuration')
    expect(error.message).toContain(message)
    expect(error.problems.map(({ field }) => field)).toEqual([message.split(':')[0]])
  })

  it('all that is wrong, and no password', () => {
    const error = refusalOf({ redisUrl: 'http://user:sesame@host', namespace: 'X', port: 1 })
    expect(error.problems.map(({ field }) => field)).toEqual(['port', 'redisUrl', 'namespace'])
    expect(error.message).not.toContain('sesame')
  })
})

it('takes a clock, by which it judges what is due', async () => {
  const namespace = freshNamespace()
  const expiresAt = '2026-02-26T16:00:00.000Z'
  const at = (text: string) => ({ ...systemClock, now: () => Date.parse(text) })
  const producers = ['2026-02-26T15:00:00.000Z', '2026-02-26T17:00:00.000Z'].map((text) =>
    createProducer({ redisUrl: redisUrl(), namespace, clock: at(text) }),
  )
  onTestFinished(async () => {
    for (const producer of producers) await producer.close()
  })
  const [before, after] = producers.map((producer) =>
    producer.enqueue({ ...sampleCallback('one'), expiresAt }),
  )
  await expect(after).rejects.toMatchObject({ code: 'invalid-intent' })
  expect(await before).toMatchObject({ kind: 'accepted' })
})

describe('what the environment says', () => {
  it('is where the promise goes, if the options do not say it', async () => {
    const namespace = freshNamespace()
    vi.stubEnv('RINGBACK_NAMESPACE', namespace)
    vi.stubEnv('RINGBACK_REDIS_URL', ` ${redisUrl()} `)
    onTestFinished(() => void vi.unstubAllEnvs())
    const producer = createProducer()
    onTestFinished(() => producer.close())
    await producer.enqueue(sampleCallback('one'))
    const redis = new Redis(redisUrl())
    onTestFinished(() => redis.disconnect())
    expect(await redis.xlen(inboxKey({ namespace, destination: 'default' }))).toBe(1)
  })

  it('may name a file that holds the URL, which yields to an option too', async () => {
    const namespace = freshNamespace()
    vi.stubEnv('RINGBACK_NAMESPACE', namespace)
    vi.stubEnv('RINGBACK_REDIS_URL_FILE', temporaryFile('url', `${redisUrl()}\n`))
    onTestFinished(() => void vi.unstubAllEnvs())
    const producer = createProducer()
    onTestFinished(() => producer.close())
    expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    vi.stubEnv('RINGBACK_REDIS_URL_FILE', '/nowhere')
    expect(refusalOf({}).message).toContain('RINGBACK_REDIS_URL_FILE: ')
    const named = createProducer({ redisUrl: redisUrl() })
    onTestFinished(() => named.close())
    expect(await named.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'duplicate' })
  })

  it('yields to what the options say', async () => {
    const [namespace, other] = [freshNamespace(), freshNamespace()]
    vi.stubEnv('RINGBACK_NAMESPACE', other)
    vi.stubEnv('RINGBACK_REDIS_URL', 'http://nowhere')
    onTestFinished(() => void vi.unstubAllEnvs())
    const producer = createProducer({ redisUrl: redisUrl(), namespace })
    onTestFinished(() => producer.close())
    await producer.enqueue(sampleCallback('one'))
    const redis = new Redis(redisUrl())
    onTestFinished(() => redis.disconnect())
    expect(await redis.xlen(inboxKey({ namespace, destination: 'default' }))).toBe(1)
    expect(await redis.exists(inboxKey({ namespace: other, destination: 'default' }))).toBe(0)
  })

  it.each<[string, string, string]>([
    [
      'RINGBACK_NAMESPACE',
      'Staging',
      `RINGBACK_NAMESPACE: is not ${anyNamespace} (got: "Staging")`,
    ],
    [
      'RINGBACK_REDIS_URL',
      'http://x',
      'RINGBACK_REDIS_URL: does not start with redis:// or rediss://',
    ],
    [
      'RINGBACK_NAMESPCE',
      'staging',
      'RINGBACK_NAMESPCE: unknown setting; did you mean RINGBACK_NAMESPACE?',
    ],
    [
      'RINGBACK_REDIS',
      'redis://x',
      'RINGBACK_REDIS: unknown setting; did you mean RINGBACK_REDIS_URL?',
    ],
  ])('is refused as the configuration refuses it: %s=%s', (name, value, message) => {
    vi.stubEnv(name, value)
    onTestFinished(() => void vi.unstubAllEnvs())
    const error = refusalOf({})
    expect(error.code).toBe('invalid-configuration')
    expect(error.message).toContain(message)
  })

  it.each([
    ...['RINGBACK_RATE', 'RINGBACK_RTE', 'RINGBACK_SALESFORCE_URL', 'RINGBACK_CONFIG'],
    ...['RINGBACK_NAMESPCE', 'RINGBACK_REDIS'],
  ])(
    'is not looked at where it is about workers only, or about what the options say: %s',
    async (name) => {
      vi.stubEnv(name, 'of no concern')
      onTestFinished(() => void vi.unstubAllEnvs())
      const producer = createProducer({ redisUrl: redisUrl(), namespace: freshNamespace() })
      onTestFinished(() => producer.close())
      expect(await producer.enqueue(sampleCallback('one'))).toMatchObject({ kind: 'accepted' })
    },
  )
})
