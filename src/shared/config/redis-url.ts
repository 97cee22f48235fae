import { parseRedisAddress } from './redis-address.ts'
import { read, unreadable, type Reading } from './reading.ts'

/**
 * Checks what ioredis would accept silently: it takes any path for a database, and any query parameter for one of its
 * options, which could undo the settings that Ringback depends on.
 */
export function readRedisUrl(text: string): Reading<string> {
  const address = parseRedisAddress(text)
  if (address.kind === 'problem') return address
  return address.value.kind === 'single' ? readUrlOfOne(text) : read(text)
}

function readUrlOfOne(text: string): Reading<string> {
  if (!URL.canParse(text)) return unreadable('is not a URL')
  const url = new URL(text)
  if (url.hostname === '') return unreadable('names no host')
  if (text.includes('?') || text.includes('#')) return unreadable('has a query or a fragment')
  if (!/^(\/\d*)?$/.test(url.pathname))
    return unreadable('has a path that is not a database number')
  if (!canDecode(url.username) || !canDecode(url.password)) {
    return unreadable('has a % in its user name or password that is not written as %25')
  }
  return read(text)
}

function canDecode(encoded: string): boolean {
  try {
    decodeURIComponent(encoded)
    return true
  } catch {
    return false
  }
}
