/**
 * Each side effect is published as a step (src/shared/telemetry/steps.ts). A real process is killed before each of them and
 * after each of them; another worker and, where one was at work, the same person then go on.
 */
import { expect, it } from 'vitest'

import { mapInOrder } from '../../src/producer/map-in-order.ts'
import { messageOf } from '../../src/shared/errors/errors.ts'
import { readResults, type Result } from '../../src/shared/results/results.ts'
import { stepTable, type Step } from '../../src/shared/telemetry/steps.ts'
import { systemClock } from '../../src/shared/time/clock.ts'
import { crashAt, type CrashPoint } from '../support/crash-at.ts'
import {
  batch,
  discarding,
  expired,
  importing,
  redriving,
  refused,
  retrying,
  sceneOf,
  type Scene,
  type Story,
} from '../support/crash-scenes.ts'
import { untilQuiet } from '../support/quiet.ts'
import { resultsUntil } from '../support/results.ts'
import { setup, type Bundle, type BundleOptions } from '../support/ringback.ts'

const steps = Object.keys(stepTable) as Step[]
const moments = ['before', 'after'] as const

interface Case extends CrashPoint {
  scene: Scene
}

/** Where the middle of something is. Elsewhere the first time tells all. */
const middleOf = new Map<Scene, number>([
  [importing, 60],
  [redriving, 2],
  [discarding, 2],
])

/** Every step there is, and then those that have more than one story to tell. */
const cases: Case[] = [
  ...casesOf(steps),
  ...casesOf(['open', 'queue.add', 'confirm'], { scene: batch, nth: 2 }),
  ...casesOf(['begin', 'settle'], { scene: retrying, nth: 2 }),
  ...casesOf(['settle'], { scene: expired, nth: 1 }),
  ...casesOf(['settle'], { scene: refused, nth: 1 }),
]

/** What `onUncertain` says, how a worker is told, and whether a customer may then be booked twice, with the mark. */
const policies: [name: string, Policy][] = [
  ['retry', { settings: {}, destination: {}, mayBookTwice: true }],
]

interface Policy {
  settings: Record<string, string>
  destination: NonNullable<BundleOptions['destination']>
  mayBookTwice: boolean
}

/** How many processes die at once: most of the time of each is spent waiting for its lock to run out. */
const atOnce = 6
/** Far above what a case takes on a busy machine. */
const patienceMs = 60_000

it.each(policies)(
  'loses nothing and books nothing twice in silence, before and after whichever step a process dies, under %s',
  async (_, policy) => {
    const failures: string[] = []
    for await (const failure of mapInOrder(
      casesUnder(policy),
      (each) => judge(each, policy),
      atOnce,
    )) {
      if (failure !== undefined) failures.push(failure)
    }
    expect(failures).toEqual([])
  },
  300_000,
)

function casesOf(some: readonly Step[], of: { scene?: Scene; nth?: number } = {}): Case[] {
  return some.flatMap((step) =>
    moments.map((when) => {
      const scene = of.scene ?? sceneOf[step]
      return { step, when, scene, nth: of.nth ?? middleOf.get(scene) ?? 1 }
    }),
  )
}

/** What a policy says of an uncertain outcome makes no difference before there is an attempt. */
function casesUnder({ mayBookTwice }: Policy): Case[] {
  return mayBookTwice ? cases : cases.filter((each) => isPast('begin', 'before', each))
}

async function judge(each: Case, policy: Policy): Promise<string | undefined> {
  const patience = new AbortController()
  const outOfPatience = systemClock.sleep(patienceMs, patience.signal).then(() => {
    throw new Error('still waiting for its death, or for what was to follow')
  })
  try {
    await Promise.race([survive(each, policy), outOfPatience])
    return undefined
  } catch (error) {
    return `${each.when} ${each.step} (${each.nth}), while ${each.scene.name}: ${messageOf(error)}`
  } finally {
    outOfPatience.catch(() => undefined)
    patience.abort()
  }
}

async function survive(each: Case, policy: Policy): Promise<void> {
  const { scene } = each
  const bundle = await setup({ destination: policy.destination })
  const stories = await scene.prepare(bundle)
  const victim = scene.start(bundle, { ...policy.settings, ...crashAt(each) })
  expect(await victim.exited).toEqual({ code: null, signal: 'SIGKILL' })
  await scene.recover?.(bundle)
  // Far above what a busy machine delays it by: only the lock of the dead one is to run out.
  const survivor = bundle.startWorker({ lockMs: 3_000 })
  await resultsUntil(bundle, (seen) => stories.every((story) => hasEnded(story, seen)))
  // A job that is left over would be run again, and might book again.
  await untilQuiet(bundle)
  await survivor.stop()

  const { redis, place } = bundle
  const results = await readResults(redis, place, { afterEntryId: '0-0', count: 1_000 })
  for (const story of stories) await checkStory(story, { bundle, results, policy })
  if (scene.isAlone && policy.mayBookTwice) await checkWhatIsKnown(each, bundle)
}

function hasEnded({ id, ends }: Story, results: readonly Result[]): boolean {
  return results.filter((result) => result.id === id).length >= ends.length
}

interface Aftermath {
  bundle: Bundle
  results: readonly Result[]
  policy: Policy
}

async function checkStory({ id, ends }: Story, { bundle, results, policy }: Aftermath) {
  const record = await bundle.producer.status(id)
  const held = record?.reason === 'uncertain'
  expect(
    results.filter((result) => result.id === id).map(({ state }) => state),
    `the ends of ${id}`,
  ).toEqual(held ? ['dead'] : ends)
  const least = ends.includes('booked') && !held ? 1 : 0
  const mayBeTwice = record?.possibleDuplicate === true && policy.mayBookTwice
  const most = ends.includes('booked') ? (mayBeTwice ? 2 : 1) : 0
  const bookings = bundle.sandbox.bookingsOf(id).length
  expect(bookings, `bookings of ${id}`).toBeGreaterThanOrEqual(least)
  expect(bookings, `bookings of ${id}`).toBeLessThanOrEqual(most)
}

/** Of a callback that is alone it is known whether its attempt was open when the process died, and whether it was heard. */
async function checkWhatIsKnown(point: CrashPoint, { sandbox, producer }: Bundle): Promise<void> {
  // Between its coming onto the queue and its attempt the worker does two things at once.
  if (isPast('queue.add', 'after', point) && !isPast('begin', 'before', point)) return
  const isOpen = isPast('begin', 'after', point) && !isPast('settle', 'after', point)
  const wasHeard = isPast('salesforce.send', 'after', point)
  expect(await producer.status('one')).toMatchObject({
    possibleDuplicate: isOpen,
    attempts: isOpen ? 2 : 1,
  })
  expect(sandbox.bookingsOf('one')).toHaveLength(isOpen && wasHeard ? 2 : 1)
}

/** Whether a process that dies at `point` has come past this moment, on the way on which the steps are in their order. */
function isPast(step: Step, when: CrashPoint['when'], point: CrashPoint): boolean {
  const place = (a: Step, b: CrashPoint['when']) => 2 * steps.indexOf(a) + moments.indexOf(b)
  return place(point.step, point.when) >= place(step, when)
}
