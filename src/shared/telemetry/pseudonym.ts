import { createHash } from 'node:crypto'

/**
 * By which traces name who has decided something, in place of the name: the same wherever the same person acts in a namespace. Without a
 * secret: whoever knows a name can find out its pseudonym, and the operators' log shows both.
 */
export function pseudonymOf(namespace: string, name: string): string {
  const hash = createHash('sha256').update(JSON.stringify(['operator', namespace, name]))
  return hash.digest('base64url').slice(0, 22)
}
