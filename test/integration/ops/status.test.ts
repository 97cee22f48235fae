import { describe, expect, it } from 'vitest'

import { xadd } from '../../support/inbox.ts'
import { setup } from '../../support/ringback.ts'
import { runCommand } from './support/cli.ts'
import { containing } from './support/asymmetric.ts'
import { environmentOf, freshEnvironment } from './support/environment.ts'

const callbackNumber = '+18445791189'

describe('ringback status', () => {
  it('shows everything about a booked callback: state, times, and each attempt with its outcome', async () => {
    const { store, redisUrl, producer, sandbox, recorder, startWorker } = await setup()
    sandbox.setFaults([{ do: 'break', status: 503, times: 2 }])
    await producer.enqueue({
      id: 'a',
      callId: 'c-1',
      callbackNumber,
      attributes: { campaign: 'spring' },
    })
    startWorker()
    await recorder.next('attempt.settled', ({ state }) => state === 'booked')

    const { status, stdout } = await runCommand(
      { env: environmentOf(redisUrl, store.ref.namespace) },
      'status',
      'a',
    )

    expect(status).toBe(0)
    const recordId = sandbox.bookingsOf('c-1')[0]?.recordId ?? '?'
    expect(stdout).toMatch(/^state +booked$/m)
    expect(stdout).toMatch(new RegExp(`^recordId +${recordId}$`, 'm'))
    expect(stdout).toMatch(/^number +\+18•••89$/m)
    expect(stdout).toMatch(/^attributes +campaign=spring$/m)
    expect(stdout).toMatch(/^accepted +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(.+\)$/m)
    expect(stdout).toMatch(/^attempts +3$/m)
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`
    const way = String.raw`answered +\d{3,4}`
    expect(stdout).toMatch(
      new RegExp(`^1 +${time} +\\d+ m?s +unavailable +503 +${way} +service-unavailable: `, 'm'),
    )
    expect(stdout).toMatch(new RegExp(`^2 +${time} +\\d+ m?s +unavailable +503 +${way} `, 'm'))
    expect(stdout).toMatch(
      new RegExp(`^3 +${time} +\\d+ m?s +booked +200 +${way} +${recordId}$`, 'm'),
    )
  })

  it('gives programs the ledger’s own record, the number masked', async () => {
    const { store, redisUrl, producer } = await setup()
    await producer.enqueue({ id: 'a', callId: 'c-1', callbackNumber, delay: 60_000 })
    const record = await producer.status('a')

    const { stdout } = await runCommand(
      { env: environmentOf(redisUrl, store.ref.namespace) },
      'status',
      'a',
      '--json',
    )

    const expected = { ...record, intent: { ...record?.intent, callbackNumber: '+18•••89' } }
    expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(expected)))
  })

  it('says why an entry was not an intent, with its content masked and harmless to the terminal', async () => {
    const { store, redisUrl, recorder, startWorker } = await setup()
    startWorker()
    await xadd(store, '{"phone":"+1 844 579 1189 \u001b[2J\u202e"}')
    const { id } = await recorder.next('entry.buried')
    const env = environmentOf(redisUrl, store.ref.namespace)

    const plain = await runCommand({ env }, 'status', id)
    const json = await runCommand({ env }, 'status', id, '--json')

    expect(plain.stdout).toMatch(/^state +dead$/m)
    expect(plain.stdout).toMatch(/^reason +invalid$/m)
    expect(plain.stdout).toMatch(/^message +.*intent: is not JSON/m)
    expect(plain.stdout).toContain(String.raw`"phone":"+18•••89 \u001b[2J\u202e"`)
    expect(JSON.parse(json.stdout)).toMatchObject({ raw: containing('+18•••89') })
  })

  it('says that a callback is unknown, and ends with 1', async () => {
    const { env } = freshEnvironment()
    const plain = await runCommand({ env }, 'status', 'nobody')
    const json = await runCommand({ env }, 'status', 'nobody', '--json')
    expect(plain).toMatchObject({ status: 1, stdout: '' })
    expect(plain.stderr).toMatch(
      /^error: No callback "nobody" is known.*\ncode: callback-not-found$/m,
    )
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'callback-not-found' } })
    expect(json.stdout).toBe('')
  })

  it('needs an id', async () => {
    const { env } = freshEnvironment()
    expect(await runCommand({ env }, 'status')).toMatchObject({
      status: 2,
      stderr: containing("missing required argument 'id'"),
    })
  })
})
