/** What is answered to a request. */
export interface Reply {
  status: number
  contentType: string
  body: string
  /** For what this status asks for, such as `allow`. */
  headers?: Readonly<Record<string, string>>
}

export function json(status: number, body: unknown): Reply {
  return { status, contentType: 'application/json', body: JSON.stringify(body) }
}
