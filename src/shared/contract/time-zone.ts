import { zoneNamed } from '../time/zone.ts'
import { blankAtEnd, invisibleCharacter } from '../text/invisible.ts'
import { lengthProblem } from '../text/text-length.ts'

/**
 * The areas of the IANA database. Those after Pacific are countries: deprecated names, but each means one place.
 * Not `Intl` decides what a name is: it takes `BST` for Dhaka, and an offset on some versions of Node.js only.
 */
const areas =
  'Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific|Brazil|Canada|Chile|Mexico|US'
const placeName = new RegExp(`^(?:${areas})(?:/[A-Za-z][A-Za-z0-9_+-]*){1,2}$`, 'i')
const universal = /^(?:Etc\/)?(?:UTC|GMT)$/i

const example = 'write a region and a city such as Europe/Vienna, or UTC'

/** What is wrong with the name of a zone; undefined for one that means the same on every machine. */
export function timeZoneProblem(name: string): string | undefined {
  const long = lengthProblem(name)
  if (long !== undefined) return `${long}: ${example}`
  if (universal.test(name)) return undefined
  const unseen = invisibleCharacter(name) ?? blankAtEnd(name)
  if (unseen !== undefined) return `has ${unseen}; remove it: ${example}`
  if (placeName.test(name)) {
    return zoneNamed(name) === undefined
      ? `is not an IANA name that is known here: ${example}`
      : undefined
  }
  if (/^(?:etc\/)?(?:UTC|GMT|UT|Z)?\s*[+-]?\d{1,2}(?::?\d{2})?$/i.test(name)) {
    return (
      'is an offset and not a zone. Write it after the time (2026-02-26T16:40:52+01:00) and leave timeZone out, ' +
      `or ${example}`
    )
  }
  if (/^[A-Za-z]{1,5}(?:\d[A-Za-z]{3,4})?$/.test(name)) {
    return `is an abbreviation or a country, and such names mean several places: ${example}`
  }
  return `must be an IANA name: ${example}`
}
