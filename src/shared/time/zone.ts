import { IANAZone } from 'luxon'

import { lengthProblem } from '../text/text-length.ts'

/** By their names in small letters: as many as Intl knows, some six hundred. */
const zones = new Map<string, IANAZone>()

/**
 * The zone of an IANA name in whatever capitals, or undefined. luxon and Intl keep what they have made of a zone for ever,
 * under each spelling anew, 80 KB each. So they see one spelling of each zone, and a name that is unknown is not kept.
 */
export function zoneNamed(name: string): IANAZone | undefined {
  if (lengthProblem(name) !== undefined) return undefined
  const spelling = name.toLowerCase()
  const known = zones.get(spelling)
  if (known !== undefined) return known
  if (!IANAZone.isValidZone(spelling)) return undefined
  const zone = IANAZone.create(spelling)
  zones.set(spelling, zone)
  return zone
}
