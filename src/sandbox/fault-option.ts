import { type Fault, faultNames, readFaults } from './faults.ts'

const numberFields = new Set(['times', 'rate', 'delayMs', 'status', 'lagMs', 'bytes'])

/**
 * A fault on the command line: what to do, then a colon and its fields as in the JSON of the control endpoint, separated by
 * commas. `callId` stands for `match.callId`. A value cannot hold a comma; what needs one goes through the control endpoint.
 *
 *     limit:retryAfter=2,times=3                three requests get 429 with `Retry-After: 2`
 *     limit:retryAfter=30s                      429 with an HTTP date 30 seconds ahead, for ever
 *     refuse:callId=abc,status=404              this call gets 404, for ever
 *     break:status=503,rate=0.2                 one request in five gets 503
 *     break:callId=abc,times=2                  this call gets 503 twice, then works
 *     stall:booked=true,times=1                 one request is booked and never answered
 *     cut:when=after,times=1                    one request is booked and its connection cut
 *     slow:delayMs=800                          every answer takes 800 ms
 *     omit-record-id:times=1                    one request is booked and answered without a recordId
 *     unauthorized:on=query,times=1             one access token is good for nothing from then on
 *     break:on=token,status=503                 no access tokens, for ever
 *     lag:lagMs=2000                            a query finds a booking two seconds after it was made
 *     several:times=1                           one query finds two ContactRequests too many
 *     reformat                                  a query finds numbers written as `(844) 579-1189`
 *     garbage:bytes=1000000,times=1             one request is booked and answered with a large page of HTML
 *     errors-in-success, unauthorized, redirect: likewise
 */
export function parseFaultOption(text: string): Fault | { problem: string } {
  const { name, rest } = split(text.trim(), ':')
  if (!faultNames.includes(name)) {
    return problem(text, `it must begin with one of ${faultNames.join(', ')}`)
  }
  const fields = new Map<string, string>()
  for (const pair of rest === undefined ? [] : rest.split(',')) {
    const { name: field, rest: value } = split(pair.trim(), '=')
    if (!field || !value) return problem(text, `"${pair}" is not of the form field=value`)
    if (field === 'do' || field === 'match') return problem(text, `"${field}" is not a field here`)
    if (fields.has(field)) return problem(text, `"${field}" is given twice`)
    fields.set(field, value)
  }
  return faultOf(text, name, fields)
}

function faultOf(
  text: string,
  name: string,
  fields: Map<string, string>,
): Fault | { problem: string } {
  const { callId, ...others } = Object.fromEntries(fields)
  const values = Object.entries(others).map(([field, value]) => [field, valueOf(field, value)])
  const match = callId === undefined ? {} : { match: { callId } }
  const draft: unknown = { ...Object.fromEntries(values), ...match, do: name }
  const read = readFaults([draft])
  if (read.kind === 'problems') {
    return problem(text, read.problems.map((each) => each.replace(/^0(\.|: )/, '')).join('; '))
  }
  const [fault] = read.faults
  return fault ?? problem(text, 'it names none')
}

function valueOf(field: string, value: string): string | number | boolean {
  if (numberFields.has(field)) return Number(value)
  if (field === 'retryAfter' && /^\d+$/.test(value)) return Number(value)
  if (field === 'booked' && /^(true|false)$/.test(value)) return value === 'true'
  return value
}

function split(text: string, separator: string): { name: string; rest: string | undefined } {
  const at = text.indexOf(separator)
  if (at < 0) return { name: text, rest: undefined }
  return { name: text.slice(0, at), rest: text.slice(at + 1) }
}

function problem(text: string, why: string): { problem: string } {
  return { problem: `"${text}" is not a fault: ${why}` }
}
