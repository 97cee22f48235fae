import { isIP } from 'node:net'

/**
 * What Kubernetes puts into the environment of every container for every Service of its namespace, unless the pod has
 * `enableServiceLinks: false`: `<SERVICE>_SERVICE_HOST`, `<SERVICE>_PORT_6379_TCP_ADDR` and so on. A Service that is called
 * `ringback`, or `ringback-redis`, makes names that look like settings of ours.
 */
const forms: readonly (readonly [name: RegExp, value: (text: string) => boolean])[] = [
  [/_SERVICE_HOST$/, isAddress],
  [/_SERVICE_PORT(?:_[A-Z0-9_]+)?$/, isPort],
  [/_PORT(?:_\d+_(?:TCP|UDP|SCTP))?$/, (text) => /^(?:tcp|udp|sctp):\/\/\S+:\d+$/.test(text)],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)_PROTO$/, (text) => /^(?:tcp|udp|sctp)$/.test(text)],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)_PORT$/, isPort],
  [/_PORT_\d+_(?:TCP|UDP|SCTP)_ADDR$/, isAddress],
]

/** By the form of name and value both: a setting of ours that ends alike has values of another form. */
export function isServiceLink(name: string, value: string | undefined): boolean {
  const text = value?.trim() ?? ''
  return forms.some(([nameForm, isValue]) => nameForm.test(name) && isValue(text))
}

function isAddress(text: string): boolean {
  return isIP(text) !== 0
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text)
}
