import type { Realignment } from '../../../shared/store/streams/realign.ts'
import { nameOfOne } from '../../../shared/contract/partition.ts'
import type { RepairOfAll, RepairReport } from '../../operations/repair/repair-report.ts'
import type { Repair, StreamRepair } from '../../operations/repair/repair.ts'
import { foldedLine } from '../../../shared/text/folded-line.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import { plainDuration } from '../../text/plain-time.ts'
import { quoted } from '../../text/quoted.ts'
import type { Screen } from '../terminal/screen.ts'

export function presentRepair(report: RepairReport, screen: Screen): void {
  if ('partitions' in report) presentAll(report, screen)
  else presentOne(report, screen)
}

function presentAll(
  { destination, outcome, waiting, expired, partitions, unreached }: RepairOfAll,
  screen: Screen,
): void {
  const { line: print, paint, columns } = screen
  const line = (text: string) => print(foldedLine(text, columns))
  const all = partitions.length + unreached.length
  const reached = unreached.length === 0 ? all : `${partitions.length} of ${all}`
  const where = `destination ${quoted(destination)}, ${reached} partitions`
  for (const each of partitions) {
    presentOne({ ...each, destination: nameOfOne(each.destination) }, screen)
  }
  print(paint('bold', `${where}: ${headlines[outcome]}`))
  line(`  callbacks that wait and were accepted later than now: ${describeWaiting(waiting)}`)
  line(`  dead letters that expired because of a wrong time: ${expired.found}`)
  for (const { destination: name, message } of unreached) {
    line(`${paint('red', 'not reached:')} ${quoted(nameOfOne(name))}. ${message}`)
  }
}

function presentOne(repair: Repair, { line: print, paint, columns }: Screen): void {
  const { waiting, expired } = repair
  const line = (text: string) => print(foldedLine(text, columns))
  print(paint('bold', `destination ${quoted(repair.destination)}: ${headlines[repair.outcome]}`))
  line(`  inbox: ${describeStream(repair.inbox)}`)
  line(`  results: ${describeStream(repair.results)}`)
  line(`  callbacks that wait and were accepted later than now: ${describeWaiting(waiting)}`)
  line(`  dead letters that expired because of a wrong time: ${expired.found}`)
  if (expired.found === 0) return
  const more = expired.found > expired.ids.length ? ' …' : ''
  print(`${paint('yellow', 'note:')} redrive those that are not too late by now:`)
  // As it is: it is to be copied.
  const words = `dead-letters redrive ${expired.ids.map(quoted).join(' ')}${more}`
  print(`  ${shortCommandFor(words, repair.destination)}`)
}

const headlines: Record<Repair['outcome'], string> = {
  'nothing-to-repair': 'nothing to repair',
  'dry-run': 'nothing was repaired; this was found',
  unconfirmed: 'nothing was repaired; this was found, and --yes repairs it',
  repaired: 'repaired',
  incomplete: 'repaired in part',
}

function describeStream({ entries, aheadMs, isExhausted, realignment }: StreamRepair): string {
  if (aheadMs === 0) return 'ids are in step with the clock'
  const ahead = isExhausted
    ? 'has reached the last possible id and accepts nothing more'
    : `ids are ${plainDuration(aheadMs)} ahead of Redis’ clock`
  const waiting = `${ahead}; ${entries} in it`
  return realignment === undefined ? waiting : `${waiting}: ${describe(realignment)}`
}

function describe(realignment: Realignment): string {
  switch (realignment.kind) {
    case 'aligned':
      return 'back in step with the clock by itself'
    case 'realigned':
      return `brought back into step; ${describeMoved(realignment.moved)}`
    case 'too-many':
      return 'not repaired, because there are too many entries to move at once: let workers empty the inbox and consumers read the results, XTRIM the results by MAXLEN, and run this again'
    case 'too-large':
      return 'not repaired, because it is too large to move at once: let workers empty the inbox, and run this again'
    case 'changed':
      return 'not repaired, because entries arrived faster than they could be moved: run this again while the workers are stopped'
  }
}

function describeMoved(moved: number): string {
  if (moved === 0) return 'no entry had to change its id'
  return moved === 1 ? '1 entry has a new id' : `${moved} entries have new ids`
}

function describeWaiting({ found, retimed, unreadable }: Repair['waiting']): string {
  const done = retimed + unreadable === 0 ? '' : `; ${retimed} count as accepted now`
  const left = unreadable === 0 ? '' : `; ${unreadable} cannot be read by this version`
  return `${found}${done}${left}`
}
