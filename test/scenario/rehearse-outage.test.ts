/** An outage from its beginning to the last booking, as `ringback rehearse outage` runs it, with an outage of seconds. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'

import { startBuilt } from '../support/program.ts'

const short = ['--outage', '6s', '--arrivals', '6', '--spike', '40', '--rate', '40']

const count = z.int().min(0)
const rehearsal = z.looseObject({
  intervals: z.array(
    z.looseObject({ accepted: count, booked: count, expired: count, dead: count, requests: count }),
  ),
  summary: z.looseObject({
    accepted: count,
    booked: count,
    expired: count,
    outage: z.looseObject({ requests: count }),
  }),
  goals: z.array(z.looseObject({ name: z.string(), verdict: z.string() })),
})

it('books each callback of an outage once, or ends it as expired, and loses none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ringback-chart-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const chart = join(folder, 'outage.svg')
  const run = startBuilt(['rehearse', 'outage', ...short, '--json', '--chart', chart])

  const { status, output } = await run.ended
  const { intervals, summary, goals } = rehearsal.parse(JSON.parse(output))

  expect(summary).toMatchObject({ dead: 0, lost: 0, duplicates: 0 })
  expect(summary.accepted).toBe(summary.booked + summary.expired)
  expect(summary.accepted).toBeGreaterThan(40 + 6 * 6)
  const sum = (of: 'accepted' | 'booked' | 'expired' | 'dead') =>
    intervals.reduce((total, interval) => total + interval[of], 0)
  expect(sum('accepted')).toBe(summary.accepted)
  expect(sum('booked')).toBe(summary.booked)
  expect(sum('expired')).toBe(summary.expired)
  expect(summary.outage.requests).toBeGreaterThan(0)
  const missed = goals.filter(({ verdict }) => verdict === 'missed')
  expect(status).toBe(missed.length === 0 ? 0 : 1)
  expect(await readFile(chart, 'utf8')).toMatch(/^<svg [^]*<\/svg>\n$/)
}, 90_000)
