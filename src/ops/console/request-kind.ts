export const requestKinds = [
  'page',
  'action',
  'search',
  'login',
  'events',
  'asset',
  'probe',
] as const

/** What somebody wants of the console: a few kinds, whatever addresses there are. */
export type RequestKind = (typeof requestKinds)[number]

const byEnd: readonly [RegExp, RequestKind][] = [
  [/\/healthz$/, 'probe'],
  [/\/events$/, 'events'],
  [/\/search$/, 'search'],
  [/\/log(?:in|out)$/, 'login'],
]

/** `path`: below the base path, with the slash before it. */
export function requestKind(method: string, path: string, assetFolder: string): RequestKind {
  if (path.startsWith(`/${assetFolder}`)) return 'asset'
  const [, kind] = byEnd.find(([end]) => end.test(path)) ?? []
  return kind ?? (method === 'POST' ? 'action' : 'page')
}
