import { messageOf } from './errors.ts'

/** What goes wrong at every turn in the same words is told once, until a turn goes well. */
export function tellOnce(tell: (error: unknown) => void) {
  let told: string | undefined
  return {
    tell: (error: unknown): void => {
      const message = messageOf(error)
      if (message !== told) tell(error)
      told = message
    },
    wentWell: (): void => {
      told = undefined
    },
  }
}
