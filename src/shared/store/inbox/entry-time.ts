/** Redis has had streams since 2018. An earlier time is somebody's own counting: `1-1`, or seconds. */
const firstStreamsMs = Date.UTC(2018, 0, 1)

/**
 * When Redis took the entry, epoch ms, as far as its id tells. Anybody may give an id of his own, and from one that is ahead
 * of the clock on every later `*` is: what cannot be true says nothing, and is `undefined`. The same rule as entry_time()
 * in entry-time.lua.
 */
export function entryTimeMs(entryId: string, nowMs: number): number | undefined {
  const ms = Number(entryId.split('-')[0])
  return ms >= firstStreamsMs && ms <= nowMs ? ms : undefined
}
