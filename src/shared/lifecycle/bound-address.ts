import type { AddressInfo, Server } from 'node:net'

/** Where a server listens that was told to listen at a host and port, and does. */
export function boundAddress(server: Server): AddressInfo {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('it listens at no port')
  return address
}
