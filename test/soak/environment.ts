import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createKeyPair } from '../../src/sandbox/key-pair.ts'
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'
import { systemClock, type Random } from '../../src/shared/time/clock.ts'
import { seededIntegers } from '../support/seeded.ts'
import { served, stray } from './destinations.ts'
import { pauseUntil, type Pause } from './pause.ts'
import { startSoakRedis, type SoakRedis } from './redis-server.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { callCenter, core, orgId, writeWorkerSettings } from './worker-settings.ts'
import { openWorkerSlot, type WorkerSlot } from './worker-slot.ts'

export const workerCount = 3

/** Everything real: a Redis, a Salesforce behind a network, and worker processes, each behind a network of its own. */
export interface SoakEnvironment {
  folder: string
  redis: SoakRedis
  sandbox: Sandbox
  salesforceNetwork: TcpProxy
  slots: readonly WorkerSlot[]
  /** Starts a worker that serves the destination that nobody has served before. */
  serveStrays(): Promise<WorkerSlot>
  /** Workers that ended by themselves, or not when they were told to. */
  crashes: string[]
  pause: Pause
  /** The fault phase is over. */
  isOver(): boolean
  /** All but the workers, which are to be stopped before the ledgers are read. */
  close(keepFolder: boolean): Promise<void>
}

export interface EnvironmentOptions {
  /** For the sandbox's chances. */
  seed: number
  /** Aborted when the fault phase is over. */
  over: AbortSignal
  say: (line: string) => void
}

export async function openEnvironment({
  seed,
  over,
  say,
}: EnvironmentOptions): Promise<SoakEnvironment> {
  const pause = pauseUntil(over)
  const folder = await mkdtemp(join(tmpdir(), 'ringback-soak-'))
  const redis = await startSoakRedis({ folder, pause, say })
  const { publicKey, privateKeyPem } = createKeyPair()
  const clock = systemClock
  const random = seededRandom(seed)
  const sandbox = await startSandbox({ publicKey, orgId, callCenter, core, clock, random })
  const salesforceNetwork = await startTcpProxy(Number(new URL(sandbox.url).port))
  const { port } = salesforceNetwork
  const crashes: string[] = []
  const onCrash = (words: string) => crashes.push(words)
  const settings = await writeWorkerSettings(folder, { port, privateKeyPem }, served)
  const slots = await Promise.all(
    Array.from({ length: workerCount }, (_, index) =>
      openWorkerSlot({
        name: `worker-${index + 1}`,
        folder,
        redisUrl: redis.url,
        settings,
        pause,
        onCrash,
      }),
    ),
  )
  return {
    folder,
    redis,
    sandbox,
    salesforceNetwork,
    slots,
    crashes,
    pause,
    serveStrays: async () =>
      openWorkerSlot({
        name: 'worker-of-strays',
        folder,
        redisUrl: redis.url,
        pause,
        onCrash,
        settings: await writeWorkerSettings(folder, { port, privateKeyPem }, [stray]),
      }),
    isOver: () => over.aborted,
    close: async (keepFolder) => {
      await salesforceNetwork.close()
      await sandbox.close()
      await redis.stop()
      if (!keepFolder) await rm(folder, { recursive: true })
    },
  }
}

function seededRandom(seed: number): Random {
  const draw = seededIntegers(seed)
  const parts = 2 ** 30
  return () => draw(0, parts - 1) / parts
}
