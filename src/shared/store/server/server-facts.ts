import type { Redis } from '../../redis/connection.ts'
import { readSetting } from './server-setting.ts'

/** What a Redis says about itself. `undefined`: it does not say, or not to us. */
export interface ServerFacts {
  software: string
  /** Of a replica: whose. */
  role: { kind: 'primary' } | { kind: 'replica'; of: string } | undefined
  version: string | undefined
  maxmemoryPolicy: string | undefined
  appendOnly: boolean | undefined
  appendFsync: string | undefined
  hashMaxValue: number | undefined
  /** Bytes that a client may send as one value. */
  maxBulkBytes: number | undefined
}

/**
 * INFO first: managed services that forbid CONFIG still answer it. What neither tells stays undefined, since a service may
 * well be set up right and keep it to itself.
 */
export async function readServerFacts(redis: Redis): Promise<ServerFacts> {
  const info = await readInfo(redis)
  const appendOnly = info.get('aof_enabled') ?? (await readSetting(redis, 'appendonly'))
  // Redis 6.2 knows the second name only.
  const hashMaxValue =
    (await readSetting(redis, 'hash-max-listpack-value')) ??
    (await readSetting(redis, 'hash-max-ziplist-value'))
  return {
    role: roleOf(info),
    software: info.has('valkey_version') ? 'Valkey' : 'Redis',
    version: info.get('valkey_version') ?? info.get('redis_version'),
    maxmemoryPolicy: info.get('maxmemory_policy') ?? (await readSetting(redis, 'maxmemory-policy')),
    appendOnly: appendOnly === undefined ? undefined : ['1', 'yes'].includes(appendOnly),
    appendFsync: await readSetting(redis, 'appendfsync'),
    hashMaxValue: numberOf(hashMaxValue),
    maxBulkBytes: numberOf(await readSetting(redis, 'proto-max-bulk-len')),
  }
}

/** What INFO says, by name; nothing where it may not be asked. */
export async function readInfo(redis: Redis): Promise<Map<string, string>> {
  return parseInfo(await redis.info().catch(() => ''))
}

function roleOf(info: ReadonlyMap<string, string>): ServerFacts['role'] {
  switch (info.get('role')) {
    case 'master':
      return { kind: 'primary' }
    case 'slave':
      return {
        kind: 'replica',
        of: `${info.get('master_host') ?? '?'}:${info.get('master_port') ?? '?'}`,
      }
    default:
      return undefined
  }
}

function parseInfo(text: string): Map<string, string> {
  return new Map(
    text
      .split(/\r?\n/)
      .filter((line) => line.includes(':'))
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
  )
}

function numberOf(text: string | undefined): number | undefined {
  const number = Number(text)
  return text === undefined || Number.isNaN(number) ? undefined : number
}
