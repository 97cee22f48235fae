import { expect } from 'vitest'

import { jobIdOf, type CallbackJob } from '../../../src/shared/contract/ids.ts'
import type { OnUncertain } from '../../../src/shared/delivery/on-uncertain.ts'
import type { SalesforceAnswer } from '../../../src/shared/delivery/salesforce-answer.ts'
import { readNew, readStray } from '../../../src/shared/store/inbox/inbox.ts'
import type { Pass } from '../../../src/shared/delivery/admission.ts'
import { openStore, type DestinationStore } from '../../../src/shared/redis/destination-store.ts'
import { admit } from '../../../src/shared/store/control/admit.ts'
import { release } from '../../../src/shared/store/control/release.ts'
import { callbackKey, controlKey, scheduleKey } from '../../../src/shared/redis/keys.ts'
import { inspect } from '../../../src/shared/store/reconciliation/inspect.ts'
import { readSchedulePage } from '../../../src/shared/store/schedule/schedule-page.ts'
import { isoTimestamp } from '../../../src/shared/time/timestamp.ts'
import type { Work } from '../../../src/worker/attempt/attempt.ts'
import { anyPass } from '../../support/any-pass.ts'
import type { AttemptContext } from '../../../src/worker/attempt/context.ts'
import { runAttempt } from '../../../src/worker/attempt/run-attempt.ts'
import { createBridge } from '../../../src/worker/bridge/bridge.ts'
import { isTransientRedisError } from '../../../src/shared/redis/poison.ts'
import { resolveFinding } from '../../../src/worker/maintenance/resolve-finding.ts'
import { enqueuePage } from '../../../src/worker/schedule/enqueue-page.ts'
import { endStrays } from '../../../src/worker/maintenance/stray-inboxes.ts'
import type { CallbackQueue } from '../../../src/queue/callback-queue.ts'
import { breakerRules, closedBreaker } from './breaker.ts'
import { createClients, ids, retentionMs, startMs } from './clients.ts'
import { createRuns } from './runs.ts'
import { createSalesforce, lagMs } from './salesforce.ts'
import * as model from './state-table.ts'
import type { Outcome, StateTable, Submission } from './state-table.ts'
import { createSteps, type Actor, type Call, type Draw, type Step } from './steps.ts'
import { createModelChecker, type Run, type ModelCheckerOptions } from './model-checker.ts'
import { testNumberKey } from '../../support/number-key.ts'
import { looksAt } from '../../support/looks.ts'
import { noTurns } from '../../support/waits.ts'

const stepMs = 100
/** Of a job that may not go. */
const restMs = 1_000
/** Of the reconciler. */
const overdueMs = 60_000
const policy = {
  maxAttempts: 3,
  maxRetryDurationMs: retentionMs,
  backoff: { initialMs: 3_000, factor: 1, maxMs: 3_000 },
  notFoundGraceMs: 0,
}
const verifyGraceMs = lagMs + 1_000
const numberKeyOf = () => Promise.resolve(testNumberKey)

interface Job extends CallbackJob {
  dueMs: number
  holder: Worker | undefined
}

interface Worker extends Actor, Run {
  pass: Pass
  pausedAtMs: number | undefined
}

export type Simulation = ReturnType<typeof createSimulation>

export interface SimulationOptions extends Pick<ModelCheckerOptions, 'store' | 'visited'> {
  onUncertain: OnUncertain
  hasBreaker: boolean
}

export const healthy: Draw = { fate: 'done', answer: 'booked', search: 'found' }

/** Producers, bridges, workers and operators around one ledger and one table, with the only clock there is. */
export function createSimulation(options: SimulationOptions) {
  const { store, onUncertain, hasBreaker, visited } = options
  const { redis, ref } = store
  let nowMs = startMs
  let actors = 0
  const now = () => nowMs
  const tick = () => (nowMs += stepMs)
  const { pending, step, connection, quiet } = createSteps()
  const salesforce = createSalesforce(now)
  const { maxAttempts, backoff } = policy
  const rules = { onUncertain, maxAttempts, waitMs: backoff.maxMs, graceMs: verifyGraceMs }
  const table: StateTable = {
    rules,
    callbacks: new Map(),
    inbox: new Map(),
    owners: new Map(),
    results: [],
    stats: new Map(),
    callers: new Map(),
    dispatch: { isPaused: false, version: 0 },
    breaker: hasBreaker ? closedBreaker() : undefined,
  }
  /** All that ever existed: a bridge may hold one that is long gone. */
  const entries = new Map<string, Submission>()
  const jobs = new Map<string, Job>()
  const workers: Worker[] = []
  const failures: unknown[] = []

  const checkerOptions = { store, table, entries, visited }
  const checker = createModelChecker(checkerOptions)

  const newActor = (kind: string): Actor => ({
    name: `${kind}-${(actors += 1)}`,
    isDead: false,
    isAsleep: false,
  })

  async function startWorker(job: Job): Promise<void> {
    const worker: Worker = {
      ...newActor('worker'),
      job,
      pass: anyPass,
      knownVersion: undefined,
      probeOf: undefined,
      outcome: { kind: 'uncertain' },
      found: 'failed',
      pausedAtMs: undefined,
      said: new Set(),
    }
    const pass = await passFor(worker.name)
    if (pass === undefined) {
      job.dueMs = nowMs + restMs
      return
    }
    const { claim, version, probeOf } = pass
    const knownVersion = claim === undefined ? Number(version) : undefined
    Object.assign(worker, { pass, knownVersion, probeOf })
    workers.push(worker)
    job.holder = worker
    run(worker).catch((error: unknown) => failures.push(error))
    await quiet()
  }

  /** Asked of Redis and of the table, as they are now. Undefined: nothing may go. */
  async function passFor(claim: string): Promise<Pass | undefined> {
    const limits = { rate: undefined, maxInFlight: undefined, livePercent: 0, lookaheadMs: 100 }
    const admission = await admit(store, { claim, ...limits, hasJob: true, leaseMs: 3_600_000 })
    // A ramp is over after a millisecond.
    if (admission.kind === 'wait') return await passFor(claim)
    const expected = model.admit(table, claim)
    visited(`admit ${expected}`)
    const pass = 'pass' in admission ? admission.pass : undefined
    const said = pass === undefined ? admission.kind : pass.probeOf === undefined ? 'free' : 'probe'
    expect(said).toBe(expected)
    if (expected === 'probe') expect(pass?.probeOf).toBe(table.breaker?.cause)
    if (pass?.claim === undefined && pass) expect(Number(pass.version)).toBe(table.dispatch.version)
    return pass
  }

  async function endProbe(): Promise<void> {
    if (table.breaker?.probe === undefined) return
    model.endProbe(table)
    await redis.hset(controlKey(ref), 'probeUntil', 0)
  }

  /** Nothing is heard of the probe, or only when somebody wakes. */
  function isProbeLost(): boolean {
    const probe = table.breaker?.probe
    if (probe === undefined || probe.isOver) return false
    return !workers.some(({ name, isDead, isAsleep }) => name === probe.by && !isDead && !isAsleep)
  }

  /** What the processor does with a job. */
  async function run(worker: Worker): Promise<void> {
    const instruction = await runAttempt(workOf(worker), never).catch(restAWhile)
    await step({ actor: worker, name: 'instruct the queue' }, () => {
      const jobId = jobIdOf(worker.job.id, worker.job.generation)
      const job = jobs.get(jobId)
      if (job?.holder !== worker) return
      if (instruction.kind === 'finish') jobs.delete(jobId)
      else
        Object.assign(job, {
          holder: undefined,
          dueMs: instruction.kind === 'delay' ? instruction.untilMs : nowMs,
        })
    })
    const { claim, probeOf } = worker.pass
    if (claim !== undefined && probeOf !== undefined) {
      await release(storeOf(worker), { claim }).catch(restAWhile)
    }
    worker.isDead = true
  }

  function workOf(worker: Worker): Work {
    return { job: worker.job, pass: worker.pass, context: contextOf(worker) }
  }

  function restAWhile(error: unknown) {
    if (!isTransientRedisError(error)) throw error
    return { kind: 'delay', untilMs: nowMs } as const
  }

  function storeOf(worker: Worker): DestinationStore {
    const afterCall = (call: Call) => checker.afterWorkerCall(worker, call)
    return openStore(connection(redis, worker, afterCall), ref)
  }

  function contextOf(worker: Worker): AttemptContext {
    const sleep = () => step({ actor: worker, name: 'sleep' }, () => undefined)
    return {
      store: storeOf(worker),
      ...(hasBreaker ? { breakerRules } : {}),
      retentionMs,
      policy,
      onUncertain,
      verifyGraceMs,
      random: () => 1,
      // The client judges whether it is too late to send, and this one never thinks so: the worst case.
      sendWithinMs: 0,
      attemptSpans: 'linked',
      observe: () => undefined,
      clock: { now, monotonic: now, sleep },
      client: {
        requestCallback: ({ callbackNumber, idempotencyKey: id }) =>
          step({ actor: worker, name: 'send' }, (draw) => {
            const request = { id, callbackNumber, by: worker.name }
            const answer = salesforce.request(request, draw.answer)
            worker.outcome = outcomeOf(answer)
            return answer
          }),
      },
      verification: {
        marginMs: 0,
        search: (query) =>
          step({ actor: worker, name: 'search' }, (draw) => {
            const search = salesforce.search(query, draw.search)
            const isFree = (recordId: string) => !table.owners.has(recordId)
            worker.found = search.kind === 'found' ? search.recordIds.filter(isFree) : search.kind
            return search
          }),
      },
    }
  }

  /** Takes what is in the inbox now, also what another bridge holds, then stops. */
  async function startBridge(): Promise<void> {
    const bridge = newActor('bridge')
    const theirs = connection(redis, bridge, checker.afterBridgeCall)
    const store = openStore(theirs, ref)
    const stop = new AbortController()
    createBridge({
      store,
      retentionMs,
      turns: noTurns,
      openInbox: () => ({
        next: async (blockMs) => ({
          kind: 'whole',
          reply: await readNew(store, { consumer: bridge.name, count: 200, blockMs }),
        }),
        wake: () => undefined,
        close: () => undefined,
      }),
      looks: looksAt(store),
      observe: () => undefined,
      consumer: bridge.name,
      abandonedMs: 0,
      stalledMs: 1,
      numberKeyOf,
      queue: queueOf(bridge),
      clock: { now, monotonic: now, sleep: () => Promise.resolve() },
    })
      .run(stop.signal, stop.signal)
      .catch((error: unknown) => failures.push(error))
    stop.abort()
    await quiet()
  }

  /** What BullMQ promises, without BullMQ. */
  function queueOf(bridge: Actor): CallbackQueue {
    function add({ id, generation }: CallbackJob): void {
      const jobId = jobIdOf(id, generation)
      if (!jobs.has(jobId)) jobs.set(jobId, { id, generation, dueMs: nowMs, holder: undefined })
    }
    return {
      add: (item) => step({ actor: bridge, name: 'add the job' }, () => add(item)),
      jobHealth: ({ id, generation }) =>
        Promise.resolve(jobs.has(jobIdOf(id, generation)) ? 'healthy' : 'missing'),
      reenqueue: (item) => {
        add(item)
        return Promise.resolve()
      },
      remove: ({ id, generation }) => {
        const jobId = jobIdOf(id, generation)
        if (jobs.get(jobId)?.holder === undefined) jobs.delete(jobId)
        return Promise.resolve()
      },
      promote: () => Promise.resolve(),
      counts: () => Promise.resolve({}),
      close: () => Promise.resolve(),
    }
  }

  /** Redis' clock is a lifetime behind the only one there is: whatever is put off may come now, or too early. */
  async function startEnqueuing(): Promise<void> {
    const enqueuer = newActor('enqueuer')
    const theirs = openStore(connection(redis, enqueuer, checker.afterEnqueuerCall), ref)
    const page = { horizonMs: retentionMs, most: 100, mostDelayed: 100 }
    const read = await readSchedulePage(store, page)
    enqueuePage({ store: theirs, queue: queueOf(enqueuer), observe: () => undefined }, read).catch(
      (error: unknown) => {
        if (!isTransientRedisError(error)) failures.push(error)
      },
    )
    await quiet()
  }

  /** As seen by somebody for whom nobody serves the destination: everything in the inbox now is a stray. */
  async function buryStrays(): Promise<void> {
    const walker = newActor('walker')
    const strays = await readStray(store, 100)
    endStrays(
      {
        store: openStore(connection(redis, walker, checker.afterBridgeCall), ref),
        retentionMs,
        destinations: [],
        observe: () => undefined,
        numberKeyOf,
        clock: { now, monotonic: now, sleep: () => Promise.resolve() },
      },
      strays,
    ).catch((error: unknown) => {
      if (!isTransientRedisError(error)) failures.push(error)
    })
    await quiet()
  }

  const sleepers = () => workers.filter(({ isDead, isAsleep }) => !isDead && isAsleep)

  function giveBack(worker: Actor): void {
    const job = [...jobs.values()].find(({ holder }) => holder === worker)
    if (job !== undefined) Object.assign(job, { holder: undefined, dueMs: nowMs })
  }

  async function reconcile(): Promise<void> {
    nowMs += 2 * overdueMs
    const at = isoTimestamp(nowMs - overdueMs)
    const keys = ids.map((id) => callbackKey(ref, id))
    const queue = queueOf(newActor('reconciler'))
    const context = { store, at, queue: () => queue, numberKey: testNumberKey }
    const keyMark = testNumberKey.mark
    for (const finding of await inspect(store, { keys, at, keyMark })) {
      await resolveFinding({ ...context, observe: ({ event }) => visited(event) }, finding)
    }
  }

  async function make(one: Step, draw: Draw): Promise<void> {
    pending.splice(pending.indexOf(one), 1)
    tick()
    await one.make(draw)
    await quiet()
    if (failures.length > 0) throw failures[0]
  }

  /** False if there is nothing to do. If everybody waits, time jumps ahead. Steps named `held` are not made. */
  async function advance(nth: number, draw: Draw, held?: string): Promise<boolean> {
    const putOff = await redis.zcard(scheduleKey(ref))
    const hasEnqueuer = pending.some(({ actor: { name } }) => name.startsWith('enqueuer'))
    const hasBridge = pending.some(({ actor: { name } }) => name.startsWith('bridge'))
    const waiting = [...jobs.values()].filter(({ holder }) => holder === undefined)
    const choices = [
      ...pending
        .filter(({ actor, name }) => !actor.isAsleep && name !== held)
        .map((one) => () => make(one, draw)),
      ...(table.inbox.size > 0 && !hasBridge ? [startBridge] : []),
      ...waiting.filter(({ dueMs }) => dueMs <= nowMs).map((job) => () => startWorker(job)),
      ...(putOff > 0 && !hasEnqueuer ? [startEnqueuing] : []),
    ]
    const choice = pick(choices, nth)
    if (choice !== undefined) await choice()
    else if (waiting.length > 0) nowMs = Math.min(...waiting.map(({ dueMs }) => dueMs))
    return choice !== undefined || waiting.length > 0
  }

  const clients = createClients({ ...checkerOptions, bookings: salesforce.bookings, tick })
  const runs = createRuns({ ...checkerOptions, tick })

  return {
    table,
    salesforce,
    clients,
    runs,
    /** The next step of an actor, or the start of a new one. */
    step: async (nth: number, draw: Draw): Promise<void> => {
      await advance(nth, draw)
    },
    /** Until this many are about to make the step of this name, and none has made it. */
    bringAllTo: async (name: string, count: number): Promise<void> => {
      while (pending.filter((one) => one.name === name).length < count) {
        if (!(await advance(0, healthy, name))) throw new Error(`not all come to ${name}`)
      }
    },
    /** Another bridge takes over what one holds. */
    takeOver: async (): Promise<void> => {
      if (table.inbox.size > 0) await startBridge()
    },
    buryStrays: async (): Promise<void> => {
      if (table.inbox.size > 0) await buryStrays()
    },
    /** Before its next step, or as soon as that is made. */
    kill: async (nth: number, isAfter: boolean, draw: Draw): Promise<void> => {
      const last = pick(pending, nth)
      if (last === undefined) return
      last.actor.isDead = true
      visited(`killed ${isAfter ? 'after' : 'before'} ${last.name}`)
      const others = pending.filter((one) => one === last || one.actor !== last.actor)
      pending.splice(0, pending.length, ...others)
      giveBack(last.actor)
      if (isAfter) await make(last, draw)
      else pending.splice(pending.indexOf(last), 1)
    },
    /** For longer than its lock lasts: another one may have its job. */
    pause: (nth: number): void => {
      const worker = pick(
        workers.filter(({ isDead, isAsleep }) => !isDead && !isAsleep),
        nth,
      )
      if (worker === undefined) return
      Object.assign(worker, { isAsleep: true, pausedAtMs: nowMs })
      giveBack(worker)
    },
    wake: (nth: number): void => {
      const sleeper = pick(sleepers(), nth)
      if (sleeper !== undefined) sleeper.isAsleep = false
    },
    endProbe,
    wait: (ms: number): void => {
      nowMs += ms
    },
    /** Nothing fails from now on, until every callback has ended and nobody has anything to do. */
    drain: async (): Promise<void> => {
      if (table.dispatch.isPaused) await clients.resume()
      for (let turns = 0; turns < 500; turns += 1) {
        if (isProbeLost()) await endProbe()
        if (await advance(0, healthy)) continue
        const [sleeper] = sleepers()
        if (sleeper !== undefined) sleeper.isAsleep = false
        else if ([...table.callbacks.values()].every(model.hasEnded)) return
        else await reconcile()
      }
      throw new Error('the simulation does not come to rest')
    },
    /** Booked by a worker that had been given up before it sent, and died before it could record it. */
    isUnpublished: ({ by, atMs }: { by: string; atMs: number }): boolean => {
      const worker = workers.find(({ name }) => name === by)
      return worker?.said.size === 0 && (worker.pausedAtMs ?? Infinity) <= atMs
    },
  }
}

const never = new AbortController().signal

function outcomeOf(answer: SalesforceAnswer): Outcome {
  if (answer.kind === 'failed') return { kind: answer.sent ? 'uncertain' : 'unavailable' }
  const { recordId } = answer
  return recordId === undefined ? { kind: 'refused' } : { kind: 'booked', recordId }
}

function pick<Item>(from: readonly Item[], nth: number): Item | undefined {
  return from[nth % Math.max(1, from.length)]
}
