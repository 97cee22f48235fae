import { loadLuaScript } from '../../redis/lua-file.ts'

/** One for each version of what the functions promise to their callers. */
export const libraryName = 'ringback1'

/** What can be called. */
export const functionNames = ['ringback_submit', 'ringback_cancel', 'ringback_status'] as const

/**
 * One more with every change of the Lua: an older worker, which starts later, must not put back what a newer one has loaded. A test
 * knows the source that belongs to it.
 */
export const libraryRevision = 2

const { source } = loadLuaScript(new URL('library.lua', import.meta.url))

/** The library as Redis is given it. */
export const librarySource = `#!lua name=${libraryName}\n-- revision ${libraryRevision}\n${source}\n`

/** Of a library that was loaded; 0 where it does not say. */
export function revisionOf(code: string): number {
  return Number(/^#!lua [^\n]*\n-- revision (\d{1,9})\n/.exec(code)?.[1] ?? 0)
}
