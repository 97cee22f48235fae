import { printable } from '../../../shared/text/printable.ts'
import { quoted } from '../../text/quoted.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import { plainDuration, plainTime } from '../../text/plain-time.ts'
import type { RunDecision } from '../../operations/runs/decide-run.ts'
import type { RunList } from '../../operations/runs/find-runs.ts'
import type { ShownFilter, ShownRun } from '../../operations/runs/shown-run.ts'
import { countsOfPlan, warningsOfPlan } from '../../operations/runs/plan-in-words.ts'
import { sends } from '../../../shared/store/runs/run-kinds.ts'
import { say, sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

/** Before it is started: what would happen. */
export function presentPlan(plan: ShownRun, screen: Screen): void {
  presentPlanOnly(plan, screen)
  if (plan.counts.selected > 0) say(screen, `start it with: ${toStart(plan)}`)
}

/** To somebody who is asked whether to start it, or has said so. */
export function presentPlanOnly(plan: ShownRun, screen: Screen): void {
  const { id, counts } = plan
  sayPainted(screen, { colour: 'bold', word: `${id}:` }, deedOf(plan))
  presentSelection(plan, screen)
  if (counts.selected === 0) presentEmpty(plan, screen)
}

function toStart({ id, destination }: ShownRun): string {
  return shortCommandFor(`runs start ${id}`, destination)
}

function presentEmpty({ id, destination }: ShownRun, screen: Screen): void {
  const drop = shortCommandFor(`runs abort ${id}`, destination)
  say(screen, `There is nothing to do. The plan is kept all the same; drop it with: ${drop}`)
}

/** To somebody who did not say yes. */
export function presentUnstarted(plan: ShownRun, screen: Screen): void {
  say(screen, `Not started: the plan is kept; start it with: ${toStart(plan)}`)
}

/** A plan, a run on its way, or the receipt of one that is over. */
export function presentRun(run: ShownRun, screen: Screen): void {
  if (run.state === 'planned') {
    presentPlan(run, screen)
    return
  }
  const { line } = screen
  const { id, counts, filter } = run
  sayPainted(screen, { colour: 'bold', word: `${id}:` }, deedOf(run))
  say(screen, standingOf(run, screen.nowMs()))
  const { sent, outstanding, booked, dead, cancelled, skipped, remaining } = counts
  line(
    textTable(countHead, [
      [sent, outstanding, booked, dead, cancelled, skipped, remaining].map(String),
    ]),
  )
  presentPartitions(run, screen)
  if (filter.verify === true) say(screen, verifiedInWords(counts))
  if (counts.notFollowed > 0) say(screen, notFollowedInWords(counts.notFollowed))
  presentFilter(run, screen)
  presentStory(run, screen)
}

/** Side by side, where there are several: each has its own canary, and may stop by itself. */
function presentPartitions({ partitions = [] }: ShownRun, { line, columns }: Screen): void {
  if (partitions.length === 0) return
  const rows = partitions.map(({ destination, state, stateWhy = '', counts }) => {
    const { selected, sent, outstanding, booked, dead, skipped, remaining } = counts
    const numbers = [selected, sent, outstanding, booked, dead, skipped, remaining].map(String)
    return [printable(destination), ...numbers, `${state} ${stateWhy}`.trim()]
  })
  const head = ['partition', 'selected', 'sent', 'on their way', 'booked', 'dead', 'skipped']
  line(textTable([...head, 'remaining', 'state'], rows, columns))
}

function verifiedInWords({ stillBooked = 0, unclear = 0 }: ShownRun['counts']): string {
  return `Of the skipped, Salesforce still has ${stillBooked}, and cannot say of ${unclear}.`
}

function notFollowedInWords(count: number): string {
  const which = count === 1 ? '1 of those sent was' : `${count} of those sent were`
  return `${which} no intent, or erased: how that ends is not counted here.`
}

export function presentRuns({ destination, runs }: RunList, { line, columns }: Screen): void {
  if (runs.length === 0) {
    line(`No plans and no runs at the destination ${printable(destination)}.`)
    return
  }
  const rows = runs.map(({ id, state, counts, createdAt, createdBy = '' }) => [
    id,
    state,
    `${counts.sent}/${counts.selected}`,
    String(counts.booked),
    String(counts.dead),
    createdAt.slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' '),
    printable(createdBy),
  ])
  line(textTable(['id', 'state', 'sent', 'booked', 'dead', 'made (UTC)', 'by'], rows, columns))
}

export function presentDecision({ outcome, run }: RunDecision, screen: Screen): void {
  const { id, state, destination } = run
  if (outcome === 'done') sayPainted(screen, { colour: 'green', word: state }, id)
  else sayPainted(screen, { colour: 'red', word: 'nothing done' }, `${id}: it is ${state}`)
  if (outcome === 'done' && state === 'running')
    say(screen, `watch it with: ${shortCommandFor(`runs show ${id} --watch`, destination)}`)
}

/** How far it has come, from 0 to 1: what is sent and has not ended counts half. */
export function partOf({ kind, counts }: ShownRun): number {
  const { selected, sent, outstanding, skipped } = counts
  if (selected === 0) return 1
  const underWay = sends(kind) ? outstanding / 2 : 0
  return (sent + skipped - underWay) / selected
}

/** On one line, beside the bar. */
export function describeProgress(run: ShownRun, before: ShownRun | undefined): string {
  const { counts, state, rate, takesMs } = run
  const { sent, selected, booked, dead } = counts
  const now = before === undefined ? '' : `, ${sent - before.counts.sent} a second now`
  const pace = rate === 'none' ? '' : `, at most ${rate} a second`
  const left = takesMs === undefined || takesMs === 0 ? '' : `, ${plainDuration(takesMs)} left`
  const standing = state === 'running' ? '' : `${state}: `
  return `${standing}${sent} of ${selected}, ${booked} booked, ${dead} dead${now}${pace}${left}`
}

/** In the singular and the plural. */
const whatOf = {
  redrive: ['dead letter', 'dead letters'],
  replay: ['callback that has ended', 'callbacks that have ended'],
  discard: ['dead letter', 'dead letters'],
  cancel: ['callback that waits', 'callbacks that wait'],
} as const

const deeds = {
  redrive: { past: 'sent again', say: (what: string) => `send ${what} again` },
  replay: { past: 'sent again', say: (what: string) => `send ${what} again` },
  discard: { past: 'discarded', say: (what: string) => `discard ${what}` },
  cancel: { past: 'cancelled', say: (what: string) => `cancel ${what}` },
} as const

function deedOf({ kind, counts, destination }: ShownRun): string {
  const { selected } = counts
  const name = quoted(destination)
  const [one, many] = whatOf[kind]
  if (selected === 0) return `no ${one} is to be ${deeds[kind].past} at the destination ${name}`
  const what = `${selected} ${selected === 1 ? one : many}`
  return `${deeds[kind].say(what)}, of the destination ${name}`
}

const countHead = ['sent', 'on their way', 'booked', 'dead', 'cancelled', 'skipped', 'remaining']

function presentSelection(plan: ShownRun, screen: Screen): void {
  const { line, columns } = screen
  const { oldest, newest } = plan
  presentFilter(plan, screen)
  if (oldest !== undefined && newest !== undefined) {
    line(`${plan.kind === 'cancel' ? 'since' : 'ended'}   ${plainTime(oldest, screen.nowMs())}`)
    line(`   to   ${plainTime(newest, screen.nowMs())}`)
  }
  if (plan.partitions !== undefined && plan.counts.selected > 0) {
    const rows = plan.partitions.map(({ destination, counts }) => [
      printable(destination),
      String(counts.selected),
    ])
    line(textTable(['partition', 'callbacks'], rows, columns))
  }
  const counted = countsOfPlan(plan)
  if (counted.length > 0) line(textTable(['by', '', 'callbacks'], counted, columns))
  for (const warning of warningsOfPlan(plan)) {
    sayPainted(screen, { colour: 'yellow', word: '!' }, warning)
  }
  if (plan.counts.selected > 0) line(`takes   ${durationInWords(plan)}`)
}

function presentFilter({ filter, kind }: ShownRun, screen: Screen): void {
  say(screen, `which   ${filterInWords({ filter, kind }, screen.nowMs())}`)
}

function filterInWords(
  { filter, kind }: { filter: ShownFilter; kind: ShownRun['kind'] },
  nowMs: number,
): string {
  const { reason, code, text, state, since, until, acceptedSince, acceptedUntil } = filter
  const time = (words: string, iso: string | undefined) =>
    iso === undefined ? '' : `${words} ${plainTime(iso, nowMs)}`
  const said = [
    kind === 'cancel' ? 'accepted' : (state ?? 'ended'),
    time('since', since),
    time('before', until),
    time('accepted since', acceptedSince),
    time('accepted before', acceptedUntil),
    reason === undefined ? '' : `reason ${reason}`,
    code === undefined ? '' : `code ${printable(code)}`,
    text === undefined ? '' : `message with "${printable(text)}"`,
    ...(filter.attributes ?? []).map((name) => `with a certain ${printable(name)}`),
    filter.number === true ? 'of one number' : '',
    filter.verify === true ? 'that Salesforce no longer has' : '',
    sends(kind) && filter.possibleDuplicates ? 'possible duplicates too' : '',
  ]
  return said.filter((words) => words !== '').join(', ')
}

function durationInWords({ kind, rate, takesMs }: ShownRun): string {
  if (!sends(kind)) return 'a moment'
  if (rate === 'none' || takesMs === undefined) return 'as long as Salesforce does: no rate is set'
  return `${plainDuration(takesMs)}, at ${rate} a second`
}

type StateWhy = NonNullable<ShownRun['stateWhy']>

function whyInWords(why: StateWhy, { id, destination }: ShownRun): string {
  const resume = `\`${shortCommandFor(`runs resume ${id}`, destination)}\``
  const whys: Record<StateWhy, string> = {
    paused: 'because the destination is paused',
    'breaker-open': 'because Salesforce is failing',
    asked: '',
    canary: `after its canary: go on with ${resume}`,
    'canary-died': `because some of its canary died: look at them before ${resume}`,
    'cannot-verify': `because Salesforce cannot be asked what it still has (the log says why, and the destination needs RINGBACK_ON_UNCERTAIN=verify): then ${resume}`,
    'too-many-deaths': `because too many of the last ones died: look at them before ${resume}`,
  }
  return whys[why]
}

function standingOf(run: ShownRun, nowMs: number): string {
  const { state, stateWhy, stateBy, stateReason, startedAt, endedAt } = run
  const why = stateWhy === undefined ? '' : ` ${whyInWords(stateWhy, run)}`
  const by = stateBy === undefined ? '' : ` by ${printable(stateBy)}`
  const reason = stateReason === undefined ? '' : `: ${printable(stateReason)}`
  const at = endedAt ?? startedAt
  const when =
    at === undefined
      ? ''
      : `, ${endedAt === undefined ? 'started' : 'ended'} ${plainTime(at, nowMs)}`
  return `${state}${why}${by}${reason}${when}`.replaceAll('  ', ' ')
}

function presentStory(
  { createdAt, createdBy, startedBy, reason, rate, canary }: ShownRun,
  screen: Screen,
): void {
  const { line } = screen
  const by = (who: string | undefined) => (who === undefined ? '' : ` by ${printable(who)}`)
  line(`planned ${plainTime(createdAt, screen.nowMs())}${by(createdBy)}`)
  if (startedBy !== undefined) line(`started${by(startedBy)}`)
  if (reason !== undefined) say(screen, `why     ${printable(reason)}`)
  line(`rate    ${rate === 'none' ? 'no limit of its own' : `${rate} a second`}`)
  if (canary !== undefined) line(`canary  ${canary}`)
}
