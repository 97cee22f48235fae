import type { DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'

export type Unsendable = 'nothing-to-send' | 'too-large'

/** What an attacker who may XADD sends. None of it is an intent; whatever it names belongs to somebody else. */
export interface HostileEntry {
  name: string
  fields: (victim: string) => (string | Buffer)[]
  /** Its dead letter lies under the victim's id, where nothing does. */
  takesId?: boolean
  /** What a redrive of its dead letter is answered, where there is nothing to send again, or too much. */
  unsendable?: Unsendable
}

const number = '+18445791191'
const about = (fields: object) => JSON.stringify({ callId: 'x', callbackNumber: number, ...fields })

export const hostileEntries: readonly HostileEntry[] = [
  { name: 'garbage', fields: () => ['intent', 'call me back'] },
  {
    name: 'the id of another one, and a field that is none',
    fields: (id) => ['intent', about({ id, dealy: 1 })],
    takesId: true,
  },
  {
    name: 'the id of another one, and two numbers',
    fields: (id) => ['intent', `{"id":"${id}","callbackNumber":"${number}","callbackNumber":1}`],
    takesId: true,
  },
  {
    name: 'two ids',
    fields: (id) => ['intent', `{"id":"x","id":"${id}","callId":"x","callbackNumber":"${number}"}`],
  },
  {
    name: 'a derived id that is not its own',
    fields: (id) => ['intent', about({ id: `auto-${id}` })],
  },
  { name: 'the id of a letter', fields: () => ['intent', about({ id: 'inbox-1-1' })] },
  {
    name: 'the claim to be another one’s letter',
    fields: (id) => ['intent', 'mine', 'redriveOf', id],
  },
  {
    name: 'the claim to be another one’s letter, under its id',
    fields: (id) => ['intent', about({ id, v: 2 }), 'redriveOf', id],
    takesId: true,
  },
  { name: 'no intent', fields: () => ['INTENT', about({})], unsendable: 'nothing-to-send' },
  {
    name: 'two intents',
    fields: (id) => ['intent', about({ id }), 'intent', about({ id })],
    unsendable: 'nothing-to-send',
  },
  {
    name: 'no text',
    fields: () => ['intent', Buffer.from([0x7b, 0xff, 0xfe])],
    unsendable: 'nothing-to-send',
  },
  {
    name: 'names that are not text, and many',
    fields: () => Array.from({ length: 400 }, (_, n) => Buffer.from([0xff, n % 256, 0])),
    unsendable: 'nothing-to-send',
  },
  {
    name: 'more than an intent may have',
    fields: () => ['intent', 'x'.repeat(20_000)],
    unsendable: 'too-large',
  },
]

/** What XADD is given for an id: `*`, one two hours ahead of all there were, or, where there was none yet, one of 1970. */
export type EntryId = 'any' | 'ahead' | 'old'

export async function attack(
  { redis, ref }: DestinationStore,
  { fields, entryId }: { fields: (string | Buffer)[]; entryId: EntryId },
): Promise<string> {
  const key = inboxKey(ref)
  const [newest] = await redis.xrevrange(key, '+', '-', 'COUNT', 1)
  const newestMs = Number(newest?.[0].split('-')[0] ?? 0)
  const aheadMs = Math.max(newestMs, Date.now()) + 7_200_000
  // Redis refuses one that is not after all there ever were.
  const chosen = { any: '*', ahead: `${aheadMs}-7`, old: '1-1' }[entryId]
  const added = await redis.xadd(key, chosen, ...fields).catch(() => null)
  return added ?? (await redis.xadd(key, '*', ...fields)) ?? ''
}
