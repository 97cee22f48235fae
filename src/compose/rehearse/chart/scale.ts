/** From values to pixels. */
export interface Scale {
  at: (value: number) => number
  /** Round values to be written at the axis, from 0 on. */
  ticks: readonly number[]
}

export interface Extent {
  /** The largest value; the smallest is 0. */
  most: number
  /** Pixels of 0 and of the largest value. */
  from: number
  to: number
}

/** Runs to the next tick after the largest value. */
export function roundedScale(extent: Extent, tickCount: number): Scale {
  const step = roundStep(Math.max(1, extent.most) / tickCount)
  const top = Math.ceil(Math.max(1, extent.most) / step) * step
  return scaleWith(step, { ...extent, most: top })
}

/** Ends with the largest value. */
export function exactScale(extent: Extent, tickCount: number): Scale {
  return scaleWith(roundStep(extent.most / tickCount), extent)
}

function scaleWith(step: number, { most, from, to }: Extent): Scale {
  const count = Math.floor(most / step + 1e-9)
  return {
    at: (value) => from + ((to - from) * value) / most,
    ticks: Array.from({ length: count + 1 }, (_, nth) => nth * step),
  }
}

/** The least of 1, 2, 5, 10, 20, … that is not below this. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least))
  return ([1, 2, 5].find((each) => each * power >= least) ?? 10) * power
}
