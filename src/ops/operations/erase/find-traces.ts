import { decodeIntent } from '../../../shared/contract/decode-intent.ts'
import { callbackOf } from '../../../shared/contract/ids.ts'
import type { NumberSpellings } from '../../../shared/phone/number-spellings.ts'
import { emptyDoor } from '../../../shared/store/inbox/door-to-inbox.ts'
import { readDoor } from '../../../shared/store/inbox/read-door.ts'
import { readInbox, type InboxEntry } from '../../../shared/store/inbox/inbox.ts'
import type { DestinationStore } from '../../../shared/redis/destination-store.ts'
import { callbackKey, jobKey, type DestinationRef } from '../../../shared/redis/keys.ts'
import { readKeptContent, type KeptContent } from '../../../shared/store/erasure/kept-content.ts'
import { readQueueEvents } from '../../../shared/store/erasure/queue-events.ts'
import { scanKeys } from '../../../shared/store/keys/scan-keys.ts'
import { readResults } from '../../../shared/store/results/results.ts'
import { sealedNumberIn, type IsSealedNumber, type SealedNumber } from './sealed-search.ts'
import {
  isUnderWay,
  type CallbackTrace,
  type EntryTrace,
  type JobTrace,
  type QueueEventTrace,
  type ResultTrace,
  type Trace,
  type Unsearched,
} from './trace.ts'

const pageSize = 500

/** What an erasure tells of a callback that waited: it holds no number, and whoever reads results has to hear of it. */
const erasureCode = 'erased'

export interface Search {
  store: DestinationStore
  spellings: NumberSpellings
  /** Whether what lies at the door may be put into the inbox, where a worker would put it in a moment: only there it is erased. */
  mayMove: boolean
  /** Of callbacks that are gone already. */
  erasedIds: ReadonlySet<string>
  /** Undefined: no sealed number can be told. */
  isSealedNumber?: IsSealedNumber | undefined
  /** Hears of what is too large to be searched. */
  passOver: (unsearched: Unsearched) => void
}

/** Everything of one destination that holds the number, in the order in which it is to be erased. */
export async function findTraces(search: Search): Promise<Trace[]> {
  if (search.mayMove) await emptyDoor(search.store)
  const atDoor = search.mayMove ? [] : await tracesIn(await readDoor(search.store), search)
  // Entries first: one that is taken in meanwhile is then found as an entry or as a callback, or as both.
  const entries = [...atDoor, ...(await findEntries(search))]
  const callbacks = await findCallbacks(search)
  const underWay = new Set(callbacks.filter(isUnderWay).map(({ id }) => id))
  const ids = new Set([...search.erasedIds, ...callbacks.map(({ id }) => id)])
  const owned = { search, underWay, ids }
  const results = await findResults(owned)
  const jobs = await findJobs(owned)
  const events = await findQueueEvents(search)
  const ownEntries = new Set(callbacks.map(({ entryId }) => entryId))
  const others = entries.filter(({ entryId }) => !ownEntries.has(entryId))
  // The callback before its job: a job without a callback sends nothing, a callback without a job waits for ever.
  return [...results, ...others, ...callbacks, ...jobs, ...events]
}

interface Owned {
  search: Search
  /** Callbacks that stay for now, with all that belongs to them. */
  underWay: ReadonlySet<string>
  ids: ReadonlySet<string>
}

async function findEntries(search: Search): Promise<EntryTrace[]> {
  const found: EntryTrace[] = []
  let afterEntryId = '0-0'
  for (;;) {
    const page = await readInbox(search.store, { afterEntryId, count: pageSize })
    found.push(...(await tracesIn(page, search)))
    const last = page.at(-1)
    if (last === undefined) return found
    afterEntryId = last.entryId
  }
}

async function tracesIn(entries: readonly InboxEntry[], search: Search): Promise<EntryTrace[]> {
  const { store, spellings, passOver } = search
  const { ref } = store
  const found: EntryTrace[] = []
  for (const entry of entries) {
    const { entryId: id, tooLarge } = entry
    const what = { kind: 'inbox-entry', ref, id } as const
    if (tooLarge) passOver({ ...what, why: 'too-large', bytes: tooLarge.bytes })
    const isIts = names(entry, spellings) || (await isSealed(search, what, sealedIn(entry)))
    if (isIts) found.push(traceOf(entry, ref))
  }
  return found
}

function names({ intent, fields, tooLarge }: InboxEntry, spellings: NumberSpellings): boolean {
  if (tooLarge !== undefined) return asWritten(tooLarge.beginning).some(spellings.isIn)
  const others = fields.filter((field) => field !== intent).flatMap(asWritten)
  return [...textsOf(intent), ...others].some(spellings.isIn)
}

function sealedIn({ intent, wish }: InboxEntry): Sealed {
  const bytes = intent ?? (wish && Buffer.from(wish.json))
  return { callbackNumber: sealedNumberIn(bytes), bytes: bytes?.length ?? 0 }
}

type Sealed = Omit<SealedNumber, 'callbackNumber'> & {
  callbackNumber: string | undefined
  bytes: number
}

/** Whether it is sealed, and is the one. Where nobody can tell, that is said. */
async function isSealed(
  { isSealedNumber, passOver }: Search,
  what: Pick<Unsearched, 'kind' | 'ref' | 'id'>,
  { callbackNumber, bytes, ...known }: Sealed,
): Promise<boolean> {
  if (callbackNumber === undefined) return false
  const isIts = await isSealedNumber?.({ callbackNumber, ...known }, what.ref)
  if (isIts === undefined) passOver({ ...what, why: 'sealed', bytes })
  return isIts ?? false
}

function traceOf(entry: InboxEntry, ref: DestinationRef): EntryTrace {
  const { entryId } = entry
  const parsed = entry.parsed()
  const promised = parsed.kind === 'ok'
  return {
    kind: 'inbox-entry',
    ref,
    entryId,
    id: promised ? parsed.intent.id : parsed.id,
    promised,
  }
}

type FoundCallback = CallbackTrace & { entryId: string | undefined }

async function findCallbacks(search: Search): Promise<FoundCallback[]> {
  const { redis, ref } = search.store
  const prefix = callbackKey(ref, '')
  const found = new Map<string, FoundCallback>()
  for await (const keys of scanKeys(redis, prefix, 'hash')) {
    const ids = keys.map((key) => key.slice(prefix.length))
    for (const trace of await Promise.all(ids.map((id) => readTrace(search, id)))) {
      if (trace !== undefined) found.set(trace.id, trace)
    }
  }
  return [...found.values()]
}

/** Undefined where the callback does not hold the number. */
async function readTrace(search: Search, id: string): Promise<FoundCallback | undefined> {
  const { store, spellings, passOver } = search
  const kept = await readKeptContent(store, id)
  if (kept === undefined) return undefined
  const { state, submittedId, intent, raw, sent, unreadBytes, recordIds, entryId, runId } = kept
  const what = { kind: 'callback', ref: store.ref, id } as const
  if (unreadBytes !== undefined) passOver({ ...what, why: 'too-large', bytes: unreadBytes })
  const texts = [id, submittedId, ...textsOf(intent), ...textsOf(sent)]
  const isIts = texts.some(spellings.isIn) || (await isSealed(search, what, sealedOf(kept)))
  if (!isIts) return undefined
  const content = intent ?? raw ?? Buffer.from('')
  const found = { id, state, content, unreadBytes, recordIds, entryId, runId }
  return { kind: 'callback', ref: store.ref, ...found }
}

function sealedOf({ intent, sent, numberPrint, placed }: KeptContent): Sealed {
  const callbackNumber = sealedNumberIn(intent) ?? sealedNumberIn(sent)
  return { callbackNumber, bytes: (intent ?? sent)?.length ?? 0, numberPrint, placed }
}

async function findResults({ search, underWay, ids }: Owned): Promise<ResultTrace[]> {
  const { store, spellings } = search
  const found: ResultTrace[] = []
  let afterEntryId = '0-0'
  for (;;) {
    const page = await readResults(store, { afterEntryId, count: pageSize })
    for (const { entryId, id, submittedId, callId, state, code, attributes = {} } of page) {
      const ours = ids.has(id) && !underWay.has(id) && code !== erasureCode
      const texts = [id, submittedId ?? '', callId ?? '', ...Object.entries(attributes).flat()]
      const named = texts.some(spellings.isIn)
      if (ours || named) found.push({ kind: 'result', ref: store.ref, entryId, state })
    }
    const last = page.at(-1)
    if (last === undefined) return found
    afterEntryId = last.entryId
  }
}

async function findJobs({ search, underWay, ids }: Owned): Promise<JobTrace[]> {
  const { store, spellings } = search
  const { redis, ref } = store
  const prefix = jobKey(ref, '')
  const found = new Map<string, JobTrace>()
  for await (const keys of scanKeys(redis, jobKey(ref, 'cb-'))) {
    for (const key of keys) {
      // Ids have no colon; what follows one is BullMQ's, such as the job's lock.
      const [jobId = ''] = key.slice(prefix.length).split(':')
      const { id, generation } = callbackOf(jobId)
      const named = spellings.isIn(id)
      if ((!named && !ids.has(id)) || underWay.has(id)) continue
      found.set(jobId, { kind: 'job', ref, id, generation, named })
    }
  }
  return [...found.values()]
}

async function findQueueEvents({ store, spellings }: Search): Promise<QueueEventTrace[]> {
  const events = await readQueueEvents(store)
  return events
    .filter(({ values }) => values.some(spellings.isIn))
    .map(({ entryId }) => ({ kind: 'queue-event', ref: store.ref, entryId }))
}

/** What of an intent may name a number: neither its times nor its durations. Of anything else the whole. */
function textsOf(bytes: Buffer | undefined): string[] {
  if (bytes === undefined) return []
  const parsed = decodeIntent(bytes)
  if (parsed.kind === 'invalid') return asWritten(bytes)
  const { id, callId, callbackNumber, attributes = {} } = parsed.intent
  return [id, callId, callbackNumber, ...Object.entries(attributes).flat()]
}

/** As it stands there, and as a reader of JSON sees it: `\u002b1…`, or a number with an exponent. */
function asWritten(bytes: Buffer): string[] {
  const text = bytes.toString()
  try {
    return [text, JSON.stringify(JSON.parse(text))]
  } catch {
    // What is not JSON as a whole may hold its escapes all the same.
    return [text, withoutEscapes(text)]
  }
}

function withoutEscapes(text: string): string {
  return text.replace(/\\u([0-9a-f]{4})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
}
