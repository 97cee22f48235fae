/** Version 00 has 55 characters; what later ones add is not read. */
const longest = 512
/** Version, trace, parent, flags, and what versions after 00 may add. All zeros are neither a trace nor a parent. */
const form = /^([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s

/**
 * The trace that a submission continues, as version 00 writes it; undefined for anything that starts none. W3C: a header
 * that cannot be understood is ignored, one of a later version is read as far as 00 goes, and `ff` is not a version.
 */
export function readTraceparent(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > longest) return undefined
  const [, version, trace, parent, flags, more] = form.exec(value) ?? []
  if (version === undefined || version === 'ff') return undefined
  if (version === '00' && more !== undefined) return undefined
  return `00-${trace ?? ''}-${parent ?? ''}-${flags ?? ''}`
}
