/** After so many minutes a case counts as a long one, of which there is a value in ten minutes only: promtool takes its time. */
export const longMinutes = 600

/** A series of two workers, in promtool's notation, a value a minute, or in ten minutes where the case is a long one. */
export interface CaseSeries {
  metric: string
  labels?: Readonly<Record<string, string>>
  /** Of the first worker. */
  one: string
  /** Of the second one; the same as the first where it is left out, as what is read from Redis is. */
  other?: string
}

export interface AlertCase {
  /** What is so, as a sentence without its end. */
  when: string
  series: readonly CaseSeries[]
  /** Minutes after the first value. */
  at: number
}

export interface AlertCases {
  fires: readonly AlertCase[]
  quiet: readonly AlertCase[]
  /** Labels of the alert beside its severity and the job. */
  labels?: Readonly<Record<string, string>>
}

export const acme = { destination: 'acme' }

/** One that counts in the first worker only. */
export const counter = (metric: string, labels: CaseSeries['labels'], one: string) => ({
  metric,
  labels: { ...acme, ...labels },
  one,
  other: '0x400',
})
