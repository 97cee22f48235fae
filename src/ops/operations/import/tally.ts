/** How many lines came to what. Blank lines and a header are none. */
export interface Tally {
  accepted: number
  duplicate: number
  refused: number
}

export function answeredLines({ accepted, duplicate, refused }: Tally): number {
  return accepted + duplicate + refused
}
