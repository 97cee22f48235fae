import { printable } from '../../../shared/text/printable.ts'
import { quoted } from '../../text/quoted.ts'
import { plainDuration, plainTime } from '../../text/plain-time.ts'
import type { RunDecision } from '../../operations/runs/decide-run.ts'
import type { RunList } from '../../operations/runs/find-runs.ts'
import type { ShownFilter, ShownRun } from '../../operations/runs/shown-run.ts'
import { sentenceLines, type Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

/** Before it is started: what would happen. */
export function presentPlan(plan: ShownRun, screen: Screen): void {
  presentPlanOnly(plan, screen)
  const { id, counts } = plan
  if (counts.selected > 0) screen.line(`start it with: ringback runs start ${id}`)
}

/** To somebody who is asked whether to start it, or has said so. */
export function presentPlanOnly(plan: ShownRun, screen: Screen): void {
  const { line, paint } = screen
  const { id, counts } = plan
  line(`${paint('bold', id)}: ${deedOf(plan)}`)
  presentSelection(plan, screen)
  if (counts.selected === 0) line('There is nothing to do.')
}

/** A plan, a run on its way, or the receipt of one that is over. */
export function presentRun(run: ShownRun, screen: Screen): void {
  if (run.state === 'planned') {
    presentPlan(run, screen)
    return
  }
  const { line, paint } = screen
  const { id, counts } = run
  line(`${paint('bold', id)}: ${deedOf(run)}`)
  for (const sentence of sentenceLines(standingOf(run, screen.nowMs()), screen)) line(sentence)
  const { sent, outstanding, booked, dead, cancelled, skipped, remaining } = counts
  line(
    textTable(countHead, [
      [sent, outstanding, booked, dead, cancelled, skipped, remaining].map(String),
    ]),
  )
  const { notFollowed } = counts
  if (notFollowed > 0) {
    const which = notFollowed === 1 ? '1 of those sent was' : `${notFollowed} of those sent were`
    const sentence = `${which} no intent, and went in as an entry of its own: how that ends is not counted here.`
    for (const each of sentenceLines(sentence, screen)) line(each)
  }
  presentStory(run, screen)
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
  const { line, paint } = screen
  const { id, state } = run
  if (outcome === 'done') line(`${paint('green', state)} ${id}`)
  else line(`${paint('red', 'nothing done')} ${id}: it is ${state}`)
  if (outcome === 'done' && state === 'running')
    line(`watch it with: ringback runs show ${id} --watch`)
}

/** How far it has come, from 0 to 1: what is sent and has not ended counts half. */
export function partOf({ kind, counts }: ShownRun): number {
  const { selected, sent, outstanding, skipped } = counts
  if (selected === 0) return 1
  const underWay = kind === 'discard' ? 0 : outstanding / 2
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

function deedOf({ kind, counts, destination }: ShownRun): string {
  const { selected } = counts
  const where = `of the destination ${quoted(destination)}`
  const letters = selected === 1 ? 'dead letter' : 'dead letters'
  if (kind === 'replay') return `send ${selected} again that have ended, ${where}`
  return kind === 'redrive'
    ? `send ${selected} ${letters} again, ${where}`
    : `discard ${selected} ${letters}, ${where}`
}

const countHead = ['sent', 'on their way', 'booked', 'dead', 'cancelled', 'skipped', 'remaining']

function presentSelection(plan: ShownRun, screen: Screen): void {
  const { line, paint, columns } = screen
  const { byReason, byCode, byHour, oldest, newest } = plan
  for (const sentence of sentenceLines(`which   ${filterInWords(plan.filter)}`, screen))
    line(sentence)
  if (oldest !== undefined && newest !== undefined) {
    line(`ended   ${plainTime(oldest, screen.nowMs())}`)
    line(`   to   ${plainTime(newest, screen.nowMs())}`)
  }
  const counted = [
    ...rowsOf('reason', byReason, false),
    ...rowsOf('code', byCode, false),
    ...rowsOf('hour', byHour, true),
  ]
  if (counted.length > 0) line(textTable(['by', '', 'callbacks'], counted, columns))
  for (const warning of warningsOf(plan)) {
    for (const sentence of sentenceLines(warning, screen))
      line(`${paint('yellow', '!')} ${sentence}`)
  }
  line(`takes   ${durationInWords(plan)}`)
}

/** As many as a screen has room for. */
const mostRows = 8

function rowsOf(by: string, counts: Record<string, number>, isInOrder: boolean): string[][] {
  const all = Object.entries(counts)
  const sorted = isInOrder ? all.toSorted() : all.toSorted(([, a], [, b]) => b - a)
  const shown = sorted.slice(0, mostRows)
  const rest = sorted.slice(mostRows).reduce((sum, [, count]) => sum + count, 0)
  const rows = shown.map(([name, count]) => [by, printable(name), String(count)])
  return rest === 0 ? rows : [...rows, [by, 'others', String(rest)]]
}

function warningsOf({
  kind,
  filter,
  expired,
  expiring,
  mayBeBooked,
  unsendable,
}: ShownRun): string[] {
  const isIn = filter.possibleDuplicates || kind === 'replay'
  const said: [number, string][] = [
    [expired, 'are past their expiresAt, and left out'],
    [expiring, 'will be past their expiresAt before their turn comes'],
    [
      mayBeBooked,
      isIn
        ? 'may be booked: their customers may be called twice'
        : 'may be booked, and are left out',
    ],
    [unsendable, 'hold nothing that can be sent again, and are left out'],
  ]
  if (kind === 'discard') return []
  return said.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]))
}

function filterInWords(filter: ShownFilter): string {
  const { reason, code, text, state, since, until, acceptedSince, acceptedUntil } = filter
  const said = [
    state ?? 'ended',
    since === undefined ? '' : `since ${since}`,
    `before ${until}`,
    acceptedSince === undefined ? '' : `accepted since ${acceptedSince}`,
    acceptedUntil === undefined ? '' : `accepted before ${acceptedUntil}`,
    reason === undefined ? '' : `reason ${reason}`,
    code === undefined ? '' : `code ${printable(code)}`,
    text === undefined ? '' : `message with "${printable(text)}"`,
    ...(filter.attributes ?? []).map((name) => `with a certain ${printable(name)}`),
    filter.number === true ? 'of one number' : '',
  ]
  return said.filter((words) => words !== '').join(', ')
}

function durationInWords({ kind, rate, takesMs }: ShownRun): string {
  if (kind === 'discard') return 'a moment'
  if (rate === 'none' || takesMs === undefined) return 'as long as Salesforce does: no rate is set'
  return `${plainDuration(takesMs)}, at ${rate} a second`
}

const standings = {
  paused: 'because the destination is paused',
  'breaker-open': 'because Salesforce is failing',
  asked: '',
  canary: 'after its canary: go on with `ringback runs resume`',
  'canary-died': 'because some of its canary died: look at them before `ringback runs resume`',
  'too-many-deaths':
    'because too many of the last ones died: look at them before `ringback runs resume`',
} as const

function standingOf(
  { state, stateWhy, stateBy, stateReason, startedAt, endedAt }: ShownRun,
  nowMs: number,
): string {
  const why = stateWhy === undefined ? '' : ` ${standings[stateWhy]}`
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
  if (reason !== undefined) line(`why     ${printable(reason)}`)
  line(`rate    ${rate === 'none' ? 'no limit of its own' : `${rate} a second`}`)
  if (canary !== undefined) line(`canary  ${canary}`)
}
