import { readRedisSecurity, type RedisSecurity } from '../../../shared/config/redis-security.ts'
import { environmentSource, type Environment } from '../../../shared/config/environment.ts'
import { readRedisAddress, redisSettings } from '../../../shared/config/features/redis.ts'
import { readSetting } from '../../../shared/config/read-settings.ts'
import { messageOf, RingbackError } from '../../../shared/errors/errors.ts'
import { connectFailingFast, type Redis } from '../../../shared/redis/connection.ts'
import { errorOrigin } from '../../../shared/redis/error-origin.ts'
import { primariesOf } from '../../../shared/redis/primaries.ts'
import { explainUnavailable } from '../../../shared/redis/redis-failure.ts'
import { ping } from '../../../shared/store/server/ping.ts'
import { readServerFacts } from '../../../shared/store/server/server-facts.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import { checkClock } from './check-clock.ts'
import { checkControl } from './check-control.ts'
import { checkInboxes } from './check-inboxes.ts'
import { checkRecent } from './check-recent.ts'
import { checkScripts } from './check-scripts.ts'
import { checkSealKeys } from './check-seal-keys.ts'
import { checkStreams } from './check-streams.ts'
import { namedPartitions } from '../destination/named-partitions.ts'
import { checkUsers } from './check-users.ts'
import { checkWorkers } from './check-workers.ts'
import type { Finding, Verdict } from './finding.ts'
import { judgeServer } from './judge-server.ts'

/**
 * Everything about Redis that can be asked, whatever else is wrong with the configuration. `configured`: the destinations, as far
 * as they can be known.
 */
export async function checkRedis(
  env: Environment,
  clock: Clock,
  configured: readonly string[],
): Promise<Finding[]> {
  const source = environmentSource(env)
  const { redisUrl } = readRedisAddress(source)
  const { redisSecurity } = readRedisSecurity(source, redisUrl)
  const namespace = readSetting(redisSettings.shape.namespace, source)
  if (redisUrl === undefined)
    return [unknown('redis', 'not tried: RINGBACK_REDIS_URL is not a URL')]
  const parts: Part[] = [
    (redis) => answered(redis, clock),
    (redis) => ofEach(redis, async (each) => judgeServer(await readServerFacts(each))),
    (redis) => ofEach(redis, async (each) => [await checkClock(each, clock)]),
    ...(namespace === undefined ? [] : partsOfNamespace(namespace, configured, clock)),
  ]
  const findings: Finding[] = []
  for (const part of parts) {
    const connection = await connect(redisUrl, redisSecurity)
    // A server that was there a moment ago and is gone.
    if (connection.kind === 'failed') return [...findings, connection.finding]
    const { redis } = connection
    findings.push(...(await part(redis).catch(checkFailed)))
    redis.disconnect()
  }
  return findings
}

/** Each has a connection of its own, since one is left when its server turns out to be a replica, or a cluster's. */
type Part = (redis: Redis) => Promise<Finding[]>

/** Of the primaries of a cluster: each check once, as one of them does worst in it. */
async function ofEach(redis: Redis, part: Part): Promise<Finding[]> {
  const worst = new Map<string, Finding>()
  for (const primary of await primariesOf(redis)) {
    for (const finding of await part(primary)) {
      const known = worst.get(finding.check)
      if (known === undefined || isWorse(finding, known)) worst.set(finding.check, finding)
    }
  }
  return [...worst.values()]
}

const fromBad: readonly Verdict[] = ['fail', 'warn', 'unknown', 'ok']

function isWorse(one: Finding, other: Finding): boolean {
  return fromBad.indexOf(one.verdict) < fromBad.indexOf(other.verdict)
}

function partsOfNamespace(namespace: string, configured: readonly string[], clock: Clock): Part[] {
  let destinations = configured
  return [
    async (redis) => {
      // Whatever is wrong there is for the others to find.
      destinations = await namedPartitions(redis, namespace, configured).catch(() => configured)
      return []
    },
    (redis) => checkWorkers(redis, { namespace, destinations }),
    (redis) => checkSealKeys(redis, { namespace, destinations }),
    (redis) => checkControl(redis, { namespace, destinations }, clock),
    (redis) => checkRecent(redis, { namespace, destinations }, clock),
    (redis) => checkInboxes(redis, namespace, destinations),
    (redis) => checkStreams(redis, namespace),
    (redis) => checkScripts(redis, namespace, destinations),
    (redis) => checkUsers(redis, namespace, destinations),
  ]
}

async function connect(
  url: string,
  tls: RedisSecurity | undefined,
): Promise<{ kind: 'connected'; redis: Redis } | { kind: 'failed'; finding: Finding }> {
  try {
    return { kind: 'connected', redis: await connectFailingFast(url, tls) }
  } catch (error) {
    if (!(error instanceof RingbackError)) throw error
    // The error itself speaks to somebody who submits.
    const { wrong: message, advice: fix } = explainUnavailable(url, error.cause)
    return { kind: 'failed', finding: { check: 'redis', verdict: 'fail', message, fix } }
  }
}

async function answered(redis: Redis, clock: Clock): Promise<Finding[]> {
  const askedMs = clock.now()
  await ping(redis)
  // No connection comes about whose database was not selected.
  const message = `answered in ${clock.now() - askedMs} ms; database ${redis.options.db ?? 0} is selected`
  return [{ check: 'redis', verdict: 'ok', message }]
}

/** A server may forbid a single command. The others are asked all the same. */
function checkFailed(error: unknown): Finding[] {
  const message = messageOf(error)
  if (error instanceof RingbackError || errorOrigin(error) !== 'ours') {
    return [unknown('redis', `could not be checked: ${message}`)]
  }
  const fix = 'This is a defect of Ringback: please report it'
  return [{ check: 'redis', verdict: 'fail', message: `the doctor itself failed: ${message}`, fix }]
}

function unknown(check: string, message: string): Finding {
  return { check, verdict: 'unknown', message }
}
