/** What a destination came to in one minute. Counts, but for the times. */
export interface Minute {
  /** Epoch ms, Redis' own. */
  beganMs: number
  accepted: number
  /** Attempts by what they came to. */
  booked: number
  failed: number
  /** Callbacks that became dead letters. */
  dead: number
  /** Of uncertain outcomes, those that wait for somebody to decide. */
  held: number
  /** At the end of the minute: what could go, what waits for its time, what is being sent. */
  due: number
  waiting: number
  underWay: number
  /** At the end of the minute, how long what is first in line had been due. */
  lateMs: number
}

type Entry = readonly [id: string, fields: readonly string[]]

/** Of some that follow each other. The first one counts no deaths where nothing before it tells how many there had been. */
export function minutesOf(entries: readonly Entry[]): Minute[] {
  let before: ReadonlyMap<string, number> | undefined
  return entries.map(([id, fields]) => {
    const now = valuesOf(fields)
    const value = (name: string) => now.get(name) ?? 0
    // Whoever empties the statistics lets the totals begin again.
    const since = (name: string) => Math.max(0, value(name) - (before?.get(name) ?? value(name)))
    const minute = {
      beganMs: Number.parseInt(id, 10),
      accepted: value('accepted'),
      booked: value('booked'),
      failed: value('failed'),
      dead: since('deadEver'),
      held: since('heldEver'),
      due: value('due'),
      waiting: value('waiting'),
      underWay: value('underWay'),
      lateMs: value('lateMs'),
    }
    before = now
    return minute
  })
}

function valuesOf(fields: readonly string[]): Map<string, number> {
  const values = new Map<string, number>()
  for (let index = 0; index + 1 < fields.length; index += 2) {
    values.set(String(fields[index]), Number(fields[index + 1]))
  }
  return values
}
