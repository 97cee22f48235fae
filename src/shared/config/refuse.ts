import { RingbackError } from '../errors/errors.ts'
import { problemLine, type ConfigProblem } from './config-problem.ts'

/** Throws `invalid-configuration` if there is any problem. */
export function refuse(problems: readonly ConfigProblem[]): void {
  if (problems.length > 0) throw invalidConfiguration(problems)
}

/** A line for each problem; one that several destinations inherit is told once. */
export function invalidConfiguration(problems: readonly ConfigProblem[]): RingbackError {
  const byLine = new Map(problems.map((problem) => [problemLine(problem), problem]))
  return new RingbackError('invalid-configuration', [...byLine.keys()].join('\n'), {
    problems: [...byLine].map(([line, { name }]) => ({
      field: name,
      message: line.slice(`${name}: `.length),
    })),
  })
}
