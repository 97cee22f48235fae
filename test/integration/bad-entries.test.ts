/** The table of docs/wire-protocol.md that says what becomes of a bad entry: each of them, sent. */
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { deathCodes } from '../../src/shared/contract/codes.ts'
import { openStore } from '../../src/shared/redis/destination-store.ts'
import { callbackKey, inboxKey } from '../../src/shared/redis/keys.ts'
import { runBridge } from '../support/bridge-alone.ts'
import { xadd } from '../support/inbox.ts'
import { createRecorder } from '../support/recorder.ts'
import { freshNamespace, redisUrl } from '../support/redis.ts'
import { shellWords } from '../support/shell-words.ts'
import { sealedVectors, sealingOfVectors } from '../support/vectors.ts'
import { wireProtocolPage } from '../support/wire-protocol-page.ts'

const [, afterComment = ''] = wireProtocolPage.split('<!-- bad entries -->')
const [section = ''] = afterComment.split('\n## ')
const rows = section
  .split('\n')
  .filter((line) => /^\| .*\|$/.test(line))
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  .map(([what = '', entry = '', id = '', submittedId = '', reason = '', code = '']) => ({
    what,
    entry,
    id: bare(id),
    submittedId: bare(submittedId),
    reason: bare(reason),
    code: bare(code),
  }))

const rest = '"callId":"c","callbackNumber":"+18445791189"'

function bare(cell: string): string {
  return cell.replaceAll('`', '')
}

function sealedBy(name: string, id?: string): string {
  const vector = sealedVectors.find((each) => each.name === name)
  if (vector === undefined) throw new Error(`no vector is named ${name}`)
  return JSON.stringify({ id, callId: 'c', callbackNumber: vector.sealed })
}

/** Of those that a table cannot show. */
const built: Readonly<Record<string, readonly (string | Buffer)[]>> = {
  'not UTF-8 (kept as base64, `rawEncoding`)': ['intent', Buffer.from([0xff])],
  'more than 16384 bytes of JSON': ['intent', '{}'.padEnd(16_385)],
  'more than 65536 bytes, or 128 fields': ['intent', '{}'.padEnd(65_531)],
  'a sealed number without `id`': ['intent', sealedBy('RSA-OAEP-256')],
  'sealed to a key that no worker has': ['intent', sealedBy('a key that is not there', 'call-2')],
  'sealed, and damaged': ['intent', sealedBy('a changed tag', 'call-2')],
  'sealed for another `id`': ['intent', sealedBy('sealed for another intent', 'call-2')],
  'sealed for no `id`, where that is demanded': ['intent', sealedBy('RSA-OAEP-256', 'call-2')],
}

function wordsOf({ what, entry }: { what: string; entry: string }): readonly (string | Buffer)[] {
  const words = built[what]
  if (words !== undefined) return words
  const [, command = ''] = /^`(.*)`$/.exec(entry) ?? []
  return shellWords(command.replaceAll('•', rest))
}

/** What the destination demands of numbers. */
function sealingOf(code: string) {
  const bound = code === 'binding-required'
  return { ...sealingOfVectors({ bound }), required: code === 'sealing-required' }
}

it.each(rows)('becomes the dead letter that the page says: $what', async (row) => {
  const redis = new Redis(redisUrl(), { protocol: 2 })
  onTestFinished(() => redis.disconnect())
  const store = openStore(redis, { namespace: freshNamespace(), destination: 'default' })
  const before = createRecorder()
  const first = runBridge({ store, recorder: before })
  const waiting = { id: 'call-1', callId: 'other', callbackNumber: '+18445791180', delay: '1h' }
  await xadd(store, { ...waiting, expiresAt: new Date(Date.now() + 86_400_000).toISOString() })
  await before.next('callback.scheduled')
  await first.stop()

  const recorder = createRecorder()
  const bridge = runBridge({ store, recorder }, { sealing: sealingOf(row.code) })
  onTestFinished(() => bridge.stop())
  const entryId = (await redis.xadd(inboxKey(store.ref), '*', ...wordsOf(row))) ?? ''
  const { id } = await recorder.next('entry.buried')

  expect(id).toBe(row.id.replace('<entry id>', entryId))
  const hash = await redis.hgetall(callbackKey(store.ref, id))
  expect(hash).toMatchObject({ state: 'dead', reason: row.reason, code: row.code })
  expect(hash['submittedId'] ?? '').toBe(row.submittedId)
  expect(hash['raw']).toBeDefined()
  expect(await redis.hget(callbackKey(store.ref, 'call-1'), 'state')).toBe('scheduled')
})

it('the page leaves out no kind of them', () => {
  // Said of callbacks that were taken in, and died later.
  const later = ['expired', 'several-contact-requests', 'record-of-another']
  // Of partitions, of which the page tells elsewhere.
  const ofPartitions = ['wrong-partition']
  const isOnPage = (code: string) =>
    (ofPartitions.includes(code) ? wireProtocolPage : section).includes(`\`${code}\``)
  const missing = deathCodes.filter((code) => !later.includes(code) && !isOnPage(code))
  expect(missing).toEqual([])
  expect(rows.length).toBeGreaterThan(25)
})
