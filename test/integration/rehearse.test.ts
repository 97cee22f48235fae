/** `ringback rehearse outage` as people meet it. That what it shows is true is a scenario. */
import { expect, it } from 'vitest'

import { startBuilt } from '../support/program.ts'

const short = ['rehearse', 'outage', '--outage', '6s', '--arrivals', '6', '--spike', '40']

it('tells line by line what happens, and stops when it is told to', async () => {
  const run = startBuilt([...short, '--rate', '40', '--workers', '1'])
  await run.prints(/ s +away \d+ h +\d+ /)
  run.signal('SIGINT')

  const { status, output } = await run.ended
  expect(status).toBe(1)
  expect(output).toMatch(/^accepted +\d+/m)
  // Whether a callback was on its way just then is chance; that nothing was drained is not.
  expect(output).toMatch(/^Missed: .*drain/m)
}, 60_000)

it('refuses what would never drain', async () => {
  const { status, output } = await startBuilt([...short, '--rate', '6']).ended
  expect({ status, output }).toMatchObject({
    status: 2,
    output: expect.stringContaining('--rate: 6 a second is not more than what comes in') as string,
  })
})

it('says that it cannot write its chart before anything is started', async () => {
  const { status, output } = await startBuilt([...short, '--chart', '/nowhere/outage.svg']).ended
  expect(status).toBe(1)
  expect(output).toMatch(/^error: --chart: \/nowhere\/outage.svg cannot be written/)
})
