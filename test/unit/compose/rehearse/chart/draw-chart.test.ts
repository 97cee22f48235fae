/** The picture of a rehearsal. */
import { expect, it } from 'vitest'

import { drawChart } from '../../../../../src/compose/rehearse/chart/draw-chart.ts'
import { samplePlan, sampleRecording } from '../sample-recording.ts'

const [left, right] = [64, 936]
const xAt = (seconds: number) => left + ((right - left) * seconds) / 60

it('shades the time for which Salesforce is away, over all that it shows', () => {
  const svg = drawChart(sampleRecording(), samplePlan)
  const shade = /<rect class="away" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/.exec(svg)
  expect(Number(shade?.[1])).toBeCloseTo(xAt(5), 0)
  expect(Number(shade?.[2])).toBeCloseTo(xAt(45) - xAt(5), 0)
})

it('explains each line and colour, and is drawn for light and dark pages', () => {
  const svg = drawChart(sampleRecording(), samplePlan)
  for (const words of ['accepted', 'booked', 'expired', 'waiting or under way', 'the limit']) {
    expect(svg).toContain(`>${words}</text>`)
  }
  expect(svg).toContain('@media (prefers-color-scheme: dark)')
})

it('has an element closed for each that is opened, and no number that is none', () => {
  for (const recording of [sampleRecording(), nothingSeen()]) {
    const svg = drawChart(recording, samplePlan)
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    const opened = svg.match(/<[a-z]+[^>]*(?<!\/)>/g) ?? []
    expect(svg.match(/<\/[a-z]+>/g)).toHaveLength(opened.length)
  }
})

function nothingSeen() {
  const outage = { outageBeganMs: undefined, outageEndedMs: undefined, heldUpMs: 0 }
  return { accepted: [], requests: [], bookings: [], otherEnds: [], samples: [], ...outage }
}
