import { acme, counter, type AlertCases } from './alert-case.ts'

const lateness = 'ringback_attempt_lateness_seconds_bucket'
const ended = 'ringback_callbacks_ended_total'

const attempts = (inTime: string, all: string) => [
  counter(lateness, { le: '60' }, inTime),
  counter(lateness, { le: '+Inf' }, all),
]
const ends = (booked: string, dead: string, reason = 'exhausted') => [
  counter(ended, { state: 'booked', reason: '' }, booked),
  counter(ended, { state: 'dead', reason }, dead),
]

export const objectiveCases: Readonly<Record<string, AlertCases>> = {
  RingbackPunctualityBurnsFast: {
    labels: acme,
    fires: [{ when: 'half is late', series: attempts('0+5x400', '0+10x400'), at: 120 }],
    quiet: [
      { when: 'one of a thousand is', series: attempts('0+999x400', '0+1000x400'), at: 120 },
      { when: 'nothing is attempted', series: attempts('0x400', '0x400'), at: 120 },
    ],
  },
  RingbackPunctualityBurnsSlowly: {
    labels: acme,
    fires: [{ when: 'one of twenty is late', series: attempts('0+19x200', '0+20x200'), at: 1_900 }],
    quiet: [
      { when: 'one of a thousand is', series: attempts('0+999x200', '0+1000x200'), at: 1_900 },
    ],
  },
  RingbackBookedBurnsFast: {
    labels: acme,
    fires: [{ when: 'half dies', series: ends('0+5x400', '0+5x400'), at: 120 }],
    quiet: [
      { when: 'half is invalid', series: ends('0+5x400', '0+5x400', 'invalid'), at: 120 },
      { when: 'few end at all', series: ends('0x400', '0x100 3x300'), at: 120 },
    ],
  },
  RingbackBookedBurnsSlowly: {
    labels: acme,
    fires: [{ when: 'one of fifty dies', series: ends('0+49x200', '0+1x200'), at: 1_900 }],
    quiet: [{ when: 'one of a thousand does', series: ends('0+999x200', '0+1x200'), at: 1_900 }],
  },
}
