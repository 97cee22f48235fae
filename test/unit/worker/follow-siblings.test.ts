import { describe, expect, it } from 'vitest'

import type { PartitionBreaker } from '../../../src/shared/store/partitions/inspect-breaker.ts'
import { whatToFollow, type SeenPartition } from '../../../src/worker/follow-siblings.ts'

const closed: PartitionBreaker = {
  state: 'closed',
  seen: 'as it was seen',
  since: 0,
  heldForMs: undefined,
  isProbing: false,
  tries: 0,
  cause: '',
  code: '',
  message: '',
  of: undefined,
  ramp: undefined,
  share: 1,
  limit: undefined,
}

const said = { cause: 'failures', code: 'http-503', message: 'It was away.' }
const open: PartitionBreaker = { ...closed, ...said, state: 'open', since: 100, heldForMs: 1_000 }
const halfOpen: PartitionBreaker = { ...open, heldForMs: undefined }
const probing: PartitionBreaker = { ...open, heldForMs: 35_000, isProbing: true }
const ramp: PartitionBreaker = {
  ...closed,
  ...said,
  state: 'ramp',
  since: 100,
  ramp: { ageMs: 300, rampMs: 60_000 },
}

/** Two seconds behind the first partition, as the second one of a row. */
const followsFirst: PartitionBreaker = { ...open, of: 'd', heldForMs: 3_000 }

function row(...breakers: PartitionBreaker[]): SeenPartition[] {
  return breakers.map((breaker, place) => ({
    name: place === 0 ? 'd' : `d/${place}`,
    place,
    breaker,
  }))
}

/** What the partition of each place is to take over. */
function allFollow(...breakers: PartitionBreaker[]) {
  const all = row(...breakers)
  return all.map((own) => whatToFollow(own, all, all.length))
}

function told(of: string, more: object) {
  return { seen: 'as it was seen', of, since: 100, tries: 0, ...said, ...more }
}

describe('partitions of which one has found an outage', () => {
  it('send nothing either, each for longer than the one before it', () => {
    expect(allFollow(closed, closed, open, closed)).toEqual([
      told('d/2', { to: 'open', forMs: 5_000 }),
      told('d/2', { to: 'open', forMs: 7_000 }),
      undefined,
      told('d/2', { to: 'open', forMs: 3_000 }),
    ])
  })

  it('have one that leads, where two found out at once', () => {
    const later = { ...open, since: 101 }
    expect(allFollow(open, later)).toEqual([undefined, told('d', { to: 'open', forMs: 3_000 })])
    expect(allFollow(later, open)[0]).toBeUndefined()
  })

  it('wait for as long as an answer has asked the first one to', () => {
    const [, second] = allFollow({ ...open, heldForMs: 3_600_000 }, followsFirst)
    expect(second).toMatchObject({ forMs: 3_602_000 })
  })

  it('wait for its probe', () => {
    expect(allFollow(probing, followsFirst)[1]).toMatchObject({ to: 'open', forMs: 37_000 })
  })

  it('wait on when its probe has failed', () => {
    expect(allFollow({ ...open, tries: 1 }, followsFirst)[1]).toMatchObject({ tries: 1 })
  })

  it('fall back with one that falls back', () => {
    const again = { ...open, since: 200 }
    expect(allFollow(ramp, again)[0]).toMatchObject({ to: 'open', of: 'd/1', since: 200 })
  })

  it.each<[string, PartitionBreaker, PartitionBreaker]>([
    ['as things stand, or nearly', open, { ...followsFirst, heldForMs: 2_700 }],
    ['from one that only follows', closed, followsFirst],
    ['from one that may send a probe and does not', halfOpen, followsFirst],
    ['while their own probe is under way', open, { ...probing, of: 'd' }],
    ['where nobody has found anything', closed, closed],
    ['from an outage that they know to be over', open, ramp],
  ])('take over nothing %s', (_, first, second) => {
    expect(allFollow(first, second)[1]).toBeUndefined()
  })
})

describe('partitions that wait for the probe of one that sends none', () => {
  it('follow the next one that does', () => {
    const [first, , third] = allFollow(
      halfOpen,
      { ...probing, of: 'd' },
      { ...followsFirst, heldForMs: 2_000 },
    )
    expect(first).toMatchObject({ to: 'open', of: 'd/1', forMs: 35_000 + 4_000 })
    expect(third).toMatchObject({ to: 'open', of: 'd/1', forMs: 35_000 + 2_000 })
  })

  it('follow it when its probe has failed', () => {
    expect(allFollow(halfOpen, { ...open, tries: 3 })[0]).toMatchObject({ of: 'd/1', tries: 3 })
  })
})

describe('partitions of which one was answered', () => {
  it('go on with it', () => {
    const goesOn = told('d', { to: 'ramp', ageMs: 300, rampMs: 60_000 })
    expect(allFollow(ramp, followsFirst, { ...halfOpen, of: 'd' })).toEqual([
      undefined,
      goesOn,
      goesOn,
    ])
  })

  it('go on though another one still waits', () => {
    expect(allFollow(open, ramp)).toEqual([expect.objectContaining({ to: 'ramp' }), undefined])
  })

  it('do not go on by an outage that was over before', () => {
    expect(allFollow(ramp, { ...open, since: 200 })[1]).toBeUndefined()
  })

  it('are not slowed by it where they have sent all the time', () => {
    expect(allFollow(ramp, closed)[1]).toBeUndefined()
  })
})

describe('a limit that was named to one partition', () => {
  const slowed = (share: number) => ({
    ...closed,
    share,
    limit: { share, ageMs: 100, forMs: 30_000 },
  })

  it('slows all down', () => {
    expect(allFollow(slowed(0.5), closed)[1]).toEqual({
      seen: 'as it was seen',
      of: 'd',
      to: 'slow',
      share: 0.5,
      ageMs: 100,
      forMs: 30_000,
    })
  })

  it('is the one that leaves least', () => {
    expect(allFollow(slowed(0.5), slowed(0.25), closed)[2]).toMatchObject({ share: 0.25 })
    expect(allFollow(slowed(0.5), slowed(0.25))[1]).toBeUndefined()
  })

  it('changes nothing where as much is left, a step of its recovery apart', () => {
    expect(allFollow(slowed(0.5), slowed(0.6))[1]).toBeUndefined()
  })
})
