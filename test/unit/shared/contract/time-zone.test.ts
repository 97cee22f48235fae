import { describe, expect, it } from 'vitest'

import { timeZoneProblem } from '../../../../src/shared/contract/time-zone.ts'
import { least } from './sample-intent.ts'
import { parseIntent } from '../../../../src/shared/contract/intent.ts'

const ref = 'write a region and a city such as Europe/Vienna, or UTC'

describe('timeZone', () => {
  it.each([
    ...[
      'Europe/Vienna',
      'America/Argentina/Buenos_Aires',
      'America/Port-au-Prince',
      'Asia/Kolkata',
    ],
    ...[
      'Antarctica/McMurdo',
      'Africa/Abidjan',
      'Pacific/Apia',
      'Indian/Mahe',
      'Arctic/Longyearbyen',
    ],
    ...[
      'Atlantic/Reykjavik',
      'Australia/Lord_Howe',
      'UTC',
      'GMT',
      'Etc/UTC',
      'utc',
      'europe/vienna',
    ],
    // Names of old, each of which means one place.
    ...[
      'Asia/Calcutta',
      'US/Eastern',
      'Canada/Atlantic',
      'Brazil/East',
      'Mexico/General',
      'Europe/Kiev',
    ],
  ])('may be %s', (name) => {
    expect(timeZoneProblem(name)).toBeUndefined()
  })

  it.each([
    ...[
      'BST',
      'EST',
      'PST',
      'MST',
      'HST',
      'IST',
      'CST',
      'ACT',
      'AET',
      'ART',
      'AST',
      'BET',
      'CAT',
      'CNT',
    ],
    ...[
      'CTT',
      'EAT',
      'ECT',
      'IET',
      'JST',
      'MIT',
      'NET',
      'NST',
      'PLT',
      'PNT',
      'PRT',
      'SST',
      'VST',
      'CET',
    ],
    ...[
      'MET',
      'WET',
      'EET',
      'CEST',
      'AEST',
      'EST5EDT',
      'PST8PDT',
      'UCT',
      'Zulu',
      'Z',
      'bst',
      'GB',
      'NZ',
    ],
    ...['PRC', 'ROK', 'Cuba', 'Eire', 'Iran', 'Japan', 'Egypt'],
  ])('is refused as the abbreviation or country %s, with what to write instead', (name) => {
    expect(timeZoneProblem(name)).toBe(
      `is an abbreviation or a country, and such names mean several places: ${ref}`,
    )
  })

  it.each([
    ...[
      '+01:00',
      '-05:00',
      '+0100',
      '+01',
      '-5',
      'UTC+2',
      'utc+2',
      'GMT+1',
      'GMT-01:00',
      'UTC+5:30',
    ],
    ...['Etc/GMT+5', 'Etc/GMT-14', 'GMT0', 'Etc/GMT0', '+1'],
  ])('is refused as the offset %s, on every Node.js alike', (name) => {
    expect(timeZoneProblem(name)).toMatch(/^is an offset and not a zone\. Write it after the time/)
  })

  it.each(['Europe/Wien', 'Europe/Atlantis', 'America/Springfield'])(
    'is refused as %s, which nobody knows',
    (name) => {
      expect(timeZoneProblem(name)).toBe(`is not an IANA name that is known here: ${ref}`)
    },
  )

  it.each([
    ...['', 'local', 'system', 'default', 'W. Europe Standard Time', 'Vienna/Europe', 'Europe'],
    ...[
      'posix/Europe/Vienna',
      'SystemV/EST5',
      'Europe/',
      'Europe/Vienna ',
      '/Europe/Vienna',
      'Factory',
    ],
    ...[
      'Singapore',
      'Hongkong',
      'Portugal',
      'Navajo',
      'Greenwich',
      'Universal',
      '\u200BEurope/Vienna',
    ],
  ])('is refused as %j', (name) => {
    expect(timeZoneProblem(name)).toContain(ref)
  })

  it('is named in an intent, and never repeated: it might be a number', () => {
    const intent = { ...least, notBefore: '2026-03-29T12:30', timeZone: '+18445791189' }
    expect(parseIntent(intent)).toEqual({
      kind: 'invalid',
      id: undefined,
      problems: [{ field: 'timeZone', message: `must be an IANA name: ${ref}` }],
    })
  })
})
