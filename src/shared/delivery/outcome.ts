/**
 * What one attempt came to (design: "What an attempt may come to").
 *
 * - `booked`: Salesforce made a ContactRequest and named it.
 * - `refused`: Salesforce said no, and would say no again.
 * - `unavailable`: certainly nothing was booked; worth another attempt later.
 * - `uncertain`: something may have been booked.
 */
export type Outcome =
  | { kind: 'booked'; status: number; recordId: string }
  | { kind: 'refused'; status: number; code: string; message: string }
  | {
      kind: 'unavailable'
      status: number | undefined
      code: string
      message: string
      retryAfterMs: number | undefined
    }
  | { kind: 'uncertain'; status: number | undefined; code: string; message: string }

export type OutcomeKind = Outcome['kind']

export const outcomeKinds = [
  'booked',
  'refused',
  'unavailable',
  'uncertain',
] as const satisfies readonly OutcomeKind[]
