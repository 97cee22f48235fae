import { bridgeGroup } from '../../../src/shared/store/inbox/inbox.ts'
import { inboxKey } from '../../../src/shared/redis/keys.ts'
import { readCandidate, type Candidate } from '../../../src/shared/store/runs/candidate.ts'
import { planRun } from '../../../src/shared/store/runs/plan-run.ts'
import { readRun, type Run } from '../../../src/shared/store/runs/run-record.ts'
import { readRunPage } from '../../../src/shared/store/runs/run-page.ts'
import { choose } from '../../../src/shared/store/runs/select.ts'
import { stepRun } from '../../../src/shared/store/runs/step-run.ts'
import { updateRun } from '../../../src/shared/store/runs/update-run.ts'
import { retentionMs } from './clients.ts'
import * as model from './state-table.ts'
import { createModelChecker, type ModelCheckerOptions } from './model-checker.ts'

/** Those of which each callback's part is one that the table knows by itself. */
export const runKinds = ['redrive', 'discard', 'cancel'] as const

type Kind = (typeof runKinds)[number]

export interface RunOptions extends ModelCheckerOptions {
  tick: () => number
}

interface Held {
  run: Run
  chosen: Candidate[]
}

/** A worker that carries out a run: it looks at a page, and acts on it later, whatever has happened in between. */
export function createRuns({ tick, ...options }: RunOptions) {
  const { store, table, entries, visited } = options
  const { redis, ref } = store
  const { compare } = createModelChecker(options)
  let runs = 0
  let held: Held | undefined

  async function started(kind: Kind, nowMs: number): Promise<Run | undefined> {
    const runId = `${kind}-${(runs += 1)}`
    const said = Object.entries({
      kind,
      filter: '{"possibleDuplicates":true}',
      upTo: String(Number.MAX_SAFE_INTEGER),
      selected: '1',
      overview:
        '{"byReason":{},"byCode":{},"byHour":{},"expired":0,"expiring":0,"mayBeBooked":0,"unsendable":0}',
    }).flat()
    await planRun(store, { runId, createdAt: nowMs, ttlMs: retentionMs, said })
    const plan = await readRun(store, runId)
    if (plan !== undefined) await updateRun(store, plan, { changes: { state: 'running' } })
    return readRun(store, runId)
  }

  /** What of those that were chosen the table says is done: of what has changed since, nothing but a cancel. */
  function act(kind: Kind, { id }: Candidate, nextEntry: () => string): boolean {
    if (kind === 'discard') return model.discard(table, id) === 'discarded'
    if (kind === 'cancel') return ['cancelled', 'under-way'].includes(model.cancel(table, id))
    const isSent = table.callbacks.get(id)?.state === 'dead'
    return model.redrive(table, id, isSent ? nextEntry() : '') === 'redriven'
  }

  async function newestEntry(): Promise<string> {
    return (await redis.xrevrange(inboxKey(ref), '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0'
  }

  return {
    look: async (kind: Kind): Promise<void> => {
      const nowMs = tick()
      const run = await started(kind, nowMs)
      if (run === undefined) return
      const { candidates } = await readRunPage(store, run, 100)
      const selection = { kind, filter: run.filter, runId: run.id, nowMs }
      const chosen = candidates.filter((each) => choose(each, selection) === 'taken')
      held = { run, chosen }
      visited(`a run looks for ${kind}`)
    },
    step: async (): Promise<void> => {
      if (held === undefined) return
      const { run, chosen } = held
      held = undefined
      const kind = runKinds.find((each) => each === run.kind) ?? 'discard'
      const now = await Promise.all(chosen.map((each) => readCandidate(store, each)))
      const before = await newestEntry()
      const nowMs = tick()
      const where = { cursor: undefined, isWalked: true, freeAtMs: 0, nowMs, retentionMs }
      const step = { ...where, chosen, stillBooked: 0, unclear: 0, group: bridgeGroup }
      if (!(await stepRun(store, run, step))) throw new Error('the run has changed by itself')
      const added = (await redis.xrange(inboxKey(ref), `(${before}`, '+')).map(([id]) => id)
      const done = chosen.filter((each, index) => {
        const isAsChosen = now[index]?.updatedAt === each.updatedAt
        return (kind === 'cancel' || isAsChosen) && act(kind, each, () => added.shift() ?? '')
      })
      for (const [entry, submission] of table.inbox) entries.set(entry, submission)
      visited(`a run does ${kind}: ${done.length === chosen.length ? 'all' : 'not all'}`)
      const counts = (await readRun(store, run.id))?.counts
      if (counts?.sent !== done.length) throw new Error('the run counts otherwise than the table')
      await compare()
    },
  }
}
