import type { EnqueueAnswer } from '../../../shared/contract/enqueue-answer.ts'
import { printable } from '../../../shared/text/printable.ts'
import type { End } from '../../operations/enqueue/wait-for-end.ts'
import { plainDue } from '../../text/plain-time.ts'
import { problemLines } from './problems.ts'
import { say, sayPainted } from '../terminal/say.ts'
import { sentenceLines, type Screen } from '../terminal/screen.ts'

export function presentAnswer(answer: EnqueueAnswer, screen: Screen): void {
  switch (answer.kind) {
    case 'accepted': {
      const due = plainDue(answer.dueAt, answer.acceptedAt)
      sayPainted(screen, { colour: 'green', word: 'accepted' }, `${answer.id}, ${due}`)
      return
    }
    case 'duplicate': {
      const text = `${answer.id}: it was accepted before and is ${answer.state}`
      sayPainted(screen, { colour: 'yellow', word: 'duplicate' }, text)
      return
    }
    case 'refused': {
      const text = `(${answer.code}); nothing was accepted`
      sayPainted(screen, { colour: 'red', word: 'refused' }, text)
      for (const problem of reasons(answer)) sayBelow(screen, problem)
    }
  }
}

function sayBelow(screen: Screen, text: string): void {
  for (const each of sentenceLines(text, screen, '  ')) screen.line(each)
}

function reasons({ problems, message }: EnqueueAnswer & { kind: 'refused' }): string[] {
  return problems.length > 0 ? problemLines(problems) : [message]
}

/** An answer, and what came after it: `end` undefined where we were stopped first. */
export type EndedAnswer = EnqueueAnswer & { end: End | undefined }

/** The answer itself was shown before. */
export function presentEnd(answer: EndedAnswer, screen: Screen): void {
  if (answer.kind === 'refused') return
  const { id, end } = answer
  if (end === undefined) {
    say(screen, `stopped waiting; the callback itself continues: ringback status ${id}`)
    return
  }
  const { state, attempts, reason, recordId, possibleDuplicate } = end
  const after = `after ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
  if (state === 'booked') {
    const text = `${id} as ${recordId ?? 'a ContactRequest'} ${after}`
    sayPainted(screen, { colour: 'green', word: 'booked' }, text)
  } else {
    const why = [reason, end.code].filter((part) => part !== undefined).join(', ')
    const text = `${id} ${after}${why === '' ? '' : `: ${why}`}`
    sayPainted(screen, { colour: 'red', word: state }, text)
    if (end.message) sayBelow(screen, printable(end.message))
  }
  if (possibleDuplicate)
    sayBelow(screen, 'an attempt may have booked unnoticed: the customer may be called twice')
}
