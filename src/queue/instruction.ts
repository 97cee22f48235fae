/**
 * What the queue has to do with a job afterwards, as data: the processor carries it out. `hand-back`: it was not to go yet, and
 * waits for its turn again.
 */
export type Instruction =
  { kind: 'finish' } | { kind: 'delay'; untilMs: number } | { kind: 'hand-back' }
