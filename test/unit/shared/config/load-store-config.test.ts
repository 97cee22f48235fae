import { describe, expect, it } from 'vitest'

import { loadStoreConfig } from '../../../../src/shared/config/load.ts'
import { problemLines, sampleEnvironment } from './sample-environment.ts'
import { temporaryFile } from './temporary-folder.ts'

describe('loadStoreConfig', () => {
  it('needs nothing to be set', () => {
    expect(loadStoreConfig({})).toEqual({
      redisUrl: 'redis://127.0.0.1:6379',
      namespace: 'ringback',
      logLevel: 'info',
      destinations: ['default'],
      retentionMs: { default: 604_800_000 },
      defaultRetentionMs: 604_800_000,
    })
  })

  it('knows how long each destination remembers, the environment being the default of the file', () => {
    const text = JSON.stringify({ destinations: { acme: {}, globex: { retention: '1d' } } })
    const RINGBACK_CONFIG = temporaryFile('ringback.json', text)

    expect(loadStoreConfig({ RINGBACK_CONFIG, RINGBACK_RETENTION: '2h' })).toMatchObject({
      retentionMs: { acme: 7_200_000, globex: 86_400_000 },
      defaultRetentionMs: 7_200_000,
    })
  })

  it('opens no key and asks for none', () => {
    const env = { ...sampleEnvironment, RINGBACK_SALESFORCE_PRIVATE_KEY_FILE: '/nonexistent.key' }

    expect(loadStoreConfig(env).destinations).toEqual(['default'])
    expect(loadStoreConfig({ RINGBACK_SALESFORCE_CALL_CENTER: 'cc' }).destinations).toEqual([
      'default',
    ])
  })

  it('knows the destinations of the file by name, and the one of the environment if there is one', () => {
    const text = JSON.stringify({ destinations: { acme: {}, globex: { rate: 5 } } })
    const RINGBACK_CONFIG = temporaryFile('ringback.json', text)

    expect(loadStoreConfig({ RINGBACK_CONFIG }).destinations).toEqual(['acme', 'globex'])
    expect(loadStoreConfig({ ...sampleEnvironment, RINGBACK_CONFIG }).destinations).toEqual([
      'default',
      'acme',
      'globex',
    ])
  })

  it('refuses wrong values all the same, and unknown names, together', () => {
    const text = JSON.stringify({ destinations: { acme: { rate: -1, rtae: 1 } } })
    const lines = problemLines(() =>
      loadStoreConfig({
        RINGBACK_CONFIG: temporaryFile('ringback.json', text),
        RINGBACK_NAMESPACE: 'a:b',
        RINGBACK_CONCURRENCY: 'many',
        RINGBACK_SALESFORCE_URL: 'http://acme.my.salesforce-scrt.com',
        RINGBACK_BACKOFF_INITIAL: '1h',
        RINGBACK_LOGLEVEL: 'info',
      }),
    )

    expect(lines).toEqual([
      'RINGBACK_LOGLEVEL: unknown setting; did you mean RINGBACK_LOG_LEVEL?',
      expect.stringMatching(/^RINGBACK_NAMESPACE: /),
      expect.stringMatching(/^RINGBACK_SALESFORCE_URL: is not https /),
      expect.stringMatching(/^RINGBACK_CONCURRENCY: is not a whole number /),
      expect.stringMatching(/^destinations\.acme\.rtae: unknown setting; did you mean rate\?$/),
      expect.stringMatching(/^RINGBACK_BACKOFF_INITIAL: 1h is longer than RINGBACK_BACKOFF_MAX /),
      expect.stringMatching(/^destinations\.acme\.rate: is not a number /),
      expect.stringMatching(
        /^RINGBACK_BACKOFF_INITIAL: 1h is longer than destinations\.acme\.backoffMax /,
      ),
    ])
  })

  it('gives a configuration that nobody can change', () => {
    const config = loadStoreConfig({})

    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.destinations)).toBe(true)
  })
})
