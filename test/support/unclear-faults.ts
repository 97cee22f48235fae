import type { Fault } from '../../src/sandbox/faults.ts'

/** Faults after which nobody knows whether it was booked, and whether it was. */
export const unclear: [string, Fault, { code: string; status?: number; booked: boolean }][] = [
  ['never answered', { do: 'stall', times: 1 }, { code: 'timeout', booked: false }],
  [
    'never answered, having booked',
    { do: 'stall', booked: true, times: 1 },
    { code: 'timeout', booked: true },
  ],
  [
    'cut the connection before it booked',
    { do: 'cut', when: 'before', times: 1 },
    { code: 'reset', booked: false },
  ],
  [
    'cut the connection after it had booked',
    { do: 'cut', when: 'after', times: 1 },
    { code: 'reset', booked: true },
  ],
  [
    'broke with 500',
    { do: 'break', status: 500, times: 1 },
    { code: 'http-500', status: 500, booked: false },
  ],
  [
    'broke with 502 after it had booked',
    { do: 'break', status: 502, booked: true, body: 'html', times: 1 },
    { code: 'http-502', status: 502, booked: true },
  ],
  [
    'named no record',
    { do: 'omit-record-id', times: 1 },
    { code: 'no-record-id', status: 200, booked: true },
  ],
  [
    'named errors beside its record',
    { do: 'errors-in-success', times: 1 },
    { code: 'errors-in-success', status: 200, booked: true },
  ],
  [
    'answered with a page',
    { do: 'garbage', times: 1 },
    { code: 'errors-in-success', status: 200, booked: true },
  ],
]
