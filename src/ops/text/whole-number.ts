/** `Number` alone would take an empty text for 0 and `1e0` for 1. */
export function wholeNumberOrText(text: string): number | string {
  return /^\d{1,9}$/.test(text) ? Number(text) : text
}
