import { expect, it } from 'vitest'

import { xadd } from '../../support/inbox.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const callbackNumber = '+18445791189'

it('counts how callbacks ended and what followed uncertain outcomes, over all workers', async () => {
  const { place, redisUrl, redis, sandbox, producer, recorder, startWorker } = await setup()
  const env = environmentOf(redisUrl, place.namespace)
  sandbox.setFaults([
    { do: 'break', status: 500, booked: true, times: 1 },
    { do: 'refuse', status: 400, match: { callId: 'refused' } },
  ])
  const first = startWorker()
  await producer.enqueue({ id: 'twice', callId: 'twice', callbackNumber })
  await recorder.next('attempt.settled', ({ state }) => state === 'booked')
  await first.stop()
  startWorker()
  await producer.enqueue({ id: 'refused', callId: 'refused', callbackNumber })
  await recorder.next('attempt.settled', ({ state }) => state === 'dead')
  await xadd(redis, place, 'no intent')
  await recorder.next('entry.buried')

  const run = await runCommand({ env }, 'stats', '--json')
  const plain = await runCommand({ env }, 'stats')

  expect(JSON.parse(run.stdout)).toMatchObject({
    ...{ destination: 'default', inbox: 0, deadLetters: 2, booked: 1 },
    ...{ possibleDuplicates: 1, doubleBookings: 0 },
    dead: { invalid: 1, refused: 1, exhausted: 0, expired: 0, uncertain: 0 },
    uncertain: { retried: 1, held: 0, verifying: 0, ended: 0 },
  })
  expect(plain.stdout).toMatch(/^ {2}dead letters now +2$/m)
  expect(plain.stdout).toMatch(/^ {2}uncertain outcomes: sent again +1$/m)
})
