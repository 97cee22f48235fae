import { z } from 'zod'

import type { Published } from './published.ts'

/** What is said of a value of the wrong type. */
export const wrongType =
  (rule: string) =>
  ({ input }: { input?: unknown }) =>
    input === null
      ? `is null, which is not a value; leave the field out. If given, it ${rule}`
      : rule

/** A string of which `problemOf` says what is wrong, if anything is. */
export const judged = (
  error: ReturnType<typeof wrongType>,
  problemOf: (value: string) => string | undefined,
  published: Published,
) =>
  z
    .string({ error })
    .superRefine((value, context) => {
      const message = problemOf(value)
      if (message !== undefined) context.addIssue({ code: 'custom', message })
    })
    .meta(published)
