import { isRecordId } from '../../../shared/contract/salesforce-id.ts'
import { readNewTime } from '../../../shared/contract/new-time.ts'
import { printable } from '../../../shared/text/printable.ts'
import { cancelCallbacks } from '../../operations/cancel/cancel-callbacks.ts'
import { discardDeadLetters } from '../../operations/dead-letters/discard-dead-letters.ts'
import {
  planRedrive,
  redriveDeadLetters,
  warningsOf,
} from '../../operations/dead-letters/redrive-dead-letters.ts'
import { resolveUncertain } from '../../operations/dead-letters/resolve-dead-letter.ts'
import { commandFor } from '../../text/command-for.ts'
import { quoted } from '../../text/quoted.ts'
import { rescheduleCallbacks } from '../../operations/reschedule/reschedule-callbacks.ts'
import {
  callbackPath,
  inWords,
  readReason,
  wrong,
  type Action,
  type ActionAnswer,
  type ActionRequest,
  type Field,
} from './action.ts'
import { choiceField, reasonField, textField } from './fields.ts'

/** What is done to one callback, by its own page. */
export const callbackActions: readonly Action[] = [
  {
    view: 'dead-letters',
    path: '/callbacks/:id/redrive',
    ask: async ({ store, clock }, request) => {
      const { id } = request
      const plan = await planRedrive(store, { ...request, ids: [id] }, clock)
      return {
        title: `Redrive ${printable(id)}`,
        notes: [
          'It is sent again, with a new attempt budget.',
          ...warningsOf(plan).map(({ warning }) => `Mind: ${printable(warning)}.`),
        ],
        fields: [reasonField],
        button: 'Redrive',
        command: commandFor(`dead-letters redrive ${quoted(id)}`, request.destination),
        back: callbackPath(request),
      }
    },
    act: async ({ store, clock }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const plan = await planRedrive(store, { ...request, ...said, ids: [request.id] }, clock)
      const [redrive] = await all(redriveDeadLetters(plan, clock))
      return answerFor(request, redrive?.outcome, ['redriven'])
    },
  },
  {
    view: 'dead-letters',
    path: '/callbacks/:id/discard',
    ask: (_, request) =>
      Promise.resolve({
        title: `Discard ${printable(request.id)}`,
        notes: ['Nothing more is done about it. It is forgotten after the retention.'],
        fields: [reasonField],
        button: 'Discard',
        command: commandFor(`dead-letters discard ${quoted(request.id)}`, request.destination),
        back: callbackPath(request),
      }),
    act: async ({ store, clock }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const discarding = discardDeadLetters(
        store,
        { ...request, ...said, ids: [request.id] },
        clock,
      )
      const [discard] = await all(discarding)
      return answerFor(request, discard?.outcome, ['discarded'])
    },
  },
  {
    view: 'dead-letters',
    path: '/callbacks/:id/resolve',
    ask: (_, request) =>
      Promise.resolve({
        title: `Resolve ${printable(request.id)}`,
        notes: [
          'Look in Salesforce for a ContactRequest with the customer’s number, made since the last attempt began.',
        ],
        fields: [
          choiceField({ name: 'was', label: 'Was it booked?' }, [
            { value: 'booked', label: 'Yes, as this ContactRequest: it ends as booked' },
            { value: 'not-booked', label: 'No: it is sent again' },
          ]),
          textField({
            name: 'recordId',
            label: 'ContactRequest',
            hint: '15 or 18 letters and digits',
          }),
          reasonField,
        ],
        button: 'Resolve',
        command: commandFor(
          `dead-letters resolve ${quoted(request.id)} --booked RECORD_ID`,
          request.destination,
        ),
        back: callbackPath(request),
      }),
    act: async ({ store, clock }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const recordId = field('recordId')
      const was = field('was')
      if (was !== 'booked' && was !== 'not-booked') return wrong('Say whether it was booked.')
      const isBooked = was === 'booked'
      if (isBooked && !isRecordId(recordId)) {
        return wrong('A ContactRequest’s id has 15 or 18 letters and digits.')
      }
      const booked = isBooked ? recordId : undefined
      const resolving = { ...request, ...said, recordId: booked }
      const { outcome } = await resolveUncertain(store, resolving, clock)
      return answerFor(request, outcome, ['booked', 'redriven', 'cancelled'])
    },
  },
  {
    view: 'waiting',
    path: '/callbacks/:id/cancel',
    ask: (_, request) =>
      Promise.resolve({
        title: `Cancel ${printable(request.id)}`,
        notes: [
          'Nothing more is sent for it. A request that is on its way cannot be recalled: it ends as cancelled unless that attempt books it.',
        ],
        fields: [reasonField],
        button: 'Cancel the callback',
        command: commandFor(`cancel ${quoted(request.id)}`, request.destination),
        back: callbackPath(request),
      }),
    act: async ({ store, clock }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const by = request.operator.name
      const cancelling = cancelCallbacks(
        store,
        { ...request, ...said, by, which: [request.id] },
        clock,
      )
      const [cancelled] = await all(cancelling)
      return answerFor(request, cancelled?.outcome, ['cancelled', 'under-way'])
    },
  },
  {
    view: 'waiting',
    path: '/callbacks/:id/reschedule',
    ask: (_, request) =>
      Promise.resolve({
        title: `Reschedule ${printable(request.id)}`,
        notes: ['What waits to be tried again is tried again then.'],
        fields: [
          choiceField({ name: 'when', label: 'When is it to be sent?' }, [
            { value: 'delay', label: 'So long from now' },
            { value: 'at', label: 'At a time' },
            { value: 'now', label: 'As soon as it may go' },
          ]),
          textField({ name: 'delay', label: 'So long', hint: 'such as 30m or 2h' }),
          textField({
            name: 'notBefore',
            label: 'At',
            hint: 'ISO 8601 with offset, such as 2026-02-27T09:00:00+01:00, or a local time with a zone',
          }),
          textField({
            name: 'timeZone',
            label: 'Zone',
            hint: 'of a local time, such as Europe/Vienna',
          }),
          reasonField,
        ],
        button: 'Reschedule',
        command: commandFor(`reschedule ${quoted(request.id)} --delay 2h`, request.destination),
        back: callbackPath(request),
      }),
    act: async ({ store, clock }, request, field) => {
      const said = readReason(field)
      if ('problem' in said) return wrong(said.problem)
      const read = readNewTime(timeIn(field), clock.now())
      if (read.kind !== 'ok') return wrong(read.problems.map(({ message }) => message).join('; '))
      const wish = { ...request, ...said, by: request.operator.name, which: [request.id] }
      const [moved] = await all(rescheduleCallbacks(store, { ...wish, time: read.time }))
      return answerFor(request, moved?.outcome, ['moved'])
    },
  },
]

function timeIn(field: Field): Record<string, unknown> {
  const when = field('when')
  if (when === 'now') return { now: true }
  if (when === 'delay') return { delay: field('delay') }
  const timeZone = field('timeZone')
  return { notBefore: field('notBefore'), ...(timeZone !== '' && { timeZone }) }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

function answerFor(
  request: ActionRequest,
  outcome = 'unknown',
  good: readonly string[] = [],
): ActionAnswer {
  const words = `${printable(request.id)}: ${inWords(outcome)}`
  return { kind: good.includes(outcome) ? 'done' : 'refused', words, to: callbackPath(request) }
}
