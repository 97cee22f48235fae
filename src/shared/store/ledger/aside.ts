/**
 * Why an entry of the inbox that cancels or moves a callback does nothing to it. `done`: another bridge has dealt with it.
 * `outdated`: something was decided since. `early`: what was sent before it is yet to be taken in. See wish.lua.
 */
export const asideKinds = ['done', 'outdated', 'early'] as const

export interface Aside {
  kind: (typeof asideKinds)[number]
}

export function isAside(reply: { kind: string }): reply is Aside {
  return asideKinds.some((kind) => kind === reply.kind)
}
