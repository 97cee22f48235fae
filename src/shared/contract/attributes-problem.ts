import { blankAtEnd, invisibleCharacter, invisibleCharacterInText } from '../text/invisible.ts'
import { safeName } from '../errors/problem.ts'

const rule =
  'must be an object of at most 16 strings of at most 256 characters; names are [A-Za-z0-9._-]{1,64}'

/** What is wrong with attributes, whatever is in them: they come from outside. The first thing only. */
export function attributesProblem(attributes: object): string | undefined {
  const entries: [string, unknown][] = Object.entries(attributes)
  if (entries.length > 16) return rule
  return entries.map(([name, value]) => attributeProblem(name, value)).find(Boolean)
}

function attributeProblem(name: string, value: unknown): string | undefined {
  if (name.length > 64) return rule
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(name)) return nameProblem(name)
  if (value === null) {
    return `${safeName(name)} is null, which is not a value; leave it out`
  }
  if (typeof value !== 'string' || value.length > 256) return rule
  const unseen = invisibleCharacterInText(value) ?? blankAtEnd(value)
  return unseen === undefined ? undefined : `${safeName(name)} has ${unseen}; remove it`
}

function nameProblem(name: string): string {
  const unseen = invisibleCharacter(name) ?? blankAtEnd(name)
  return unseen === undefined ? rule : `has a name with ${unseen}; remove it`
}
