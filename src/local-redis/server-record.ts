import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { askServer } from './ask-server.ts'

/** Left in the data folder by whoever started a server on it, for the next one who comes while it runs. */
const serverRecord = z.object({
  port: z.number(),
  pid: z.number(),
  /** Redis draws it at each start: unlike a pid or a port it is never another server's. */
  runId: z.string(),
  description: z.string(),
})

export type ServerRecord = z.infer<typeof serverRecord>

const fileName = 'ringback-redis.json'

export async function writeServerRecord(dataDir: string, record: ServerRecord): Promise<void> {
  const file = join(dataDir, fileName)
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** For other programs of the same user. Each start draws another, so what a server that is gone was asked with is worthless. */
export function passwordFileOf(dataDir: string): string {
  return join(dataDir, 'password')
}

export async function writePassword(dataDir: string, password: string): Promise<void> {
  const file = passwordFileOf(dataDir)
  await writeFile(`${file}.new`, password, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

export interface RunningServer extends ServerRecord {
  readonly password: string
}

/** The server that was started on this data folder and still answers. */
export async function findRunningServer(dataDir: string): Promise<RunningServer | undefined> {
  const record = await readServerRecord(dataDir)
  const password = await readFile(passwordFileOf(dataDir), 'utf8').catch(() => undefined)
  if (!record || password === undefined) return undefined
  const answer = await askServer(record.port, password)
  const isIt = answer.kind === 'ready' && answer.runId === record.runId
  return isIt ? { ...record, password } : undefined
}

async function readServerRecord(dataDir: string): Promise<ServerRecord | undefined> {
  try {
    return serverRecord.parse(JSON.parse(await readFile(join(dataDir, fileName), 'utf8')))
  } catch {
    // Absent, or damaged: then nothing is known of a server, and the folder's lock decides.
    return undefined
  }
}
