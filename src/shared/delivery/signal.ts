/**
 * What an attempt says about the destination as a whole; the breaker listens to it. `refusal:<which>`: of this one callback, as
 * long as not many in a row are refused for the same reason.
 */
export type Signal = 'ok' | 'failure' | 'uncertain' | 'limit' | `refusal:${string}`
