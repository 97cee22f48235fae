/** Asks in one go for what is wanted in one turn of the event loop. What fails for one of them is asked for each of them alone. */
export function together<Input, Answer>(
  ask: (inputs: readonly Input[]) => Promise<readonly Answer[]>,
): (input: Input) => Promise<Answer> {
  let wanted: Input[] = []
  let asked: Promise<readonly Answer[]> | undefined

  const askForAll = async () => {
    await new Promise(setImmediate)
    const inputs = wanted
    wanted = []
    asked = undefined
    return await ask(inputs)
  }
  return async (input) => {
    asked ??= askForAll()
    const inputs = wanted
    const place = inputs.push(input) - 1
    try {
      return answerAt(await asked, place)
    } catch (error) {
      if (inputs.length === 1) throw error
      return answerAt(await ask([input]), 0)
    }
  }
}

function answerAt<Answer>(answers: readonly Answer[], place: number): Answer {
  const answer = answers[place]
  if (answer === undefined) throw new Error('not all that was asked for was answered')
  return answer
}
