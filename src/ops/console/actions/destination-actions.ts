import { commandFor } from '../../text/command-for.ts'
import { readPerSecond } from '../../text/rate.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'
import { printable } from '../../../shared/text/printable.ts'
import {
  pauseDestination,
  resumeDestination,
  setDestinationRate,
  type Pausable,
} from '../../operations/control/control-destination.ts'
import { readReason, wrong, type Action, type ActionAnswer, type ActionRequest } from './action.ts'
import { choiceField, reasonField, textField } from './fields.ts'

const parts = [
  { value: 'dispatch', label: 'What is sent: new callbacks are accepted meanwhile' },
  { value: 'intake', label: 'What is accepted: what was accepted is sent' },
] as const

/** What is decided about a destination as a whole. */
export const destinationActions: readonly Action[] = [
  {
    view: 'overview',
    path: '/control/pause',
    ask: (_, request) =>
      Promise.resolve({
        title: `Pause ${nameOf(request)}`,
        notes: ['It holds for all workers at once. What is being sent is finished.'],
        fields: [
          choiceField({ name: 'what', label: 'What is paused' }, parts),
          textField({
            name: 'for',
            label: 'For how long',
            hint: 'such as 30m or 2h; empty: until somebody resumes',
          }),
          reasonField,
        ],
        button: 'Pause',
        command: commandFor('pause --dispatch', request.destination),
        back: '',
      }),
    act: async ({ store }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const what = partIn(field('what'))
      if (what === undefined) return wrong('Say what is to be paused.')
      const forMs = field('for') === '' ? undefined : durationIn(field('for'))
      if (forMs === 'wrong')
        return wrong('The time must be a duration from 1s to 366d, such as 30m.')
      const by = request.operator.name
      await pauseDestination(store, { ...request, ...said, by, what, forMs })
      return done(`${nameOf(request)}: ${what} is paused`)
    },
  },
  {
    view: 'overview',
    path: '/control/resume',
    ask: (_, request) =>
      Promise.resolve({
        title: `Resume ${nameOf(request)}`,
        notes: ['Workers go on within a second. An open circuit breaker is no pause.'],
        fields: [
          choiceField({ name: 'what', label: 'What goes on' }, [
            ...[{ value: 'both', label: 'All that is paused' }],
            ...parts,
          ]),
        ],
        button: 'Resume',
        command: commandFor('resume', request.destination),
        back: '',
      }),
    act: async ({ store }, request, field) => {
      const part = partIn(field('what'))
      const what: Pausable[] = part === undefined ? ['dispatch', 'intake'] : [part]
      const { resumed } = await resumeDestination(store, { ...request, what })
      const name = nameOf(request)
      if (resumed.length > 0) return done(`${name}: ${resumed.join(' and ')} goes on`)
      return { kind: 'refused', words: `${name} was not paused`, to: '' }
    },
  },
  {
    view: 'overview',
    path: '/control/rate',
    ask: (_, request) =>
      Promise.resolve({
        title: `Rate of ${nameOf(request)}`,
        notes: ['So many attempts are made, over all workers, until it is set to default again.'],
        fields: [
          textField({
            name: 'rate',
            label: 'Rate',
            hint: 'as 5/s, 30/m or 100/h; none; or default: as the workers are configured',
            isRequired: true,
          }),
          reasonField,
        ],
        button: 'Set the rate',
        command: commandFor('rate 5/s', request.destination),
        back: '',
      }),
    act: async ({ store }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const text = field('rate')
      const rate = text === 'default' || text === 'none' ? text : readPerSecond(text)
      if (rate === undefined)
        return wrong('The rate must be as 5/s, 30/m or 100/h; none; or default.')
      const by = request.operator.name
      await setDestinationRate(store, { ...request, ...said, by, rate })
      return done(`${nameOf(request)}: the rate is ${text}`)
    },
  },
]

function nameOf({ destination }: ActionRequest): string {
  return printable(destination ?? 'the destination')
}

function partIn(text: string): Pausable | undefined {
  return parts.find(({ value }) => value === text)?.value
}

const longestMs = 366 * 24 * 3_600_000

function durationIn(text: string): number | 'wrong' {
  const ms = parseDurationMs(text)
  return ms !== undefined && ms >= 1_000 && ms <= longestMs ? ms : 'wrong'
}

function done(words: string): ActionAnswer {
  return { kind: 'done', words, to: '' }
}
