import type { Action } from './action.ts'
import { callbackActions } from './callback-actions.ts'
import { destinationActions } from './destination-actions.ts'
import { runActions } from './run-actions.ts'

/** Everything that the console can change. A test asks each of them as somebody who may only look. */
export const actions: readonly Action[] = [...callbackActions, ...destinationActions, ...runActions]
