/**
 * Every answer the sandbox can give. Salesforce documents only `{ "recordId": … }` for requestCallback: no error status, no
 * error body. All errors of that endpoint are INVENTED. They follow what neighbouring Salesforce services send, a different
 * one in each place on purpose, so that a client's parser meets them all: `[{ errorCode, message, fields? }]`,
 * `{ code, message }`, `{ error, error_description }`, `{ error }`, `{ message }`, `errors` beside a result, and HTML.
 */
export interface Reply {
  status: number
  headers: Record<string, string>
  body: string
  /** For the sandbox's own log. */
  code?: string
}

/** Where the `redirect` fault points. Nothing answers there but 404, so that a client that follows is seen. */
const redirectPath = '/telephony/v1/moved'

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json;charset=UTF-8', ...headers },
    body: JSON.stringify(body),
  }
}

/** The array form of Salesforce's core REST API. */
export function oneError(status: number, errorCode: string, message: string): Reply {
  return { ...json(status, [{ errorCode, message }]), code: errorCode }
}

/** The same with one entry for each problem of the body. */
export function fieldErrors(issues: { path: PropertyKey[]; message: string }[]): Reply {
  const errors = issues.map(({ path, message }) => ({
    errorCode: 'INVALID_FIELD',
    message: [...path.map(String), message].join(': '),
    fields: path.map(String),
  }))
  return { ...json(400, errors), code: 'INVALID_FIELD' }
}

/** The form of Salesforce's routing service. */
export function codeAndMessage(status: number, code: string, message: string): Reply {
  return { ...json(status, { code, message }), code }
}

/** The form of OAuth's token endpoint. */
export function oauthError(status: number, error: string, description: string): Reply {
  return { ...json(status, { error, error_description: description }), code: error }
}

/** What the core REST API says to an access token that it does not know, or no longer. */
export function sessionExpired(): Reply {
  return oneError(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
}

/** The form of OAuth. */
export function unauthorized(message: string): Reply {
  return oauthError(401, 'invalid_token', message)
}

export function limited(headers: Record<string, string>): Reply {
  return { ...json(429, { error: 'rate limited' }, headers), code: 'rate limited' }
}

export function broken(
  status: number,
  headers: Record<string, string>,
  form: 'json' | 'html',
): Reply {
  if (form === 'json') return json(status, { message: `Sandbox: broken on request` }, headers)
  return html(status, `<h1>${status}</h1><p>Sandbox: broken on request</p>`, headers)
}

export function redirect(): Reply {
  return { status: 302, headers: { location: redirectPath }, body: '' }
}

export function booked(recordId: string): Reply {
  return json(200, { recordId })
}

export function bookedWithoutRecordId(): Reply {
  return json(200, { status: 'Success' })
}

export function bookedWithErrors(recordId: string): Reply {
  return json(200, { recordId, errors: ['Sandbox: errors beside a result, on request'] })
}

export function garbage(leastBytes = 0): Reply {
  const page = '<h1>Welcome</h1><p>Sandbox: not JSON, on request</p>'
  return html(200, page.padEnd(leastBytes, '.'))
}

function html(status: number, content: string, headers: Record<string, string> = {}): Reply {
  const body = `<!doctype html><html><body>${content}</body></html>\n`
  return { status, headers: { 'content-type': 'text/html;charset=UTF-8', ...headers }, body }
}
