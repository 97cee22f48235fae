import type { CliContext } from './cli-context.ts'
import { canAsk, confirmed } from './confirm.ts'
import { printJson, toJson } from './json.ts'
import { say } from './say.ts'
import { createScreen, type Screen } from './screen.ts'

/** Turns data into text for people. */
export type Presenter<Data> = (data: Data, screen: Screen) => void

/** Where a command's answer goes. Whether it is for programs or for people is decided once, here. */
export interface Output {
  /** False: for programs. */
  isForPeople: boolean
  /** The answer: for programs one JSON document, so they are given no more than one. */
  print<Data>(data: Data, present: Presenter<Data>): void
  /** A list of which one part comes after the other: the whole, or, if an error ends it, what has come by then. */
  printAll<Item>(items: AsyncIterable<Item>, present: Presenter<readonly Item[]>): Promise<Item[]>
  /** One of several answers: for programs a line of JSON Lines. */
  printLine<Data>(data: Data, present: Presenter<Data>): void
  /** What people are told on the way: programs find it in the answer. */
  tell<Data>(data: Data, present: Presenter<Data>): void
  /** What people are told beside the answer, on stderr. */
  note(text: string): void
  /** Whether there is somebody who can be asked. */
  canAsk(): boolean
  /** Whether somebody at a terminal says yes; undefined where nobody can be asked. Programs never are. */
  ask(question: string): Promise<boolean | undefined>
}

export function createOutput(context: CliContext, { json }: { json?: boolean }): Output {
  return json === true ? forPrograms(context) : forPeople(context)
}

function forPrograms({ stdout }: CliContext): Output {
  const print = (data: unknown) => printJson(stdout, data)
  return {
    isForPeople: false,
    print,
    printAll: (items) => collected(items, print),
    printLine: (data) => stdout.write(`${toJson(data)}\n`),
    tell: () => undefined,
    note: () => undefined,
    canAsk: () => false,
    ask: () => Promise.resolve(undefined),
  }
}

function forPeople(context: CliContext): Output {
  const screen = createScreen(context.stdout, context)
  return {
    isForPeople: true,
    print: (data, present) => present(data, screen),
    printAll: (items, present) => collected(items, (list) => present(list, screen)),
    printLine: (data, present) => present(data, screen),
    tell: (data, present) => present(data, screen),
    note: (text) => say(createScreen(context.stderr, context), text),
    canAsk: () => canAsk(context),
    ask: async (question) => (canAsk(context) ? await confirmed(context, question) : undefined),
  }
}

async function collected<Item>(
  items: AsyncIterable<Item>,
  print: (list: readonly Item[]) => void,
): Promise<Item[]> {
  const list: Item[] = []
  try {
    for await (const item of items) list.push(item)
  } catch (error) {
    // Of nothing that was done, it is not to be said that there was nothing.
    if (list.length > 0) print(list)
    throw error
  }
  print(list)
  return list
}
