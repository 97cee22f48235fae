/** Slows whoever tries passwords, by the name that is tried and by the address that tries. */
export interface LoginBrake {
  /** How long until this one may try again; 0: now. */
  waitMs: (who: LoginAttempt) => number
  failed: (who: LoginAttempt) => void
  succeeded: (who: LoginAttempt) => void
}

export interface LoginAttempt {
  /** Undefined for a name that is not in the users file: all of those share one count. */
  name: string | undefined
  address: string
  nowMs: number
}

interface Failures {
  count: number
  lastMs: number
}

/** People mistype. */
const freeFailures = 4
const firstWaitMs = 1000
/** Whoever knows a name can keep its owner out, so never for longer than that owner will wait. */
const longestWaitMs = 30_000
const forgottenAfterMs = 15 * 60_000
/** A stranger chooses the addresses: what is kept of them is bounded, and those that failed longest ago leave first. */
const mostKept = 10_000

export function createLoginBrake(): LoginBrake {
  // Apart: failures from ever new addresses must not drive out those of a name. Of names there are as many as in the file.
  const names = new Map<string | undefined, Failures>()
  const addresses = new Map<string, Failures>()

  return {
    waitMs: ({ name, address, nowMs }) =>
      Math.max(waitOf(names.get(name), nowMs), waitOf(addresses.get(networkOf(address)), nowMs)),
    failed: ({ name, address, nowMs }) => {
      const network = networkOf(address)
      const failures = { count: countOf(addresses.get(network), nowMs) + 1, lastMs: nowMs }
      names.set(name, { count: countOf(names.get(name), nowMs) + 1, lastMs: nowMs })
      // Taken out first, so that it stands last.
      addresses.delete(network)
      addresses.set(network, failures)
      const [oldest] = addresses.keys()
      if (addresses.size > mostKept && oldest !== undefined) addresses.delete(oldest)
    },
    // Not the address: whoever has one account could else try all others from there.
    succeeded: ({ name }) => {
      names.delete(name)
    },
  }
}

/** Of IPv6 the first half: whoever has one address there has 2^64 of them. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::', 2)
  const before = groupsOf(head)
  const after = groupsOf(tail ?? '')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':')
}

function countOf(failures: Failures | undefined, nowMs: number): number {
  if (failures === undefined || nowMs - failures.lastMs >= forgottenAfterMs) return 0
  return failures.count
}

function waitOf(failures: Failures | undefined, nowMs: number): number {
  const beyond = countOf(failures, nowMs) - freeFailures
  if (failures === undefined || beyond <= 0) return 0
  const wholeMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (beyond - 1))
  return Math.max(0, failures.lastMs + wholeMs - nowMs)
}
