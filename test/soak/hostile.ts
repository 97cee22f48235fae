import { inboxKey } from '../../src/shared/redis/keys.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { seededIntegers } from '../support/seeded.ts'
import { doomed, served } from './destinations.ts'
import type { Submitted } from './submitted.ts'
import { whileConnected } from './redis-patience.ts'
import { namespace } from './worker-settings.ts'

/** How many entries of each kind Redis has taken from somebody hostile. */
export type HostileCounts = Partial<Record<HostileKind, number>>

/** What every hostile entry begins with, and every id and call of a hostile intent. */
export const hostileMark = 'hostile'
/** The same, where what was sent is kept in base64. */
const encodedMark = Buffer.from('hostil').toString('base64')

/** Whether what is kept of an entry was sent by somebody hostile. */
export function isHostileRaw(raw: string): boolean {
  return raw.includes(hostileMark) || raw.includes(encodedMark)
}

type Draw = (least: number, most: number) => number
type Field = string | Buffer

interface Attack {
  fields: Field[]
  /** Default: what Redis gives. */
  entryId?: string
}

interface Target {
  draw: Draw
  /** A callback that was accepted at this destination. */
  victim: string
  nth: number
}

const number = '+19990000001'
const intent = (fields: object) =>
  JSON.stringify({ callId: hostileMark, callbackNumber: number, ...fields })
/** Judged whole, and never sent. */
const late = { expiresAt: '2020-01-01T00:00:00Z' }
const longest = 16_200

const makers = {
  garbage: () => ({ fields: ['intent', `${hostileMark}: call me back`] }),
  'taken id': ({ victim: id }) => ({ fields: ['intent', intent({ id, dealy: 1 })] }),
  'derived id': () => ({ fields: ['intent', intent({ id: 'auto-W7aYv4Jixf1XDMl_p1bqvO' })] }),
  'letter’s id': () => ({ fields: ['intent', intent({ id: 'inbox-1-0' })] }),
  'claim to be redriven': ({ victim }) => ({
    fields: ['intent', intent({ id: victim, v: 2 }), 'redriveOf', victim],
  }),
  'no intent': () => ({ fields: [hostileMark, intent({})] }),
  'two intents': ({ victim: id }) => ({
    fields: [hostileMark, '', 'intent', intent({ id }), 'intent', intent({ id })],
  }),
  'no text': () => ({
    fields: ['intent', Buffer.concat([Buffer.from(hostileMark), Buffer.from([0xff, 0xfe, 0])])],
  }),
  'many fields': ({ draw }) => ({
    fields: [
      ...[hostileMark, ''],
      ...Array.from({ length: 2 * draw(500, 5_000) }, (_, n) => Buffer.from([0xff, n % 256])),
    ],
  }),
  large: ({ draw }) => ({
    fields: ['intent', hostileMark + '\u0001'.repeat(draw(1, 4) * 1_000_000)],
  }),
  'large name': ({ draw }) => ({
    fields: [hostileMark, '', 'n'.repeat(draw(1, 2) * 1_000_000), 'intent'],
  }),
  'long delay': () => ({ fields: ['intent', intent({ delay: `P${'1'.repeat(longest)}-` })] }),
  'long time': () => ({ fields: ['intent', intent({ notBefore: 'T'.repeat(longest) })] }),
  'long zone': () => ({
    fields: ['intent', intent({ notBefore: '2020-01-01T00:00', timeZone: 'A/'.repeat(8_000) })],
  }),
  // A new spelling each time.
  'capitals of a zone': ({ nth }) => ({
    fields: [
      'intent',
      intent({
        ...late,
        notBefore: '2020-01-01T00:00',
        timeZone: capitals('America/Argentina/Buenos_Aires', nth),
      }),
    ],
  }),
  'one number': ({ nth }) => ({
    fields: ['intent', intent({ id: `${hostileMark}-${nth}`, callId: `${hostileMark}-${nth}` })],
  }),
  // All that comes after it has ids that are ahead as well.
  'id ahead of the clock': () => ({
    fields: ['intent', intent(late)],
    entryId: `${systemClock.now() + 3 * 3_600_000}-*`,
  }),
} satisfies Record<string, (target: Target) => Attack>

/** At a destination of its own, whose inbox takes nothing after it. */
const lastId = '18446744073709551615-18446744073709551615'

type HostileKind = keyof typeof makers | 'last possible id'

export const hostileKinds = Object.keys(makers) as (keyof typeof makers)[]

/** Pure. */
export function attackBy(kind: keyof typeof makers, target: Target): Attack {
  const make: (target: Target) => Attack = makers[kind]
  return make(target)
}

/** Ahead of the clock, no stray of the past gets in: a short soak would see none buried. */
const targets = served
const everyMs = 100

export interface Harassing {
  redisUrl: string
  seed: number
  submitted: Submitted
  counts: HostileCounts
}

/** Somebody who may XADD and means no good, until the signal. What Redis does not take from him is not sent again. */
export async function attack(harassing: Harassing, signal: AbortSignal): Promise<void> {
  const { redisUrl, seed, submitted, counts } = harassing
  const draw = seededIntegers(seed)
  await whileConnected(redisUrl, async (patience) => {
    await patience(async (redis) => {
      const key = inboxKey({ namespace, destination: doomed })
      if ((await redis.xlen(key)) > 0) return
      await redis.xadd(key, lastId, 'intent', intent(late))
      counts['last possible id'] = 1
    })
    for (let nth = 0; !signal.aborted; nth += 1) {
      const { kind, destination, attack } = plan(draw, submitted, nth)
      const { entryId = '*', fields } = attack
      const key = inboxKey({ namespace, destination })
      let tries = 0
      await patience(async (redis) => {
        tries += 1
        if (tries > 1) return
        await redis.xadd(key, entryId, ...fields).then(
          () => (counts[kind] = (counts[kind] ?? 0) + 1),
          // An id ahead of the clock that another one is ahead of already.
          (error: unknown) => {
            if (!(error instanceof Error && error.message.includes('equal or smaller'))) throw error
          },
        )
      })
      await systemClock.sleep(everyMs, signal).catch(() => undefined)
    }
  })
}

function plan(draw: Draw, { accepted }: Submitted, nth: number) {
  const destination = targets[draw(0, targets.length - 1)] ?? 'retry'
  const kind = hostileKinds[draw(0, hostileKinds.length - 1)] ?? 'garbage'
  const theirs = [...accepted].filter(([, of]) => of === destination).slice(-100)
  const [victim = hostileMark] = theirs[draw(0, Math.max(0, theirs.length - 1))] ?? []
  return { kind, destination, attack: attackBy(kind, { draw, victim, nth }) }
}

function capitals(name: string, nth: number): string {
  const flip = (letter: string, at: number) =>
    (nth >> (at % 20)) & 1 ? letter.toUpperCase() : letter.toLowerCase()
  return Array.from(name, flip).join('')
}
