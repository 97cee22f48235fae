import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { accept } from '../../../../src/shared/store/ledger/accept.ts'
import { redrive } from '../../../../src/shared/store/dead-letters/redrive.ts'
import { begin } from '../../../../src/shared/store/ledger/begin.ts'
import { discard } from '../../../../src/shared/store/dead-letters/discard.ts'
import { openStore } from '../../../../src/shared/redis/destination-store.ts'
import { id, intent } from '../../../support/ledger.ts'
import { freshNamespace, redisUrl } from '../../../support/redis.ts'

const none = { delayMs: undefined, notBefore: undefined, expiresAt: undefined }
const now = '2100-01-01T00:00:00.000Z'

it('works on after every SCRIPT FLUSH, whether calls are made one by one or many together', async () => {
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  const ref = { namespace: freshNamespace(), destination: 'default' }
  const store = openStore(redis, ref)
  const submission = { intent, traceparent: undefined, ...none }

  await redis.script('FLUSH')
  expect((await accept(store, { ...submission, id })).kind).toBe('accepted')
  await redis.script('FLUSH')
  expect((await accept(store, { ...submission, id })).kind).toBe('duplicate')
  await redis.script('FLUSH')
  const attempt = { id, generation: 1, claim: 'claim', now, nowWithTolerance: now }
  expect((await begin(store, attempt)).kind).toBe('begun')

  const flushed = redis.script('FLUSH')
  const answers = await Promise.all([
    ...Array.from({ length: 50 }, (_, n) => accept(store, { ...submission, id: `id-${n}` })),
    ...[
      redrive(store, { id, now, retentionMs: 60_000 }),
      discard(store, { id, now, retentionMs: 1 }),
    ],
  ])
  await flushed
  expect(answers.slice(0, 50).map((answer) => (answer as { kind: string }).kind)).toEqual(
    Array.from({ length: 50 }, () => 'accepted'),
  )
  expect(answers.slice(50)).toEqual(['not-dead', 'not-dead'])
})
