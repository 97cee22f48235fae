import type { Fault } from '../../src/sandbox/faults.ts'

type Draw = (least: number, most: number) => number

/** Everything Salesforce may do to a request, a search or a token, at the rate it is given. */
const kinds: readonly Fault[] = [
  { do: 'stall' },
  { do: 'stall', booked: true },
  { do: 'cut', when: 'before' },
  { do: 'cut', when: 'after' },
  { do: 'break', status: 500 },
  { do: 'break', status: 500, booked: true },
  { do: 'break', status: 502, body: 'html' },
  { do: 'break', status: 502, booked: true },
  { do: 'break', status: 503, retryAfter: 1 },
  { do: 'break', status: 504, booked: true },
  { do: 'limit', retryAfter: 1 },
  { do: 'limit', retryAfter: '2s' },
  { do: 'limit', retryAfter: '-5' },
  { do: 'limit', retryAfter: 'soon' },
  { do: 'limit', retryAfter: 'Thu, 01 Jan 1970 00:00:00 GMT' },
  // No longer: a probe that is told so has its destination wait as long, up to an hour, and the soak ends sooner.
  { do: 'break', status: 503, retryAfter: 10 },
  { do: 'limit', retryAfter: '10s' },
  { do: 'refuse', status: 400 },
  { do: 'refuse', status: 404 },
  { do: 'omit-record-id' },
  { do: 'errors-in-success' },
  { do: 'garbage' },
  { do: 'garbage', bytes: 1_000_000 },
  { do: 'redirect' },
  { do: 'unauthorized' },
  { do: 'slow', delayMs: 300 },
  { do: 'slow', delayMs: 1_200 },
  { on: 'query', do: 'break', status: 503 },
  { on: 'query', do: 'stall' },
  { on: 'query', do: 'cut' },
  { on: 'query', do: 'limit', retryAfter: 1 },
  { on: 'query', do: 'garbage' },
  { on: 'query', do: 'unauthorized' },
  { do: 'several' },
  { do: 'lag', lagMs: 1_000 },
  { on: 'token', do: 'break', status: 503 },
  { on: 'token', do: 'stall' },
  { on: 'token', do: 'cut' },
]

/** A few kinds of faults at once, each for some of the requests. */
export function drawSalesforceFaults(draw: Draw): Fault[] {
  return Array.from({ length: draw(2, 6) }, () => {
    const kind = kinds[draw(0, kinds.length - 1)] ?? { do: 'stall' }
    return { ...kind, rate: draw(3, 25) / 100 }
  })
}
