import type { Plan } from '../plan.ts'
import { countWithin, waitingOverTime, type Recording } from '../recording.ts'
import { exactScale, roundedScale, type Scale } from './scale.ts'
import { style } from './style.ts'
import { element, polygon, polyline, text, type Point } from './svg.ts'

const [width, height] = [960, 620]
const [left, right] = [64, width - 24]
/** From top to bottom: how many callbacks, what the breaker did, what reached Salesforce. */
const counts = { top: 96, bottom: 340 }
const breaker = { top: 364, bottom: 380 }
const pace = { top: 420, bottom: 560 }
const points = 400

/** A picture of a rehearsal, for light and dark pages. */
export function drawChart(recording: Recording, plan: Plan): string {
  const endMs = Math.max(1_000, recording.samples.at(-1)?.atMs ?? 0)
  const time = exactScale({ most: endMs / 1_000, from: left, to: right }, 10)
  const picture = { recording, plan, time, endMs }
  const box = `0 0 ${width} ${height}`
  const svg = element('svg', { xmlns: 'http://www.w3.org/2000/svg', viewBox: box, width, height }, [
    element('title', {}, ['ringback rehearse outage']),
    element('style', {}, [style]),
    element('rect', { class: 'paper', width, height }),
    text('Salesforce away for a day, compressed', { class: 'title', x: left, y: 30 }),
    text(describePlan(plan), { class: 'faint', x: left, y: 50 }),
    ...drawAway(picture),
    ...drawCounts(picture),
    ...drawBreaker(picture),
    ...drawPace(picture),
    ...drawTime(picture),
  ])
  return `${svg}\n`
}

interface Picture {
  recording: Recording
  plan: Plan
  /** Seconds. */
  time: Scale
  endMs: number
}

function describePlan({ outageMs, arrivals, spike, rate, workers }: Plan): string {
  return (
    `away for ${outageMs / 1_000} s, ${arrivals} callbacks accepted a second and ${spike} at once, ` +
    `at most ${rate} a second sent by ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  )
}

function drawAway({ recording, time, endMs }: Picture): string[] {
  const { outageBeganMs, outageEndedMs = endMs } = recording
  if (outageBeganMs === undefined) return []
  const [from, to] = [time.at(outageBeganMs / 1_000), time.at(outageEndedMs / 1_000)]
  const { top } = counts
  return [
    element('rect', {
      class: 'away',
      x: from,
      y: top,
      width: to - from,
      height: pace.bottom - top,
    }),
    text('Salesforce is away', { class: 'middle', x: (from + to) / 2, y: top + 16 }),
  ]
}

function drawCounts({ recording, time, endMs }: Picture): string[] {
  const { accepted, bookings, otherEnds } = recording
  const scale = roundedScale({ most: accepted.length, from: counts.bottom, to: counts.top }, 5)
  const place = ({ atMs, value }: { atMs: number; value: number }): Point => ({
    x: time.at(atMs / 1_000),
    y: scale.at(value),
  })
  const moments = Array.from({ length: points + 1 }, (_, nth) => (nth * endMs) / points)
  const growing = (of: readonly { atMs: number }[]) =>
    grown(
      of.map(({ atMs }) => atMs),
      moments,
    ).map(place)
  const waiting = lastOf(waitingOverTime(recording), moments).map(place)
  const ground = [endMs, 0].map((atMs) => place({ atMs, value: 0 }))
  return [
    ...drawScale(scale),
    polygon([...waiting, ...ground], 'waiting'),
    polyline(growing(accepted), 'accepted'),
    polyline(growing(otherEnds), 'expired'),
    polyline(growing(bookings), 'booked'),
    ...drawLegend(counts.top - 18, [
      ['accepted', 'accepted', 'line'],
      ['booked', 'booked', 'line'],
      ['expired', 'expired', 'line'],
      ['waiting', 'waiting or under way', 'area'],
    ]),
  ]
}

function grown(times: readonly number[], moments: readonly number[]) {
  const sorted = times.toSorted((a, b) => a - b)
  let value = 0
  return moments.map((atMs) => {
    while ((sorted[value] ?? Infinity) <= atMs) value += 1
    return { atMs, value }
  })
}

function lastOf(changes: readonly { atMs: number; waiting: number }[], moments: readonly number[]) {
  let next = 0
  return moments.map((atMs) => {
    while ((changes[next]?.atMs ?? Infinity) <= atMs) next += 1
    return { atMs, value: Math.max(0, changes[next - 1]?.waiting ?? 0) }
  })
}

/** Each sample holds until the next one. */
function drawBreaker({ recording, time, endMs }: Picture): string[] {
  const { samples } = recording
  const { top: y, bottom } = breaker
  const changes = samples.filter((sample, at) => sample.breaker !== samples[at - 1]?.breaker)
  const bands = changes.map((sample, at) => {
    const [from, to] = [sample.atMs, changes[at + 1]?.atMs ?? endMs].map((ms) =>
      time.at(ms / 1_000),
    )
    const x = from ?? left
    return element('rect', {
      class: sample.breaker,
      x,
      y,
      width: (to ?? x) - x,
      height: bottom - y,
    })
  })
  return [
    text('breaker', { class: 'left faint', x: left - 8, y: bottom - 4 }),
    ...bands,
    ...drawLegend(bottom + 22, [
      ['requests', 'requests a second at Salesforce', 'area'],
      ['limit', 'the limit', 'line'],
      ['closed', 'breaker closed', 'area'],
      ['open', 'open', 'area'],
      ['ramp', 'probe, ramp', 'area'],
    ]),
  ]
}

function drawPace({ recording, plan, time, endMs }: Picture): string[] {
  const { requests } = recording
  const seconds = Array.from({ length: Math.ceil(endMs / 1_000) }, (_, nth) => nth)
  const heights = seconds.map((at) => countWithin(requests, at * 1_000, (at + 1) * 1_000))
  const most = Math.max(plan.rate, ...heights)
  const scale = roundedScale({ most, from: pace.bottom, to: pace.top }, 4)
  const bars = heights.map((value, at) => {
    const [x, end] = [time.at(at), Math.min(right, time.at(at + 1))]
    const [y, barWidth] = [scale.at(value), Math.max(1, end - x - 1)]
    return element('rect', { class: 'requests', x, y, width: barWidth, height: pace.bottom - y })
  })
  const y = scale.at(plan.rate)
  return [
    ...drawScale(scale),
    ...bars,
    element('line', { class: 'limit', x1: left, x2: right, y1: y, y2: y }),
  ]
}

function drawScale({ at, ticks }: Scale): string[] {
  return ticks.flatMap((value) => {
    const y = at(value)
    return [
      element('line', { class: 'grid', x1: left, x2: right, y1: y, y2: y }),
      text(value.toLocaleString('en-US'), { class: 'left faint', x: left - 8, y: y + 4 }),
    ]
  })
}

function drawTime({ time }: Picture): string[] {
  const labels = time.ticks.map((seconds) =>
    text(`${seconds} s`, { class: 'middle faint', x: time.at(seconds), y: pace.bottom + 20 }),
  )
  return [
    ...labels,
    text('since the start', { class: 'middle faint', x: (left + right) / 2, y: 600 }),
  ]
}

type LegendEntry = readonly [className: string, words: string, kind: 'line' | 'area']

function drawLegend(y: number, entries: readonly LegendEntry[]): string[] {
  let x = left
  return entries.flatMap(([className, words, kind]) => {
    const at = x
    // About so wide is a letter of that size.
    x += 28 + words.length * 6.6 + 20
    const sign =
      kind === 'line'
        ? polyline(
            [
              { x: at, y: y - 4 },
              { x: at + 22, y: y - 4 },
            ],
            className,
          )
        : element('rect', { class: className, x: at, y: y - 10, width: 22, height: 12 })
    return [sign, text(words, { x: at + 28, y })]
  })
}
