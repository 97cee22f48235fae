import { describe, expect, it } from 'vitest'

import { loadStoreConfig } from '../../../../src/shared/config/load.ts'
import { problemLines } from './sample-environment.ts'

describe('an unknown name', () => {
  it.each([
    ['RINGBACK_REDIS_ULR', 'RINGBACK_REDIS_URL'],
    ['RINGBACK_REDIS', 'RINGBACK_REDIS_URL'],
    ['RINGBACK_redis_url', 'RINGBACK_REDIS_URL'],
    ['RINGBACK_ORG_ID', 'RINGBACK_SALESFORCE_ORG_ID'],
    ['RINGBACK_TTL', 'RINGBACK_TOKEN_TTL'],
    ['RINGBACK_PORT', 'RINGBACK_OPS_PORT'],
    ['RINGBACK_SALESFORCE_PRIVATE_KEYFILE', 'RINGBACK_SALESFORCE_PRIVATE_KEY_FILE'],
    ['RINGBACK_SALESFROCE_PRIVATE_KEY', 'RINGBACK_SALESFORCE_PRIVATE_KEY'],
    ['RINGBACK_MAX_RETRIES', 'RINGBACK_MAX_ATTEMPTS'],
    ['RINGBACK_MAX_BACKOFF', 'RINGBACK_BACKOFF_MAX'],
    ['RINGBACK_RATE_LIMIT', 'RINGBACK_RATE'],
  ])('%s is answered with %s', (unknown, known) => {
    expect(problemLines(() => loadStoreConfig({ [unknown]: 'x' }))).toEqual([
      `${unknown}: unknown setting; did you mean ${known}?`,
    ])
  })

  it.each(['RINGBACK_XYZZY_PLUGH', 'RINGBACK_', 'RINGBACK_Q'])(
    '%s, which is near to none, is answered with the page that lists them',
    (unknown) => {
      expect(problemLines(() => loadStoreConfig({ [unknown]: 'x' }))).toEqual([
        `${unknown}: unknown setting; docs/configuration.md lists them all`,
      ])
    },
  )

  it('is a problem even when it is empty', () => {
    expect(problemLines(() => loadStoreConfig({ RINGBACK_RATES: '' }))).toHaveLength(1)
  })

  it('is not our concern without the prefix, or with that of the tests', () => {
    const env = { RINGBACK: 'x', MY_RINGBACK_RATE: 'x', RINGBACK_TEST_REDIS_URL: 'x' }

    expect(loadStoreConfig(env).destinations).toEqual(['default'])
  })
})
