import type { Network } from './network.ts'
import { startRedisProcess, type ProcessOptions, type RedisProcess } from './redis-process.ts'

/** A server that has an address of its own in a network, if there is one. */
export interface PlacedServer extends RedisProcess {
  address: string | undefined
}

interface Behind extends ProcessOptions {
  network: Network
  /** Default: a new one. */
  address?: string
  /** The settings by which it tells others where it is. */
  announcing: 'replica-announce' | 'sentinel announce' | 'cluster-announce'
}

/** Others are told of its door, and reach it through that alone. */
export async function startBehindDoor({
  network,
  address = network.newAddress(),
  announcing,
  lines = [],
  ...options
}: Behind): Promise<PlacedServer> {
  const door = await network.doorOf(address)
  const announced = [
    `bind-source-addr ${address}`,
    `${announcing}-ip 127.0.0.1`,
    `${announcing}-port ${door.port}`,
  ]
  const server = await startRedisProcess({ lines: [...lines, ...announced], ...options })
  door.leadTo(server.port)
  return { ...server, port: door.port, address }
}
