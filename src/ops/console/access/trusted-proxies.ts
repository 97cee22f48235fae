import { BlockList, isIP } from 'node:net'

/** The proxies whose word counts for who a user is. */
export interface TrustedProxies {
  has: (address: string | undefined) => boolean
}

export type ProxiesReading =
  { kind: 'ok'; proxies: TrustedProxies } | { kind: 'invalid'; problem: string }

/** Addresses and networks, as in `127.0.0.1, 10.0.0.0/8, fd00::/8`. */
export function readTrustedProxies(text: string): ProxiesReading {
  const list = new BlockList()
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
  if (words.length === 0) return { kind: 'invalid', problem: 'must name at least one address' }
  const wrong = words.findIndex((word) => !add(list, word))
  if (wrong !== -1) {
    const problem = `must be addresses or networks such as 10.0.0.0/8; number ${wrong + 1} is neither`
    return { kind: 'invalid', problem }
  }
  return {
    kind: 'ok',
    proxies: { has: (address) => address !== undefined && holds(list, address) },
  }
}

/** False if it is neither an address nor a network. A network of everybody trusts nobody in particular, so it is none. */
function add(list: BlockList, word: string): boolean {
  const [address = '', bits, ...rest] = word.split('/')
  const family = familyOf(address)
  if (family === undefined || rest.length > 0) return false
  if (bits === undefined) {
    list.addAddress(address, family)
    return true
  }
  const isPrefix = /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= (family === 'ipv4' ? 32 : 128)
  if (isPrefix) list.addSubnet(address, Number(bits), family)
  return isPrefix
}

/** A socket that listens for both families names those of IPv4 as ::ffff:10.0.0.1. */
function holds(list: BlockList, address: string): boolean {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  const family = familyOf(plain)
  return family !== undefined && list.check(plain, family)
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  if (version === 0) return undefined
  return version === 4 ? 'ipv4' : 'ipv6'
}
