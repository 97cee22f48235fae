/** What is said of sealed numbers, looked for in everything that is left of a whole life of some callbacks. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'

import { expect, it } from 'vitest'

import { createConsoleApp } from '../../src/ops/console/app.ts'
import { createProducer } from '../../src/producer/index.ts'
import { startTracing } from '../../src/shared/telemetry/open-telemetry.ts'
import { collectSpans } from '../support/collect-spans.ts'
import { dump } from '../support/dump.ts'
import { rpush, xadd } from '../support/inbox.ts'
import { startPrivateRedis } from '../support/private-redis.ts'
import { resultsOfAll } from '../support/results.ts'
import { setup, type Bundle } from '../support/ringback.ts'
import { logged, measured } from '../support/told.ts'
import { giveSealKeys } from '../support/sealing.ts'
import { runCommand } from './ops/support/cli.ts'
import { consoleOptions } from './ops/support/console.ts'
import { environmentOf } from './ops/support/environment.ts'

const number = '+436647391528'
/** Without its country, and as little of it as tells one customer from another. */
const telling = ['6647391528', '7391528']

const spans = collectSpans()
await startTracing()

it('leaves no digit of a sealed number in Redis, its files, logs, metrics, traces, commands or pages', async () => {
  const server = await startPrivateRedis()
  const bundle = await setup({ redisUrl: server.url, destination: { onUncertain: 'verify' } })
  const { redis } = bundle.store
  // What is compressed could not be searched.
  await redis.config('SET', 'rdbcompression', 'no')
  const { file, seal } = await giveSealKeys(bundle)
  const printed = await live(bundle, seal)
  await redis.save()
  expectNowhere({ ...(await told(bundle)), printed })
  expectNowhere({ printed: await erased(bundle, file) })
  await redis.bgrewriteaof()
  await expect.poll(() => persistence(bundle, 'aof_rewrite_in_progress'), patience).toBe('0')
  await redis.save()
  expectNowhere(await told(bundle))
  // The search finds what is there.
  await redis.set('somewhere', number)
  await redis.save()
  expect(await everyKey(bundle)).toContain(telling[0])
  expect(await filesOf(bundle)).toContain(telling[0])
}, 120_000)

async function told(bundle: Bundle) {
  return {
    keys: await everyKey(bundle),
    values: JSON.stringify(await dump(bundle.store.redis, bundle.store.ref.namespace)),
    files: await filesOf(bundle),
    logs: logged(bundle.recorder.all),
    metrics: await measured(bundle.recorder.all),
    spans: inspect(
      spans
        .all()
        .map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
      { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity },
    ),
    pages: await pagesOf(bundle),
  }
}

function expectNowhere(texts: Readonly<Record<string, string>>): void {
  for (const [where, text] of Object.entries(texts)) {
    expect(text.length, where).toBeGreaterThan(100)
    for (const digits of telling) expect(text.includes(digits), `${digits} in ${where}`).toBe(false)
  }
}

const patience = { timeout: 30_000 }

/** Booked at once and after failures, refused, uncertain, cancelled, moved, damaged, found, redriven, replayed, exported, erased. */
async function live(bundle: Bundle, seal: (number: string) => Promise<string>): Promise<string> {
  const { sandbox, store, redisUrl, recorder } = bundle
  const printed: string[] = []
  const command = async (...args: string[]) => {
    const { stdout, stderr, status } = await runCommand({ env: environment(bundle) }, ...args)
    expect(status, `${args.join(' ')}: ${stderr}`).toBeLessThan(2)
    printed.push(stdout, stderr)
  }
  sandbox.setFaults([
    { do: 'break', status: 503, times: 2, match: { callId: 'retried' } },
    { do: 'refuse', code: 'BAD', message: `cannot call ${number}`, match: { callId: 'refused' } },
    { do: 'cut', when: 'after', times: 1, match: { callId: 'verified' } },
  ])
  bundle.startWorker()
  const producer = createProducer({ redisUrl, ...store.ref, seal: true })
  await expect
    .poll(() => store.redis.exists(`{${store.ref.namespace}:default}:public-keys`))
    .toBe(1)
  const intent = (id: string) => ({ id, callId: id, callbackNumber: number })
  const ends = ['booked', 'retried', 'refused', 'verified']
  for (const id of ends) await producer.enqueue(intent(id))
  await producer.enqueue({ ...intent('waits'), delay: '1h' })
  await producer.enqueue({ ...intent('cancelled'), delay: '1h' })
  const sealed = async (id: string) => ({ ...intent(id), callbackNumber: await seal(number) })
  await xadd(store, await sealed('raw'))
  await rpush(store, await sealed('at-the-door'))
  await xadd(store, { ...(await sealed('damaged')), callbackNumber: `${await seal(number)}x` })
  await resultsOfAll(bundle, [...ends, 'raw', 'at-the-door', 'damaged'])
  for (const id of ['waits', 'cancelled']) {
    await recorder.next('callback.scheduled', (event) => event.id === id)
  }
  await producer.enqueue(intent('booked'))
  await producer.reschedule({ callbackNumber: number }, { delay: '2h' })
  await producer.cancel('cancelled')
  await command('status', 'booked')
  await command('status', 'refused', '--json')
  await command('explain', 'waits')
  await command('find', '--number', number)
  await command('dead-letters', 'list', '--number', number)
  expect(printed.join()).toContain('refused')
  await command('dead-letters', 'show', 'damaged')
  await command('redrive', '--number', number, '--yes')
  await command('export', 'results', '--reveal')
  await command('export', 'dead-letters')
  await command('erase', '--number', number, '--dry-run')
  await producer.close()
  return printed.join('\n')
}

/** All of the customer, by somebody who has the keys: what was damaged is nobody's. */
async function erased(bundle: Bundle, file: string): Promise<string> {
  const { store, redisUrl } = bundle
  const env = { ...environment(bundle), RINGBACK_SEAL_KEYS_FILE: file }
  const numberKey = bundle.config.numberKey ?? ''
  const { stdout, status } = await runCommand({ env }, 'erase', '--number', number, '--yes')
  expect(status, stdout).toBe(0)
  expect(stdout).toMatch(/not searched: callback damaged/)
  const producer = createProducer({ redisUrl, ...store.ref })
  expect(await producer.find({ callbackNumber: number }, { numberKey })).toEqual([])
  expect(await producer.status('booked')).toBeUndefined()
  await producer.close()
  return stdout
}

function environment({ redisUrl, store, config }: Bundle): Record<string, string> {
  return {
    ...environmentOf(redisUrl, store.ref.namespace),
    RINGBACK_NUMBER_KEY: config.numberKey ?? '',
  }
}

async function everyKey({ store: { redis } }: Bundle): Promise<string> {
  const keys = await redis.keys('*')
  // As it lies there, whatever its type.
  const dumped = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
  // One whose time is over by now has left nothing to be found.
  const textOf = (dump: Buffer | null) => (dump === null ? '' : dump.toString('latin1'))
  return [...keys, ...dumped.map(textOf)].join('\n')
}

async function filesOf({ store: { redis } }: Bundle): Promise<string> {
  const [, folder = ''] = await redis.config('GET', 'dir')
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  const names = files.map(({ name }) => name).join()
  expect(names).toMatch(/\.rdb/)
  expect(names).toMatch(/aof/)
  const contents = files.map((entry) => readFile(join(entry.parentPath, entry.name), 'latin1'))
  return (await Promise.all(contents)).join('\n')
}

async function persistence({ store: { redis } }: Bundle, name: string) {
  return new RegExp(`${name}:(\\d)`).exec(await redis.info('persistence'))?.[1]
}

async function pagesOf({ redisUrl, store }: Bundle): Promise<string> {
  const app = createConsoleApp(consoleOptions(redisUrl, store.ref.namespace))
  const headers = { host: '127.0.0.1:9465' }
  const paths = ['/', '/dead-letters', '/waiting', '/results', '/runs', '/operators-log']
  const pages = paths.map(async (path) => (await app.request(path, { headers })).text())
  const searched = await app.request('/search', {
    method: 'POST',
    body: new URLSearchParams({ q: number }),
    headers: { ...headers, 'sec-fetch-site': 'same-origin' },
  })
  return [...(await Promise.all(pages)), await searched.text()].join('\n')
}
