import type { Hono } from 'hono'

import type { Operator } from './access/check-login.ts'

/** What is known of a request once it has come past the gate. */
export interface ConsoleVariables {
  operator: Operator
}

export type ConsoleRoutes = Pick<Hono<{ Variables: ConsoleVariables }>, 'get' | 'post'>
