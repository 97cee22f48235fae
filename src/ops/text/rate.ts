const perSecond = { s: 1, m: 60, h: 3_600 } as const

/** Reads a rate such as `5/s`, `30/m` or `100/h`, in so many a second, from 0.001 to 10,000. */
export function readPerSecond(text: string): number | undefined {
  const [, number = '', unit] = /^(\d+(?:\.\d+)?)(?:\/([smh]))?$/.exec(text) ?? []
  const rate = Number(number) / perSecond[unit === 'm' || unit === 'h' ? unit : 's']
  return number !== '' && rate >= 0.001 && rate <= 10_000 ? rate : undefined
}
