/**
 * What is due within this time has a job on the queue, which waits to the millisecond; what is due later stands in the schedule. A
 * worker looks there once a second, so a job is on the queue a second before its time, and a machine may stand still for that long
 * without making anything late. What is longer would keep more on the queue for nothing.
 */
export const horizonMs = 2_000
