/** What became of reading a text. The message continues the setting's name: `is not a duration`. */
export type Reading<T> = { kind: 'ok'; value: T } | { kind: 'problem'; message: string }

export function read<T>(value: T): Reading<T> {
  return { kind: 'ok', value }
}

export function unreadable(message: string): { kind: 'problem'; message: string } {
  return { kind: 'problem', message }
}
