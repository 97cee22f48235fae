import type { Operator } from '../../src/ops/operations/audit/note-action.ts'

/** Who it is that does something in a test. */
export const operatorOfTests: Operator = { name: 'tester@here', face: 'command line' }
