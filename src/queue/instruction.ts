/** What the queue has to do with a job afterwards, as data: the processor carries it out. */
export type Instruction = { kind: 'finish' } | { kind: 'delay'; untilMs: number }
