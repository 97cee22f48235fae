/** Ids of a stream have 64 bits on either side: no entry comes after this one, and XRANGE refuses to look for any. */
export const lastPossibleId = '18446744073709551615-18446744073709551615'
