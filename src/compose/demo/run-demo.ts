import { createPublicKey, type KeyObject } from 'node:crypto'
import { fileURLToPath } from 'node:url'

import { DateTime } from 'luxon'

import type { CliContext } from '../../ops/cli/terminal/cli-context.ts'
import { exitStatus } from '../../ops/cli/terminal/exit-status.ts'
import { widthOf } from '../../ops/cli/terminal/screen.ts'
import { readAccess } from '../../ops/console/access/read-access.ts'
import { startConsole, type RunningConsole } from '../../ops/console/console-server.ts'
import { nobodyObserves } from '../../ops/console/observer.ts'
import { localOperator } from '../../ops/operations/audit/local-operator.ts'
import { startLocalRedis } from '../../local-redis/start-local-redis.ts'
import { createKeyPair } from '../../sandbox/key-pair.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { loadStoreConfig, readConsoleConfig } from '../../shared/config/load.ts'
import { isEnd } from '../../shared/contract/states.ts'
import { aborted } from '../../shared/lifecycle/aborted.ts'
import { foldedLine } from '../../shared/text/folded-line.ts'
import { connectFailingFast } from '../../shared/redis/connection.ts'
import { deleteNamespace } from '../../shared/store/keys/delete-namespace.ts'
import { systemClock, systemRandom } from '../../shared/time/clock.ts'
import { workerTimes } from '../../worker/times.ts'
import { startWorker } from '../../worker/worker.ts'
import { obtainKey, defaultKeyFile } from '../../sandbox/obtain-key.ts'
import { callCenter, demoConfig, faults, orgId } from './demo-config.ts'
import { createEndTracker } from './end-tracker.ts'
import { tryItLines, type DemoRedis } from './try-it-lines.ts'
import { describeDuplicates, narrate, tableOf, type PrintLine } from './narrate.ts'
import { runSamples } from './run-samples.ts'

export interface DemoCommand {
  /** Whether all parts stay up afterwards, to be tried. */
  keep: boolean
}

/** `npm start`: the whole way of the sample callbacks on real parts, on this machine alone. */
export async function runDemo({ keep }: DemoCommand, context: CliContext): Promise<number> {
  const { clock, env, stdout } = context
  const print = (text: string) => stdout.write(`${text}\n`)
  const say: PrintLine = (line) => print(foldedLine(line, stdout.columns))
  const given = env['RINGBACK_REDIS_URL']?.trim() ?? ''
  const redis = await obtainRedis(given, context, say)
  const keyFile = fileURLToPath(new URL(`../../../${defaultKeyFile}`, import.meta.url))
  // Whoever tries the parts has to read the key.
  const privateKey = keep ? obtainKey('--keep', keyFile) : createKeyPair().privateKey
  const sandbox = await startSandbox({
    publicKey: createPublicKey(privateKey),
    orgId,
    callCenter,
    clock,
    faults,
  })
  say(
    `Salesforce: the sandbox on ${sandbox.url}; it checks token, headers and body as the API page says`,
  )
  const namespace = `demo-${DateTime.fromMillis(clock.now()).toFormat('yyyyMMdd-HHmmss')}`
  const kept = { redis, namespace, salesforceUrl: sandbox.url, keyFile }
  const stay = async () => {
    if (!keep || context.stopped.aborted) return
    const page = await openConsole(kept, context)
    say(`The console: ${page.url}`)
    // As they are: commands are to be copied.
    for (const line of tryItLines(kept)) print(line)
    await aborted(context.stopped)
    say('Stopping.')
    await page.close()
  }
  try {
    const complete = await runParts({ ...kept, sandbox, privateKey, context, print, say, stay })
    // In somebody's own Redis nothing of a demo may be left behind.
    if (given !== '') await deleteNamespace(redis.url, namespace)
    return complete ? exitStatus.done : exitStatus.problem
  } finally {
    await sandbox.close()
    await redis.stop()
  }
}

/** On any free port, so that it opens beside another one. */
async function openConsole(
  { redis, namespace }: { redis: DemoRedis; namespace: string },
  { clock, env }: CliContext,
): Promise<RunningConsole> {
  const config = readConsoleConfig({
    RINGBACK_CONSOLE_PORT: '0',
    RINGBACK_CONSOLE_LABEL: 'demo',
    RINGBACK_CONSOLE_ACCESS: 'operate',
  })
  const store = loadStoreConfig({ RINGBACK_REDIS_URL: redis.url, RINGBACK_NAMESPACE: namespace })
  return startConsole({
    ...config,
    access: await readAccess({ config, localName: localOperator(env), clock }),
    store,
    clock,
    observer: nobodyObserves,
  })
}

interface DemoParts {
  redis: DemoRedis
  namespace: string
  sandbox: Sandbox
  privateKey: KeyObject
  context: CliContext
  /** As it is: tables. */
  print: (text: string) => void
  say: PrintLine
  /** Called when everything is printed, with the worker still running. */
  stay: () => Promise<void>
}

/** True if every callback came to its end. */
async function runParts(parts: DemoParts): Promise<boolean> {
  const { redis, namespace, sandbox, privateKey, context, say } = parts
  const redisUrl = redis.url
  const { clock, stopped } = context
  const config = demoConfig({ redisUrl, namespace, salesforceUrl: sandbox.url, privateKey }, clock)
  const ended = createEndTracker()
  const worker = startWorker({
    config,
    times: workerTimes(config.lockDurationMs),
    clock,
    queueClock: systemClock,
    random: systemRandom,
    observe: (event) => {
      narrate(event, say)
      ended.observe(event)
    },
  })
  try {
    const { callbacks, missing } = await runSamples({
      redisUrl,
      namespace,
      clock,
      stopped,
      ended,
      say,
    })
    const bookings = sandbox.bookings()
    say('')
    parts.print(tableOf(callbacks, widthOf(context.stdout)))
    const duplicates = describeDuplicates(bookings.map(({ callId }) => callId))
    say(`Salesforce booked ${bookings.length} callbacks, ${duplicates}.`)
    for (const id of missing) say(`! ${id}: it was never taken in`)
    await parts.stay()
    return missing.length === 0 && callbacks.every(({ state }) => isEnd(state))
  } finally {
    await worker.stop()
  }
}

interface ObtainedRedis extends DemoRedis {
  stop: () => Promise<void>
}

async function obtainRedis(
  given: string,
  { clock }: CliContext,
  say: PrintLine,
): Promise<ObtainedRedis> {
  if (given !== '') {
    // The worker would wait for a Redis that is not there; whoever looks at a demo would wait with it.
    const redis = await connectFailingFast(given)
    redis.disconnect()
    say('Redis: the one that RINGBACK_REDIS_URL names')
    return { url: given, stop: () => Promise.resolve() }
  }
  const dataDir = fileURLToPath(new URL('../../../.ringback/redis', import.meta.url))
  const redis = await startLocalRedis({ dataDir, clock, say })
  say(`Redis: ${redis.description}`)
  const { url, port, passwordFile } = redis
  return { url, local: { port, passwordFile }, stop: () => redis.stop() }
}
