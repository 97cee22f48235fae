import type { Paused, RateSet, Resumed } from '../../operations/control/control-destination.ts'
import { printable } from '../../../shared/text/printable.ts'
import { sayPainted } from '../terminal/say.ts'
import type { Screen } from '../terminal/screen.ts'

const pausedMeans = {
  dispatch: 'nothing is sent, new callbacks are accepted',
  intake: 'new callbacks are refused, those accepted are sent',
} as const

export function presentPaused(paused: Paused, { line, paint }: Screen): void {
  const { destination, until, by, reason } = paused
  line(`${paint('yellow', 'paused')} ${printable(destination)}: ${pausedMeans[paused.paused]}`)
  if (by !== undefined) line(`by     ${printable(by)}`)
  if (reason !== undefined) line(`why    ${printable(reason)}`)
  line(`until  ${until ?? 'somebody runs `ringback resume`'}`)
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
