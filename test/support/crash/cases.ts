import type { OnUncertain } from '../../../src/shared/delivery/on-uncertain.ts'
import { stepTable, type Step } from '../../../src/shared/telemetry/steps.ts'
import type { CrashPoint } from './crash-at.ts'
import {
  askingAgain,
  doubting,
  findingNothing,
  findingTooMuch,
  resolvingAsBooked,
  resolvingAsNotBooked,
  verifying,
} from './doubt-scenes.ts'
import {
  adding,
  cancelling,
  consuming,
  discarding,
  erasing,
  forgetting,
  importing,
  pausing,
  redriving,
  repairing,
  rescheduling,
  resuming,
  settingRate,
} from './client-scenes.ts'
import { cancellingMany, carryingOut, redrivingAll } from './run-scenes.ts'
import type { Scene } from './scene.ts'
import {
  batch,
  booking,
  burying,
  claiming,
  enqueuing,
  expired,
  expiring,
  failing,
  following,
  fulfilling,
  handingBack,
  handingOver,
  leaving,
  limited,
  loading,
  placing,
  probing,
  promoting,
  maintaining,
  openingDoor,
  refused,
  restoring,
  retrying,
  failingEntry,
  unsealing,
} from './worker-scenes.ts'

/** One crash. */
export interface Case extends CrashPoint {
  scene: Scene
  policy: OnUncertain
}

/** Where a step is met: in which scene, and at which occurrence. */
interface Occasion {
  scene: Scene
  nth: number
}

/** Every step has a scene in which a process reaches it; a scene that does not reach it fails its test. */
const occasions: Record<Step, readonly [Occasion, ...Occasion[]]> = {
  'destination.register': [of(booking)],
  'functions.load': [of(loading)],
  heartbeat: [of(booking)],
  'keep-minute': [of(booking)],
  'walk.lease': [of(maintaining)],
  accept: [of(importing, 60)],
  'inbox.add': [of(adding)],
  'door-to-inbox': [of(openingDoor)],
  'inbox.group': [of(booking)],
  'fix-partitions': [of(booking), of(handingOver)],
  'inbox.read': [of(booking)],
  'inbox.reread': [of(failingEntry)],
  'inbox.claim': [of(claiming)],
  'inbox.forget': [of(forgetting)],
  'number-key': [of(booking)],
  'keys.publish': [of(unsealing)],
  'hand-over': [of(handingOver)],
  'let-go': [of(handingOver)],
  open: [of(booking), of(batch)],
  bury: [of(burying)],
  'queue.add': [
    of(booking),
    of(batch, 2),
    of(restoring),
    of(repairing),
    of(rescheduling),
    of(fulfilling),
    of(enqueuing),
  ],
  confirm: [of(booking), of(batch), of(fulfilling, 2), of(fulfilling, 3)],
  unschedule: [of(enqueuing), of(rescheduling), of(repairing), of(restoring)],
  'take-expired': [of(expiring)],
  'queue.wait': [of(booking)],
  admit: [of(booking)],
  begin: [of(booking), of(retrying, 2), of(findingNothing, 2), of(probing, 2)],
  'salesforce.send': [of(booking), of(findingNothing, 2)],
  'salesforce.answer': [of(booking)],
  settle: [
    of(booking),
    of(retrying, 2),
    of(probing, 2),
    of(doubting),
    of(findingNothing, 2),
    of(expired),
    of(expiring),
    of(refused),
  ],
  'token.send': [of(verifying)],
  'token.answer': [of(verifying)],
  'query.send': [of(verifying)],
  'query.answer': [of(verifying)],
  verify: [of(verifying), of(findingNothing), of(askingAgain), of(findingTooMuch)],
  'follow-breaker': [of(following), of(following, 2)],
  release: [of(limited)],
  'queue.hand-back': [of(handingBack)],
  'queue.delay': [of(retrying), of(verifying)],
  'queue.finish': [of(booking)],
  'queue.retry': [of(failing)],
  'queue.promote': [of(promoting)],
  'queue.remove': [
    of(expiring),
    of(restoring),
    of(cancelling),
    of(rescheduling),
    of(erasing),
    of(repairing),
  ],
  relist: [of(maintaining)],
  unlist: [of(maintaining)],
  locate: [of(placing)],
  prune: [of(placing)],
  redrive: [of(redriving, 2)],
  resolve: [of(resolvingAsBooked), of(resolvingAsNotBooked)],
  discard: [of(discarding, 2)],
  'plan-run': [of(redrivingAll)],
  'update-run': [of(redrivingAll), of(carryingOut), of(carryingOut, 2), of(carryingOut, 3)],
  'step-run': [of(carryingOut), of(carryingOut, 2), of(cancellingMany)],
  'count-ends': [of(carryingOut)],
  cancel: [of(cancelling), of(fulfilling)],
  'results.group': [of(consuming)],
  'results.read': [of(consuming), of(consuming, 2)],
  'results.claim': [of(consuming)],
  'results.acknowledge': [of(consuming)],
  'wish.answer': [of(fulfilling), of(fulfilling, 3)],
  reschedule: [of(rescheduling), of(fulfilling), of(fulfilling, 2)],
  pause: [of(pausing)],
  resume: [of(resuming)],
  'set-rate': [of(settingRate)],
  erase: [of(erasing)],
  'erase-entry': [of(erasing)],
  'erase.records': [of(erasing)],
  'erase.result': [of(erasing)],
  'erase.event': [of(erasing)],
  'audit.add': [of(discarding), of(pausing), of(redrivingAll), of(erasing)],
  realign: [of(repairing)],
  retime: [of(repairing)],
  'heartbeat.end': [of(leaving)],
}

function of(scene: Scene, nth = 1): Occasion {
  return { scene, nth }
}

const steps = Object.keys(stepTable) as Step[]
const moments = ['before', 'after'] as const

export function casesUnder(policy: OnUncertain): Case[] {
  const met = steps.flatMap((step) =>
    occasions[step]
      .filter(({ scene }) => policiesOf(step, scene).includes(policy))
      .map((occasion) => ({ ...occasion, step, policy })),
  )
  return met.flatMap((each, index) => {
    const isLast = !met.slice(index + 1).some(({ scene }) => scene === each.scene)
    return momentsOf(each.step, isLast).map((when) => ({ ...each, when }))
  })
}

/**
 * What lies between two side effects of a scene is tried once: before the second one. Not so after a request was sent, for
 * then somebody else is at work, and not after the last one.
 */
function momentsOf(step: Step, isLast: boolean): readonly CrashPoint['when'][] {
  return isLast || step.endsWith('.send') ? moments : ['before']
}

/** The policy matters from where an attempt begins to where its job is done; elsewhere one policy is enough. */
function policiesOf(step: Step, { under }: Scene): readonly OnUncertain[] {
  return isPast('begin', 'before', { step, when: 'before' }) &&
    !isPast('queue.finish', 'after', { step, when: 'before' })
    ? under
    : under.slice(0, 1)
}

/** Whether a process that dies at `point` has passed this moment, given the order of the steps. */
export function isPast(
  step: Step,
  when: CrashPoint['when'],
  point: Pick<CrashPoint, 'step' | 'when'>,
): boolean {
  const place = (a: Step, b: CrashPoint['when']) => 2 * steps.indexOf(a) + moments.indexOf(b)
  return place(point.step, point.when) >= place(step, when)
}
