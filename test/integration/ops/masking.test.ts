import { userInfo } from 'node:os'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'

import { xadd } from '../../support/inbox.ts'
import { setup } from '../../support/ringback.ts'
import { temporaryFile } from '../../unit/shared/config/temporary-folder.ts'
import { runCommand } from './support/cli.ts'
import { environmentOf } from './support/environment.ts'

const number = '+18445791189'
/** In any spelling, its last seven digits in a row are not to be seen. */
const digits = '5791189'

it('prints a customer’s number nowhere: in no answer, no refusal, no error, of no command', async () => {
  const { store, redisUrl, sandbox, producer, recorder, startWorker } = await setup()
  const env = environmentOf(redisUrl, store.ref.namespace)
  sandbox.setFaults([
    {
      do: 'refuse',
      status: 400,
      code: 'BAD',
      message: `cannot call ${number}`,
      match: { callId: 'bad' },
    },
  ])
  startWorker()
  const attributes = { second: number }
  await producer.enqueue({ id: 'good', callId: 'good', callbackNumber: number, attributes })
  await producer.enqueue({ id: 'bad', callId: 'bad', callbackNumber: number, attributes })
  await recorder.next('attempt.settled', ({ id }) => id === 'good')
  await recorder.next('attempt.settled', ({ id }) => id === 'bad')
  await xadd(store, `{"id":"raw","${number}":"${number}","n":"1 (844) 579-1189","m":18445791189}`)
  await recorder.next('entry.buried')
  const csv = temporaryFile('a.csv', `${number},callId\n${number},c\n`)
  const lines = [
    `{"callId":"c","callbackNumber":"${number}","${number}":1}`,
    `{"callId":"c","callbackNumber":"${number} "}`,
    `{"callId":"good","callbackNumber":"${number}","id":"good","priority":1}`,
    `{"callId":"${number}`,
    `{"callId":"d","callbackNumber":"${number}"}`,
  ].join('\n')

  const commands: string[][] = [
    ['enqueue', '--call-id', 'e', '--number', number],
    ['enqueue', '--call-id', 'f', '--number', number, '--wait'],
    ['enqueue', '--call-id', 'e', '--number', `${number}x`],
    ['enqueue', '--call-id', 'other', '--number', number, '--id', 'good'],
    ['enqueue', '--number', number, number],
    ['enqueue', '--attribute', number],
    ['enqueue', '--call-id', 'e', '--number', number, '--destination', number],
    [number],
    [`--${number}`],
    ['import', '-', '--format', 'jsonl'],
    ['import', csv],
    ['import', csv, '--format', 'jsonl'],
    ['import', csv, '--format', number],
    ['status', 'good'],
    ['status', 'bad'],
    ['status', 'raw'],
    ['status', number],
    ['dead-letters', 'show', number],
    ['dead-letters', 'redrive', number],
    ['dead-letters', 'discard', number],
    ['results'],
    ['results', '--since', number],
    ['dead-letters', 'list'],
    ['dead-letters', 'show', 'bad'],
    ['dead-letters', 'show', 'raw'],
    ['dead-letters', 'redrive', 'raw', 'bad'],
    ['dead-letters', 'discard', 'good', 'bad'],
    ['audit'],
    ['audit', '--who', number],
    ['doctor'],
    ['erase', '--number', `${number}x`],
    ['erase', '--number', number, number],
    ['erase', '--number', number, '--destination', number],
    ['erase', '--number', number],
    ['erase', '--number', number, '--yes'],
  ]
  const printed: string[] = []
  for (const command of commands) {
    for (const json of [[], ['--json']]) {
      const stdin = Readable.from([Buffer.from(lines)])
      const { stdout, stderr } = await runCommand({ env, stdin }, ...command, ...json)
      expect(stdout + stderr, command.join(' ')).not.toBe('')
      printed.push(stdout, stderr)
    }
  }

  const squeezed = printed.join('\n').replace(/[\s().-]/g, '')
  expect(squeezed).not.toContain(digits)
  expect(squeezed).toContain('+18•••89')
})

describe('--reveal', () => {
  it.each([
    ['status', 'good'],
    ['dead-letters show', 'bad'],
  ])(
    'shows the number where an operator must see it, and logs who saw it: %s',
    async (words, id) => {
      const { store, redisUrl, producer, recorder, startWorker } = await setup()
      const env = environmentOf(redisUrl, store.ref.namespace)
      startWorker()
      await producer.enqueue({ id: 'good', callId: 'c', callbackNumber: number, delay: 60_000 })
      await xadd(store, `{"id":"bad","callbackNumber":"${number}","what":1}`)
      await recorder.next('entry.buried')
      const command = [...words.split(' '), id]
      for (const more of [[], ['--json']]) {
        const masked = await runCommand({ env }, ...command, ...more)
        const revealed = await runCommand({ env }, ...command, ...more, '--reveal')
        expect(masked.stdout).not.toContain(number)
        expect(masked.stderr).toBe('')
        expect(revealed.stdout).toContain(number)
        const line = JSON.parse(revealed.stderr) as Record<string, unknown>
        expect(line).toMatchObject({ msg: 'number.revealed', id, destination: 'default' })
        expect(line['user']).toBe(userInfo().username)
        expect(revealed.stderr).not.toContain(number.slice(1))
      }
    },
  )
})
