import type { Paused, RateSet, Resumed } from '../../operations/control/control-destination.ts'
import { printable } from '../../../shared/text/printable.ts'
import { shortCommandFor } from '../../text/command-for.ts'
import { plainTime } from '../../text/plain-time.ts'
import { say, sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'

const pausedMeans = {
  dispatch: 'nothing is sent, new callbacks are accepted',
  intake: 'new callbacks are refused, those accepted are sent',
} as const

export function presentPaused(paused: Paused, screen: Screen): void {
  const { line, paint, nowMs } = screen
  const { destination, until, by, reason, replaced } = paused
  const end = (at: string | undefined) =>
    at === undefined
      ? `somebody runs \`${shortCommandFor('resume', destination)}\``
      : plainTime(at, nowMs())
  line(`${paint('yellow', 'paused')} ${printable(destination)}: ${pausedMeans[paused.paused]}`)
  if (by !== undefined) line(`by     ${printable(by)}`)
  if (reason !== undefined) line(`why    ${printable(reason)}`)
  say(screen, `until  ${end(until)}`)
  if (replaced === undefined) return
  const who = replaced.by === undefined ? '' : ` by ${printable(replaced.by)}`
  const why = replaced.reason === undefined ? '' : ` (${printable(replaced.reason)})`
  say(screen, `It takes the place of a pause${who}${why} until ${end(replaced.until)}.`)
}

export function presentResumed({ destination, resumed }: Resumed, { line, paint }: Screen): void {
  const name = printable(destination)
  if (resumed.length === 0) line(`${name} was not paused`)
  else line(`${paint('green', 'resumed')} ${name}: ${resumed.join(' and ')}`)
}

export function presentRate({ destination, rate, before }: RateSet, screen: Screen): void {
  const text = `${printable(destination)}: ${inWords(rate)} (before: ${inWords(before)})`
  sayPainted(screen, { colour: 'green', word: 'set' }, text)
}

function inWords(rate: RateSet['rate']): string {
  if (rate === 'default') return 'as the workers are configured'
  return rate === 'none' ? 'no limit' : `${Number(rate.toPrecision(6))} a second`
}
