import type { Row } from './panel.ts'

export const consoleRow: Row = {
  id: 700,
  title: 'Console',
  panels: [
    {
      id: 701,
      title: 'What operators did, a minute',
      description:
        'By command or on the page; “nothing” is what changed nothing. From the operators’ log: every console counts the same.',
      kind: 'stack',
      unit: 'cpm',
      width: 12,
      series: [
        {
          expr: '60 * max by (action, outcome, face) (rate(ringback_operator_actions_total[$__rate_interval]))',
          legend: '{{action}} {{outcome}}, {{face}}',
        },
      ],
    },
    {
      id: 702,
      title: 'Open pages',
      description: 'That are seen and kept fresh.',
      kind: 'figure',
      unit: 'short',
      width: 4,
      series: [{ expr: 'sum(ringback_console_clients)', legend: 'pages' }],
    },
    {
      id: 703,
      title: 'Requests a minute',
      description: 'Of 4xx some are logins, and what somebody may not do.',
      kind: 'stack',
      unit: 'cpm',
      width: 8,
      series: [
        {
          expr: '60 * sum by (kind, status) (rate(ringback_console_requests_total[$__rate_interval]))',
          legend: '{{kind}} {{status}}',
        },
      ],
    },
    {
      id: 704,
      title: 'How long a page takes',
      description: 'Nineteen of twenty are to be there within 150 ms.',
      kind: 'lines',
      unit: 's',
      width: 12,
      series: [spreadOfAll(0.5, 'half'), spreadOfAll(0.95, '95 %')],
      limits: { orange: 0.15, red: 1 },
    },
    {
      id: 705,
      title: 'How long it takes to read how everything stands',
      description: 'From Redis, at most every two seconds; 95 %.',
      kind: 'lines',
      unit: 's',
      width: 12,
      series: [
        {
          expr: 'histogram_quantile(0.95, sum by (le, result) (rate(ringback_console_reading_duration_seconds_bucket[$__rate_interval])))',
          legend: '{{result}}',
        },
      ],
    },
  ],
}

function spreadOfAll(part: number, legend: string) {
  const rates =
    'sum by (le) (rate(ringback_console_page_duration_seconds_bucket[$__rate_interval]))'
  return { expr: `histogram_quantile(${part}, ${rates})`, legend }
}
