import { expect, it } from 'vitest'

import { waitingJobsKey } from '../../../src/shared/redis/keys.ts'
import { startPrivateRedis } from '../../support/private-redis.ts'
import { startCommand } from './support/cli.ts'
import { freshEnvironment } from './support/environment.ts'

const often = ['stats', '--watch', '--every', '500ms']

it('draws the picture anew on a terminal, until it is stopped', async () => {
  const { env, store } = freshEnvironment()
  const command = startCommand({ env, tty: true }, ...often)
  await command.prints(/\[2J.*destination "?default.* due now +0/s)
  await store.redis.lpush(waitingJobsKey(store.ref), 'cb-1-a')
  await command.prints(/due now +0.*\[2J.* due now +1/s)
  command.stop()
  expect(await command.done).toMatchObject({ status: 0 })
})

it('prints a line each time where there is no terminal, and JSON Lines for programs', async () => {
  const { env } = freshEnvironment()
  const lines = startCommand({ env }, ...often)
  await lines.prints(/(?:^\S+Z default dispatch=running inbox=0 due=0 .* drained=\?\n){2}/m)
  lines.stop()
  const json = startCommand({ env }, ...often, '--json')
  await json.prints(/(?:^\{"destination":"default".*\}\n){2}/m)
  json.stop()
  for (const { done } of [lines, json]) expect((await done).status).toBe(0)
})

it('waits through an outage of Redis once it has had an answer', async () => {
  const server = await startPrivateRedis()
  const { env } = freshEnvironment(server.url)
  const command = startCommand({ env }, ...often)
  await command.prints(/due=0/)
  await server.kill()
  await command.prints(/not/)
  command.stop()
  expect(await command.done).toMatchObject({ status: 0 })
})
