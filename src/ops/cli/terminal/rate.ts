const perSecond = { s: 1, m: 60, h: 3_600 } as const

/** A rate such as `5/s`, `30/m` or `100/h`, in so many a second; undefined for what is none, or is out of bounds. */
export function readPerSecond(text: string): number | undefined {
  const [, number = '', unit] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(text) ?? []
  const rate = Number(number) / perSecond[unit === 'm' || unit === 'h' ? unit : 's']
  return number !== '' && rate >= 0.001 && rate <= 10_000 ? rate : undefined
}
