import { sends } from '../../../shared/store/runs/run-kinds.ts'
import { deadReasons, type DeadReason } from '../../../shared/contract/states.ts'
import { maskNumbersIn } from '../../../shared/phone/mask.ts'
import { printable } from '../../../shared/text/printable.ts'
import { parseDurationMs } from '../../../shared/time/duration.ts'
import { plainDuration } from '../../text/plain-time.ts'
import { commandFor } from '../../text/command-for.ts'
import { quoted } from '../../text/quoted.ts'
import { readPerSecond } from '../../text/rate.ts'
import {
  abortRun,
  pauseRun,
  refuseEmpty,
  resumeRun,
  startRun,
  type RunDecision,
} from '../../operations/runs/decide-run.ts'
import { showOneRun, type ShownRun } from '../../operations/runs/find-runs.ts'
import { planRun } from '../../operations/runs/plan-run.ts'
import type { FilterRequest } from '../../operations/runs/run-request.ts'
import {
  inWords,
  queryOf,
  readReason,
  runPath,
  wrong,
  type Action,
  type ActionAnswer,
  type ActionRequest,
  type Field,
} from './action.ts'
import { choiceField, reasonField, textField, tickField } from './fields.ts'

/** Above so many the number has to be typed. */
export const mostUntyped = 50

/** What is done to many at once: a plan is made, looked at, and started. */
export const runActions: readonly Action[] = [
  planning('redrive'),
  planning('discard'),
  {
    view: 'runs',
    path: '/runs/:id/start',
    ask: async ({ store }, request) => {
      const run = await showOneRun(store, request)
      refuseEmpty(run)
      const isMany = run.counts.selected > mostUntyped
      return {
        title: `Start ${printable(run.id)}`,
        notes: notesOn(run),
        fields: [
          ...(isMany ? [typedField(run.counts.selected)] : []),
          ...(sends(run.kind) ? paceFields : []),
        ],
        button: `${capitalised(run.kind)} ${grouped(run.counts.selected)}`,
        command: commandFor(`runs start ${quoted(run.id)}`, request.destination),
        back: runPath(request),
      }
    },
    act: async ({ store }, request, field) => {
      const { counts } = await showOneRun(store, request)
      const isTyped = field('typed').replaceAll(/[\s.,]/g, '') === String(counts.selected)
      if (counts.selected > mostUntyped && !isTyped) {
        return wrong(`Type how many it is about: ${grouped(counts.selected)}.`)
      }
      const pace = paceIn(field)
      if (typeof pace === 'string') return wrong(pace)
      const by = request.operator.name
      return decided(request, await startRun(store, { ...request, ...pace, by }), 'was started')
    },
  },
  deciding('pause', 'What it has sent goes on. It can be resumed.'),
  deciding('resume', 'It goes on where it stopped. After a canary, this is the yes.'),
  deciding('abort', 'Nothing more of it is sent. What was sent goes on its way.'),
]

function planning(kind: 'redrive' | 'discard'): Action {
  const name = capitalised(kind)
  return {
    view: 'dead-letters',
    path: `/plans/${kind}`,
    ask: (_, request) =>
      Promise.resolve({
        title: `${name} many`,
        notes: [
          'First a plan is made: how many are meant, of which kind, and how long it takes. Nothing happens before you start it.',
          ...(kind === 'redrive'
            ? ['Those that are past their time to be rung are left out.']
            : []),
        ],
        fields: [...filterFields, ...(kind === 'redrive' ? [duplicatesField] : []), reasonField],
        button: 'Make the plan',
        command: commandFor(
          `${kind === 'redrive' ? '' : 'dead-letters '}${kind} --plan`,
          request.destination,
        ),
        back: `dead-letters${queryOf(request)}`,
      }),
    act: async ({ store, clock }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const filter = filterIn(field, clock.now(), kind === 'discard')
      if (typeof filter === 'string') return wrong(filter)
      const { destination, operator } = request
      const run = await planRun(store, { destination, kind, filter, by: operator.name, ...said })
      const words = `The plan is made: ${grouped(run.counts.selected)} are meant`
      return { kind: 'done', words, to: runPath({ id: run.id, destination }) }
    },
  }
}

const duplicatesField = tickField({
  name: 'possibleDuplicates',
  label: 'Those too that may have been booked: their customers may be called twice',
})

const filterFields = [
  choiceField({ name: 'deadReason', label: 'What they died of' }, [
    { value: '', label: 'Anything' },
    ...deadReasons.map((reason) => ({ value: reason, label: reason })),
  ]),
  textField({ name: 'code', label: 'Code', hint: 'such as http-400; empty: any' }),
  textField({ name: 'text', label: 'Text in the message', hint: 'empty: any' }),
  textField({ name: 'within', label: 'Died in the last', hint: 'such as 2h or 7d; empty: ever' }),
  textField({ name: 'olderThan', label: 'Died longer ago than', hint: 'such as 30m' }),
]

/** Of a discard, whether one may be booked is no reason to keep it. */
function filterIn(field: Field, nowMs: number, isForAll: boolean): FilterRequest | string {
  const since = agoIn(field('within'), nowMs)
  const until = agoIn(field('olderThan'), nowMs)
  if (since === 'wrong' || until === 'wrong') return 'A time must be a duration such as 30m or 2h.'
  if (since !== undefined && until !== undefined && since >= until) {
    return 'Nothing can have died longer ago than that and since then.'
  }
  const words = [field('code'), field('text')]
  if (words.some((word) => maskNumbersIn(word) !== word)) {
    return 'Code and text must not hold a phone number.'
  }
  const reason: DeadReason | undefined = deadReasons.find((each) => each === field('deadReason'))
  return {
    reason,
    code: field('code') || undefined,
    text: field('text') || undefined,
    sinceMs: since,
    untilMs: until,
    possibleDuplicates: isForAll || field('possibleDuplicates') === 'yes',
  }
}

function agoIn(text: string, nowMs: number): number | 'wrong' | undefined {
  if (text === '') return undefined
  const ms = parseDurationMs(text)
  return ms === undefined ? 'wrong' : nowMs - ms
}

function typedField(selected: number) {
  return textField({
    name: 'typed',
    label: `Type the number of callbacks: ${grouped(selected)}`,
    isRequired: true,
  })
}

const paceFields = [
  textField({ name: 'rate', label: 'Rate', hint: 'such as 5/s, or none; empty: as planned' }),
  textField({
    name: 'canary',
    label: 'Send so many first',
    hint: 'then it pauses until you resume it; empty: all in one go',
  }),
]

const stopAtPercent = 50

function paceIn(field: Field) {
  const [rateText, canaryText] = [field('rate'), field('canary')]
  const rate = rateText === 'none' ? ('none' as const) : readPerSecond(rateText)
  if (rateText !== '' && rate === undefined)
    return 'The rate must be as 5/s, 30/m or 100/h, or none.'
  const canary = canaryText === '' ? undefined : Number(canaryText)
  if (canary !== undefined && !(Number.isSafeInteger(canary) && canary >= 1)) {
    return 'So many first must be a whole number from 1.'
  }
  return { rate, canary, goesOn: false, stopAtPercent }
}

function notesOn(run: ShownRun): string[] {
  const { counts, expired, unsendable, mayBeBooked, filter, rate, takesMs } = run
  const left = [
    expired > 0 && `${grouped(expired)} that are past their time`,
    unsendable > 0 && `${grouped(unsendable)} that cannot be sent`,
    mayBeBooked > 0 && !filter.possibleDuplicates && `${grouped(mayBeBooked)} that may be booked`,
  ].filter((each) => typeof each === 'string')
  return [
    `It is about ${grouped(counts.selected)} callbacks of ${printable(run.destination)}.`,
    ...(left.length > 0 ? [`Left out: ${left.join(', ')}.`] : []),
    ...(mayBeBooked > 0 && filter.possibleDuplicates && sends(run.kind)
      ? [`${grouped(mayBeBooked)} of them may be booked: customers may be called twice.`]
      : []),
    rate === 'none' || takesMs === undefined
      ? 'It has no rate of its own.'
      : `At ${rate} a second it takes ${plainDuration(takesMs)}. It pauses by itself when half of its last ends died.`,
  ]
}

const decisions = { pause: pauseRun, resume: resumeRun, abort: abortRun } as const
const pastWords = { pause: 'pauses', resume: 'goes on', abort: 'was aborted' } as const

function deciding(verb: keyof typeof decisions, note: string): Action {
  const name = capitalised(verb)
  return {
    view: 'runs',
    path: `/runs/:id/${verb}`,
    ask: (_, request) =>
      Promise.resolve({
        title: `${name} ${printable(request.id)}`,
        notes: [note],
        fields: verb === 'resume' ? [] : [reasonField],
        button: name,
        command: commandFor(`runs ${verb} ${quoted(request.id)}`, request.destination),
        back: runPath(request),
      }),
    act: async ({ store }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const wish = { ...request, ...said, by: request.operator.name }
      return decided(request, await decisions[verb](store, wish), pastWords[verb])
    },
  }
}

function decided(
  request: ActionRequest,
  { outcome, run }: RunDecision,
  words: string,
): ActionAnswer {
  const to = runPath(request)
  if (outcome === 'done') return { kind: 'done', words: `${printable(run.id)} ${words}`, to }
  return { kind: 'refused', words: `${printable(run.id)} is ${inWords(run.state)} already`, to }
}

function capitalised(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`
}

function grouped(count: number): string {
  return count.toLocaleString('en')
}
