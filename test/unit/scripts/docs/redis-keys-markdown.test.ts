import { describe, expect, it } from 'vitest'

import {
  activeRunsKey,
  auditKey,
  breakerKey,
  controlKey,
  inFlightKey,
  paceKey,
  callbackKey,
  callPlaceKey,
  deadLettersKey,
  destinationsKey,
  doorKey,
  handedKey,
  expiriesKey,
  scheduleKey,
  inboxKey,
  letterReasonsKey,
  intakeKey,
  numberPlaceKey,
  queueName,
  queuePrefix,
  recentKey,
  retryingKey,
  flowKey,
  historyKey,
  realignedKey,
  ownerKey,
  publicKeysKey,
  resultsKey,
  runKey,
  runsKey,
  secretKey,
  statsKey,
  walkerKey,
  workersKey,
  wishKey,
} from '../../../../src/shared/redis/keys.ts'
import { keyTable } from '../../../../src/shared/redis/key-table.ts'
import { redisKeysMarkdown } from '../../../../scripts/docs/redis-keys-markdown.ts'

const ref = { namespace: 'ringback', destination: 'd' }

describe('docs/redis-keys.md', () => {
  it.each(keyTable)('explains $key', ({ key, type, audience, content }) => {
    expect(redisKeysMarkdown()).toContain(`| \`${key}\` | ${type} | ${audience} | ${content} |`)
  })

  it('has every key that this module makes, as it makes it', () => {
    expect(keyTable.map(({ key }) => key)).toEqual([
      inboxKey(ref),
      doorKey(ref),
      callbackKey(ref, '<id>'),
      resultsKey(ref),
      deadLettersKey(ref),
      letterReasonsKey(ref),
      wishKey(ref, '<entry id>'),
      handedKey(ref, { from: 0, entryId: '<entry id>' }).replace(':0:', ':<partition>:'),
      publicKeysKey(ref),
      statsKey(ref),
      recentKey(ref),
      intakeKey(ref),
      ownerKey(ref, '<recordId>'),
      callPlaceKey(ref, '<0000 to 3fff>'),
      numberPlaceKey(ref, '<0000 to 3fff>'),
      secretKey(ref),
      realignedKey(ref),
      controlKey(ref),
      breakerKey(ref),
      expiriesKey(ref),
      scheduleKey(ref),
      runKey(ref, '<id>'),
      runsKey(ref),
      activeRunsKey(ref),
      paceKey(ref),
      inFlightKey(ref),
      retryingKey(ref),
      flowKey(ref),
      historyKey(ref),
      auditKey(ref),
      workersKey(ref),
      `${queuePrefix(ref)}:${queueName}:*`,
      destinationsKey(ref.namespace),
      walkerKey(ref.namespace),
    ])
  })
})
