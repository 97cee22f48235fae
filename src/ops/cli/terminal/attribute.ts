import { InvalidArgumentError } from 'commander'

export interface Attribute {
  name: string
  value: string
}

/** An option that may be given several times: `queue=billing`. */
export function attribute(text: string, before: readonly Attribute[] = []): Attribute[] {
  const at = text.indexOf('=')
  if (at > 0) return [...before, { name: text.slice(0, at), value: text.slice(at + 1) }]
  throw new InvalidArgumentError('It must be a name, an equals sign and a value.')
}
