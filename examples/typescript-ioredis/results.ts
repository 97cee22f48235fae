// Handles the end of every callback, for ever, as one of a group: node results.ts [consumer [milliseconds]]
// Each consumer of the group needs a name of its own. What one has held for so many ms it will not finish: another takes it over.
// Stop it whenever you like: what it has not confirmed is given again, to it or to another.
// Needs ioredis, and Node 22.18, or 20 and a compiler.
import { hostname } from 'node:os'

import { Redis } from 'ioredis'

type Entry = [id: string, fields: string[] | null]

const [, , consumer = hostname(), abandoned = '60000'] = process.argv
// Longer than handling a hundred results ever takes.
const abandonedMs = Number(abandoned)
const [stream, group] = ['{ringback:default}:results', 'crm']
const redis = new Redis(process.env['RINGBACK_REDIS_URL'] ?? 'redis://127.0.0.1:6379', {
  enableReadyCheck: false,
  maxRetriesPerRequest: null,
})
redis.on('error', ({ message }: Error) => console.error(message))

/** Yours. It may see an entry twice, if it was interrupted: make it repeatable. */
function handle(result: ReadonlyMap<string, string>): void {
  // A dead letter that could not lie under the id that you gave has an id of its own.
  const id = result.get('submittedId') ?? result.get('id')
  console.log(id, result.get('state'), result.get('recordId') ?? result.get('code'))
}

async function handleAll(entries: readonly Entry[]): Promise<void> {
  for (const [id, fields] of entries) {
    // Without fields it was trimmed since it was given to somebody: nothing is left to handle.
    const names = fields?.filter((_, index) => index % 2 === 0) ?? []
    const result = new Map(names.map((name, index) => [name, fields?.[2 * index + 1] ?? '']))
    if (result.size > 0) handle(result)
    await redis.xack(stream, group, id)
  }
}

/** What consumers were given that have died since. Those that live hold nothing for so long. */
async function takeOver(): Promise<void> {
  let start = '0-0'
  do {
    const claim = [stream, group, consumer, abandonedMs, start, 'COUNT', 100] as const
    const [next, entries] = (await redis.xautoclaim(...claim)) as [string, Entry[]]
    await handleAll(entries)
    start = next
  } while (start !== '0-0')
}

try {
  // 0: what is there already counts too.
  await redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM')
} catch (error) {
  if (!String(error).includes('BUSYGROUP')) throw error
}
// First what this consumer was given before it was interrupted, then what is new.
let position = '0'
let lookedAt = -Infinity
for (;;) {
  if (performance.now() - lookedAt > abandonedMs) {
    await takeOver()
    lookedAt = performance.now()
  }
  const block = Math.min(5000, abandonedMs)
  const wanted = ['COUNT', 100, 'BLOCK', block, 'STREAMS', stream, position] as const
  const read = (await redis.xreadgroup('GROUP', group, consumer, ...wanted)) as
    [[string, Entry[]]] | null
  const entries = read?.[0][1] ?? []
  if (entries.length === 0) position = '>'
  await handleAll(entries)
}
