import type { Finding, Verdict } from './finding.ts'
import type { ServerFacts } from '../../../shared/store/server/server-facts.ts'

/** What the promise, and its memory, need of a Redis. */
const required = { major: 6, minor: 2, hashMaxValue: 4_096 }
/** The least that Redis takes for it, and more than Ringback or BullMQ ever sends. */
const maxBulkBytesNeeded = 1_048_576

/** Judges what a server says about its settings. */
export function judgeServer(facts: ServerFacts): Finding[] {
  return [
    judgeRole(facts),
    judgeVersion(facts),
    judgeEviction(facts),
    judgeAof(facts),
    judgeFsync(facts),
    judgeHashes(facts),
    judgeBulk(facts),
  ]
}

function judgeRole({ role }: ServerFacts): Finding {
  const check = 'redis role'
  if (role === undefined) return notReported(check, 'whether it is a primary')
  if (role.kind === 'primary') return { check, verdict: 'ok', message: 'primary' }
  return {
    check,
    verdict: 'fail',
    message: `is a replica of ${role.of}: it accepts no writes, so nothing can be accepted or sent`,
    fix: 'point RINGBACK_REDIS_URL at the primary, or at an address that always leads to it',
  }
}

function judgeVersion({ software, version }: ServerFacts): Finding {
  const check = 'redis version'
  if (version === undefined) return notReported(check, 'its version')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > required.major || (major === required.major && minor >= required.minor)
  if (enough) return { check, verdict: 'ok', message: `${software} ${version}` }
  const message = `${software} ${version} is older than ${required.major}.${required.minor}`
  return { check, verdict: 'fail', message, fix: 'use Redis 6.2 or newer, or Valkey' }
}

function judgeEviction({ maxmemoryPolicy }: ServerFacts): Finding {
  const check = 'maxmemory-policy'
  if (maxmemoryPolicy === undefined) return notReported(check, 'its eviction policy')
  if (maxmemoryPolicy === 'noeviction') return { check, verdict: 'ok', message: 'noeviction' }
  return {
    check,
    verdict: 'fail',
    message: `is ${maxmemoryPolicy}: a full Redis would silently evict promised callbacks`,
    fix: 'CONFIG SET maxmemory-policy noeviction, and the same in its configuration file',
  }
}

function judgeAof({ appendOnly }: ServerFacts): Finding {
  const check = 'append-only file'
  if (appendOnly === undefined) return notReported(check, 'whether it has one')
  if (appendOnly) return { check, verdict: 'ok', message: 'on' }
  return {
    check,
    verdict: 'fail',
    message: 'is off: a restart of Redis would forget callbacks that were accepted',
    fix: 'CONFIG SET appendonly yes, and the same in its configuration file',
  }
}

function judgeFsync({ appendOnly, appendFsync }: ServerFacts): Finding {
  const check = 'appendfsync'
  if (appendFsync === undefined) return notReported(check, 'how often it syncs to disk')
  if (appendOnly === false) return unknown(check, 'has no effect without an append-only file')
  if (appendFsync === 'no') {
    return {
      check,
      verdict: 'warn',
      message: 'is no: a machine crash may lose half a minute of accepted callbacks',
      fix: 'CONFIG SET appendfsync everysec, or always to lose nothing',
    }
  }
  const cost = appendFsync === 'everysec' ? ': a machine crash may lose a second' : ''
  return { check, verdict: 'ok', message: `${appendFsync}${cost}` }
}

function judgeHashes({ hashMaxValue }: ServerFacts): Finding {
  const check = 'hash-max-listpack-value'
  if (hashMaxValue === undefined) return notReported(check, 'it')
  if (hashMaxValue >= required.hashMaxValue) {
    return { check, verdict: 'ok', message: String(hashMaxValue) }
  }
  return advice(check, {
    message: `is ${hashMaxValue}: every waiting callback takes more memory than it needs`,
    fix: `CONFIG SET hash-max-listpack-value ${required.hashMaxValue}`,
  })
}

function judgeBulk({ maxBulkBytes }: ServerFacts): Finding {
  const check = 'proto-max-bulk-len'
  if (maxBulkBytes === undefined) return notReported(check, 'it')
  if (maxBulkBytes <= maxBulkBytesNeeded)
    return { check, verdict: 'ok', message: String(maxBulkBytes) }
  return advice(check, {
    message: `is ${maxBulkBytes}: a producer may send one value of so many bytes, and hold up Redis for everybody`,
    fix: `CONFIG SET proto-max-bulk-len ${maxBulkBytesNeeded}`,
  })
}

function advice(check: string, { message, fix }: { message: string; fix: string }): Finding {
  return { check, verdict: 'warn' satisfies Verdict, message, fix }
}

function notReported(check: string, what: string): Finding {
  return unknown(check, `Redis does not report ${what}`)
}

function unknown(check: string, message: string): Finding {
  return { check, verdict: 'unknown', message }
}
