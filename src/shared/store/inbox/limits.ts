/**
 * What an entry of the inbox may hold. An intent is 16 KiB at most; the rest is for other fields, which are ignored. What
 * holds more is never decoded: a name of 512 MB is not a string, and a million fields are a million objects.
 */
export const entryLimits = {
  /** Of all names and values together. */
  bytes: 65_536,
  fields: 128,
  /** How much is kept of what is larger. */
  keptBytes: 16_384,
  /** Up to this size it is hashed: Redis does 300 MB a second, and nothing else meanwhile. */
  hashedBytes: 16 * 1_048_576,
} as const

/**
 * How much of one reply is read. A batch of the largest intents fits in; in the smallest fields it is half a million
 * objects, which a heap of 256 MB holds.
 */
export const maxReplyBytes = 4 * 1_048_576
