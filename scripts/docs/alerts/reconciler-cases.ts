import type { AlertCases, CaseSeries } from './alert-case.ts'

/** Minutes: long enough for a long case. */
const at = 650

/** When each of two workers has ended a round; `_`: never. */
const ended = (one: string, other: string): CaseSeries => ({
  metric: 'ringback_reconciler_last_round_timestamp_seconds',
  one,
  other,
})
const started = (one: string, other: string): CaseSeries => ({
  metric: 'process_start_time_seconds',
  one,
  other,
})
const up = (one: string): CaseSeries => ({ metric: 'ringback_redis_up', one, other: '1x70' })

export const reconcilerCases: AlertCases = {
  fires: [
    {
      when: 'the last round ended more than four hours ago',
      series: [ended('60x70', '_x70'), started('0x70', '0x70'), up('1x70')],
      at,
    },
    {
      when: 'no worker has ended one since it started',
      series: [started('0x70', '0x70'), up('1x70')],
      at,
    },
  ],
  quiet: [
    {
      when: 'one of two has ended one lately, and the other never',
      series: [ended('30000x70', '_x70'), started('0x70', '0x70'), up('1x70')],
      at,
    },
    {
      when: 'the worker that walked is gone, and the next one has begun',
      series: [ended('60x40 _x30', '_x70'), started('0x40 _x30', '30000x70'), up('1x40 _x30')],
      at,
    },
  ],
}
