/** `npm start`, but for the Redis that it would start: what a newcomer sees first. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'

import { freePort } from '../../src/local-redis/free-port.ts'
import { startBuilt } from '../support/program.ts'
import { redisUrl } from '../support/redis.ts'

/** `npm test` builds it first. */
const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const run = promisify(execFile)

const runDemo = (url: string) =>
  run(process.execPath, [main, 'demo'], { env: { ...process.env, RINGBACK_REDIS_URL: url } })

it('shows what became of every sample in a table, ends with 0 and leaves nothing in a Redis that was given', async () => {
  const { stdout } = await runDemo(redisUrl())

  expect(rowsOf(stdout)).toMatchObject({
    'api-page': ['booked', '1'],
    'right-away': ['booked', '1'],
    'in-two-seconds': ['booked', '1'],
    'in-four-seconds': ['booked', '1'],
    'refused-by-salesforce': ['dead', '1'],
    'fails-twice': ['booked', '3'],
    malformed: ['dead', '0'],
  })
  expect(stdout).toContain('Salesforce booked 5 callbacks, none of them twice.')
  const table = stdout.split('\n').filter((line) => /[│─]/.test(line))
  expect(Math.max(...table.map((line) => line.length))).toBe(80)
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  expect(await redis.keys('{demo-*')).toEqual([])
})

it('stays up with --keep until Ctrl-C, says how to try it, and then ends with 0 and leaves nothing', async () => {
  const demo = startBuilt(['demo', '--keep'], { env: { RINGBACK_REDIS_URL: redisUrl() } })
  await demo.prints(/^ {2}curl -X PUT/)
  const told = demo.printed()
  const exported = [...told.matchAll(/^ {2}export (\w+)='?([^'\n]*)'?$/gm)]
  // A password that it was given is not shown.
  expect(told).toContain('  # RINGBACK_REDIS_URL as it is set here, with its password')
  expect(told).not.toContain(new URL(redisUrl()).password)
  const env: Record<string, string> = {
    ...Object.fromEntries(exported.map(([, name = '', value = '']) => [name, value] as const)),
    RINGBACK_REDIS_URL: redisUrl(),
  }
  const tried = [...told.matchAll(/^ {2}(npx ringback|curl) (.*)$/gm)].map(([, tool, line]) => ({
    tool,
    words: line?.split(' ') ?? [],
  }))
  expect(Object.keys(env)).toHaveLength(7)
  expect(tried).toHaveLength(3)

  // The lines that it shows do what they say.
  for (const { tool, words } of tried) {
    if (tool === 'curl') {
      expect(await asCurl(words)).toContain('"left":3')
      continue
    }
    const { status, output } = await startBuilt(words, { env }).ended
    expect({ status, output }).toMatchObject({ status: 0 })
    if (words.includes('--wait')) expect(output).toMatch(/^booked auto-\S+ as 0Tz/m)
    if (words.includes('list')) expect(output).toContain('2 of 2 at the destination default')
  }
  const doctor = await startBuilt(['doctor'], { env }).ended
  expect(doctor.output).toMatch(/^ok +token/m)

  demo.signal('SIGINT')
  expect(await demo.ended).toMatchObject({ status: 0 })
  const redis = new Redis(redisUrl())
  onTestFinished(() => redis.disconnect())
  expect(await redis.keys(`{${env['RINGBACK_NAMESPACE'] ?? ''}:*`)).toEqual([])
})

it('says at once that the Redis it was given does not answer, and ends with 1', async () => {
  await expect(runDemo(`redis://127.0.0.1:${await freePort()}`)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('code: redis-unavailable') as string,
  })
})

/** State and number of attempts by callback, as the table has them. */
function rowsOf(output: string): Record<string, string[]> {
  const rows = output.split('\n').map((line) => line.split('│').map((cell) => cell.trim()))
  return Object.fromEntries(
    rows.flatMap(([, id, state, attempts]) =>
      id && state && attempts ? [[id, [state, attempts]]] : [],
    ),
  )
}

/** `-X PUT -d body url`, for a machine without curl. */
async function asCurl(words: readonly string[]): Promise<string> {
  const [, method = '', , body = '', url = ''] = words
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  return (await fetch(url, { method, body, headers })).text()
}
