/** An older version took for an id whatever Salesforce had put in its place, and others with the right to write may do so. */
import { expect, it } from 'vitest'

import { callbackKey, resultsKey } from '../../../src/shared/redis/keys.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const callbackNumber = '+18445791189'
const token = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln'
const hostile = `\u001b[2J\u009b31m\u202e${callbackNumber} ${token}`

it('prints nothing of a recordId that is none: no escape sequence, no number, no token, by any command', async () => {
  const { store, redisUrl, producer, recorder, startWorker } = await setup()
  const { redis, ref } = store
  const env = environmentOf(redisUrl, ref.namespace)
  startWorker()
  await producer.enqueue({ id: 'a', callId: 'c', callbackNumber })
  await recorder.next('attempt.settled')
  const record = JSON.stringify({ startedAt: '2026-02-26T15:40:52.000Z', recordId: hostile })
  const oneWord = hostile.replaceAll(' ', '')
  await redis.hset(callbackKey(ref, 'a'), 'recordId', hostile, 'otherRecordIds', `${oneWord} `)
  await redis.hset(callbackKey(ref, 'a'), 'attempt:1', record)
  const told = ['id', 'a', 'state', 'booked', 'attempts', '1', 'recordId', hostile]
  await redis.xadd(resultsKey(ref), '*', ...told, 'at', '2026-02-26T15:40:52.000Z')

  const commands = [['status', 'a'], ['results'], ['erase', '--number', callbackNumber]]
  for (const command of commands.flatMap((each) => [each, [...each, '--json']])) {
    const { stdout, stderr } = await runCommand({ env }, ...command)
    const printed = stdout + stderr
    expect(printed, command.join(' ')).toContain('[token]')
    expect(printed).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    expect(printed).not.toContain('5791189')
    expect(printed).not.toContain('eyJ')
  }
  const story = await producer.status('a')
  expect(JSON.stringify(story)).not.toContain('eyJ')
})
