/**
 * Maps with up to `inFlight` calls at once and yields in the order of the input, reading no further ahead than that. An
 * output is yielded as soon as it is there, also while the next input is awaited: who reads from a slow source hears at
 * once what became of what he gave.
 */
export async function* mapInOrder<Input, Output>(
  inputs: AsyncIterable<Input> | Iterable<Input>,
  map: (input: Input, index: number) => Promise<Output>,
  inFlight: number,
): AsyncGenerator<Output> {
  const source = iteratorOf(inputs)
  const started: { output: Promise<Output> }[] = []
  let next: Promise<IteratorResult<Input>> | undefined
  let ended = false
  let index = 0
  try {
    while (!ended || started.length > 0) {
      if (next === undefined && !ended && started.length < inFlight) {
        next = Promise.resolve(source.next())
      }
      const oldest = started[0]?.output
      if (oldest !== undefined && (await comesFirst(oldest, next))) {
        started.shift()
        yield await oldest
        continue
      }
      const input = await next
      next = undefined
      if (input === undefined || input.done === true) ended = true
      else started.push(start(map(input.value, index++)))
    }
  } finally {
    // Whoever stops listening early must not leave a file open.
    await source.return?.()
  }
}

function iteratorOf<Input>(
  inputs: AsyncIterable<Input> | Iterable<Input>,
): AsyncIterator<Input> | Iterator<Input> {
  return Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]()
}

function start<Output>(output: Promise<Output>) {
  // Until its turn comes nobody awaits it, and a rejection that nobody awaits would end the process.
  output.catch(() => undefined)
  return { output }
}

/** True if the output is there before the next input is; at once if no input is asked for. */
async function comesFirst(
  output: Promise<unknown>,
  input: Promise<unknown> | undefined,
): Promise<boolean> {
  if (input === undefined) return true
  const settled = (work: Promise<unknown>, isOutput: boolean) =>
    work.then(
      () => isOutput,
      () => isOutput,
    )
  return Promise.race([settled(output, true), settled(input, false)])
}
