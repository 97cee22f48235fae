import type { EnqueueAnswer } from '../../../shared/contract/enqueue-answer.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { End } from '../../operations/enqueue/wait-for-end.ts'
import { plainDue } from '../../text/plain-time.ts'
import { problemLines } from './problems.ts'
import type { Screen } from '../terminal/screen.ts'

export function presentAnswer(answer: EnqueueAnswer, { line, paint }: Screen): void {
  switch (answer.kind) {
    case 'accepted':
      line(
        `${paint('green', 'accepted')} ${answer.id}, ${plainDue(answer.dueAt, answer.acceptedAt)}`,
      )
      return
    case 'duplicate':
      line(
        `${paint('yellow', 'duplicate')} ${answer.id}: it was accepted before and is ${answer.state}`,
      )
      return
    case 'refused':
      line(`${paint('red', 'refused')} (${answer.code}); nothing was accepted`)
      for (const problem of reasons(answer)) line(`  ${problem}`)
  }
}

function reasons({ problems, message }: EnqueueAnswer & { kind: 'refused' }): string[] {
  return problems.length > 0 ? problemLines(problems) : [message]
}

/** An answer, and what came after it: `end` undefined where we were stopped first. */
export type EndedAnswer = EnqueueAnswer & { end: End | undefined }

/** The answer itself was shown before. */
export function presentEnd(answer: EndedAnswer, { line, paint }: Screen): void {
  if (answer.kind === 'refused') return
  const { id, end } = answer
  if (end === undefined) {
    line(`stopped waiting; the callback itself continues: ringback status ${id}`)
    return
  }
  const { state, attempts, reason, recordId, possibleDuplicate } = end
  const after = `after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
  if (state === 'booked') {
    line(`${paint('green', 'booked')} ${id} as ${recordId ?? 'a ContactRequest'} ${after}`)
  } else {
    const why = [reason, end.code].filter((part) => part !== undefined).join(', ')
    line(`${paint('red', state)} ${id} ${after}${why === '' ? '' : `: ${why}`}`)
    if (end.message) line(`  ${printable(end.message)}`)
  }
  if (possibleDuplicate)
    line('  an attempt may have booked unnoticed: the customer may be called twice')
}
