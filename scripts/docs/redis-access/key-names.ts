import { keyTable } from '../../../src/shared/redis/key-table.ts'
import * as keys from '../../../src/shared/redis/keys.ts'

const place = { namespace: 'ringback', destination: 'd' }
const sampleRecordId = '500000000000001'

/** What each function of keys.ts makes, by its name. */
const samples: ReadonlyMap<string, string> = new Map([
  ['inboxKey', keys.inboxKey(place)],
  ['doorKey', keys.doorKey(place)],
  ['callbackKey', keys.callbackKey(place, 'id')],
  ['callbackKeys', keys.callbackKey(place, 'id')],
  ['resultsKey', keys.resultsKey(place)],
  ['deadLettersKey', keys.deadLettersKey(place)],
  ['letterReasonsKey', keys.letterReasonsKey(place)],
  ['wishKey', keys.wishKey(place, '1-1')],
  ['handedKey', keys.handedKey(place, { from: 1, entryId: '1-1' })],
  ['publicKeysKey', keys.publicKeysKey(place)],
  ['statsKey', keys.statsKey(place)],
  ['recentKey', keys.recentKey(place)],
  ['intakeKey', keys.intakeKey(place)],
  ['ownerKey', keys.ownerKey(place, sampleRecordId)],
  ['callPlaceKey', keys.callPlaceKey(place, '0000')],
  ['numberPlaceKey', keys.numberPlaceKey(place, '0000')],
  ['secretKey', keys.secretKey(place)],
  ['realignedKey', keys.realignedKey(place)],
  ['controlKey', keys.controlKey(place)],
  ['breakerKey', keys.breakerKey(place)],
  ['paceKey', keys.paceKey(place)],
  ['runKey', keys.runKey(place, 'id')],
  ['runsKey', keys.runsKey(place)],
  ['activeRunsKey', keys.activeRunsKey(place)],
  ['expiriesKey', keys.expiriesKey(place)],
  ['scheduleKey', keys.scheduleKey(place)],
  ['inFlightKey', keys.inFlightKey(place)],
  ['retryingKey', keys.retryingKey(place)],
  ['flowKey', keys.flowKey(place)],
  ['historyKey', keys.historyKey(place)],
  ['auditKey', keys.auditKey(place)],
  ['workersKey', keys.workersKey(place)],
  ['dueJobsKey', keys.dueJobsKey(place)],
  ['waitingJobsKey', keys.waitingJobsKey(place)],
  ['delayedJobsKey', keys.delayedJobsKey(place)],
  ['activeJobsKey', keys.activeJobsKey(place)],
  ['jobMarkersKey', keys.jobMarkersKey(place)],
  ['jobKey', keys.jobKey(place, 'cb-id')],
  ['queueEventsKey', keys.queueEventsKey(place)],
  ['destinationsKey', keys.destinationsKey(place.namespace)],
  ['walkerKey', keys.walkerKey(place.namespace)],
])

export const everyKey = 'every key'
export const queueKeys = keyTable.find(({ type }) => type === 'BullMQ')?.key ?? everyKey

/** As docs/redis-keys.md names them; of most functions one. None: the function makes no key. */
export function keysMadeBy(name: string): readonly string[] {
  if (name === 'anyKeyPattern') return [everyKey]
  // Met among all keys, it may be of either index.
  if (name === 'bucketKey') return ['callPlaceKey', 'numberPlaceKey'].flatMap(keysMadeBy)
  const made = samples.get(name)
  if (made === undefined && name.endsWith('Key')) {
    throw new Error(`say in scripts/docs/redis-access/key-names.ts what ${name} makes`)
  }
  const found = keyTable.find(({ key }) => made !== undefined && patternOf(key).test(made))
  return found === undefined ? [] : [found.key]
}

function patternOf(key: string): RegExp {
  const escaped = key.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${escaped.replace(/<[^>]+>|\\\*/g, '.+')}$`)
}
