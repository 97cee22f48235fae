import { createHash } from 'node:crypto'

import { z } from 'zod'

/** What a worker says of itself. */
export interface WorkerRecord {
  /** Host and process, and what tells it from an earlier one of the same: the name by which it reads the inbox. */
  name: string
  version: string
  /** ISO. */
  startedAt: string
  /** What the workers of a destination have to agree on, by its name in a configuration file. Nothing secret. */
  settings: Readonly<Record<string, SettingValue>>
}

export type SettingValue = string | number | boolean

/** Three heartbeats: a worker that is busy for a moment has not died. */
export const aliveMs = 15_000

const stored = z.object({
  v: z.literal(1),
  name: z.string(),
  version: z.string(),
  startedAt: z.string(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

/** As it lies in Redis: a digest of what has to agree, a space, and JSON. */
export function encodeWorker({ name, version, startedAt, settings }: WorkerRecord) {
  const agreed = JSON.stringify([version, settings])
  const digest = createHash('sha256').update(agreed).digest('base64url').slice(0, 12)
  const json = JSON.stringify({ v: 1, name, version, startedAt, settings })
  return { digest, member: `${digest} ${json}` }
}

/** Undefined: a newer version wrote what this one does not know. */
export function decodeWorker(member: string): WorkerRecord | undefined {
  try {
    const read = stored.safeParse(JSON.parse(member.slice(member.indexOf(' ') + 1)))
    if (!read.success) return undefined
    const { name, version, startedAt, settings } = read.data
    return { name, version, startedAt, settings }
  } catch {
    return undefined
  }
}
