import { describe, expect, it } from 'vitest'

import {
  callbackKey,
  deadLettersKey,
  destinationsKey,
  inboxKey,
  intakeKey,
  keyTable,
  numbersKey,
  queueName,
  queuePrefix,
  recentKey,
  realignedKey,
  recordKey,
  resultsKey,
  statsKey,
  walkerKey,
} from '../../../../src/shared/redis/keys.ts'
import { redisKeysMarkdown } from '../../../../scripts/docs/redis-keys-markdown.ts'

const place = { namespace: 'ringback', destination: 'd' }

describe('docs/redis-keys.md', () => {
  it.each(keyTable)('explains $key', ({ key, type, audience, content }) => {
    expect(redisKeysMarkdown()).toContain(`| \`${key}\` | ${type} | ${audience} | ${content} |`)
  })

  it('has every key that this module makes, as it makes it', () => {
    expect(keyTable.map(({ key }) => key)).toEqual([
      inboxKey(place),
      callbackKey(place, '<id>'),
      resultsKey(place),
      deadLettersKey(place),
      statsKey(place),
      recentKey(place),
      intakeKey(place),
      numbersKey(place, 0).replace(/0$/, '<0 or 1>'),
      recordKey(place, '<recordId>'),
      realignedKey(place),
      `${queuePrefix(place)}:${queueName}:*`,
      destinationsKey(place.namespace),
      walkerKey(place.namespace),
    ])
  })
})
