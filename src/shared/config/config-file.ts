import { dirname, resolve } from 'node:path'

import { repeatedNames } from '../contract/repeated-names.ts'
import { shownValue, type ConfigProblem } from './config-problem.ts'
import { destinationSettings } from './destination-settings.ts'
import type { DestinationSource } from './destination-source.ts'
import { globalSettings } from './global-settings.ts'
import { destinationName } from './destination-name.ts'
import { nearestName } from './nearest-name.ts'
import type { Given } from './read-settings.ts'
import { settingInfo, settingsIn, type SettingsSchema } from './setting.ts'
import { readTextFile } from './text-file.ts'

export interface ConfigFileReading {
  sources: readonly DestinationSource[]
  problems: readonly ConfigProblem[]
}

interface JsonObject {
  kind: 'object'
  entries: [string, unknown][]
}

interface Inheritance {
  folder: string
  inherited: readonly (readonly [string, Given])[]
}

const example = 'write { "destinations": { "acme": { "salesforceUrl": … } } }'

/** The destinations of the file. Values in it win over what is `inherited` from the environment. */
export function readConfigFile(
  path: string,
  inherited: readonly (readonly [string, Given])[],
): ConfigFileReading {
  const file = readTextFile(path)
  const parsed = file.kind === 'ok' ? parseFile(file.value) : file
  if (parsed.kind === 'problem') {
    return failed({
      name: 'RINGBACK_CONFIG',
      wrong: parsed.message,
      got: shownValue(path, 'no'),
      fix: example,
    })
  }
  if (parsed.repeated.length > 0) return failed(...parsed.repeated.map(repetition))
  const unknown = parsed.entries.filter(([field]) => field !== 'destinations').map(unknownTopField)
  const destinations = asObject(new Map(parsed.entries).get('destinations'))
  if (destinations === undefined || destinations.entries.length === 0) {
    const wrong = destinations ? 'is empty' : 'is missing or not an object'
    return failed(...unknown, { name: 'destinations', wrong, got: undefined, fix: example })
  }
  const inheritance = { folder: dirname(resolve(path)), inherited }
  const readings = destinations.entries.map(([name, value]) =>
    readEntry({ name, value, inheritance }),
  )
  return {
    sources: readings.flatMap(({ sources }) => sources),
    problems: [...unknown, ...readings.flatMap(({ problems }) => problems)],
  }
}

interface Entry {
  name: string
  value: unknown
  inheritance: Inheritance
}

function readEntry({ name, value, inheritance }: Entry): ConfigFileReading {
  const path = pathOf('destinations', name)
  const body = asObject(value)
  const named = destinationName.read(name)
  if (named.kind === 'problem') {
    return failed({
      name: path,
      wrong: named.message,
      got: undefined,
      fix: `write ${destinationName.format}`,
    })
  }
  if (body === undefined) {
    return failed({ name: path, wrong: 'is not an object', got: undefined, fix: example })
  }
  const readings = body.entries.map(([key, field]) => readField(pathOf(path, key), key, field))
  const given = readings.flatMap((reading) => (reading.kind === 'given' ? [reading.entry] : []))
  const source = {
    name,
    folder: inheritance.folder,
    given: new Map([...inheritance.inherited, ...given]),
    nameOf: (key: string) => `${path}.${key}`,
  }
  return {
    sources: [source],
    problems: readings.flatMap((reading) => (reading.kind === 'problem' ? [reading.problem] : [])),
  }
}

type FieldReading =
  | { kind: 'given'; entry: [string, Given] }
  | { kind: 'empty' }
  | { kind: 'problem'; problem: ConfigProblem }

function readField(name: string, key: string, value: unknown): FieldReading {
  if (!namesIn(destinationSettings).includes(key)) {
    return { kind: 'problem', problem: unknownField(name, key) }
  }
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    const fix = 'write a string, a number, true or false'
    return {
      kind: 'problem',
      problem: { name, wrong: 'is not a plain value', got: undefined, fix },
    }
  }
  const text = String(value).trim()
  return text === '' ? { kind: 'empty' } : { kind: 'given', entry: [key, { name, text }] }
}

function unknownField(name: string, key: string): ConfigProblem {
  const global = environmentOnly(name, key)
  if (global) return global
  const nearest = nearestName(key, namesIn(destinationSettings))
  const fix =
    nearest === undefined ? 'docs/configuration.md lists them all' : `did you mean ${nearest}?`
  return { name, wrong: 'unknown setting', got: undefined, fix }
}

function unknownTopField([field]: [string, unknown]): ConfigProblem {
  const name = pathOf('', field)
  const fix = 'the file holds "destinations" and nothing else'
  return environmentOnly(name, field) ?? { name, wrong: 'unknown field', got: undefined, fix }
}

function environmentOnly(name: string, key: string): ConfigProblem | undefined {
  const info = settingsIn(globalSettings)
    .map(settingInfo)
    .find((each) => each.name === key)
  if (info === undefined) return undefined
  const fix = `set ${info.env} in the environment`
  return { name, wrong: 'cannot be set in the file', got: undefined, fix }
}

function namesIn(schema: SettingsSchema): string[] {
  return settingsIn(schema).map((setting) => settingInfo(setting).name)
}

/** One of the two would be lost without a word, and with it the callbacks of one org sent to another. */
function repetition(path: readonly string[]): ConfigProblem {
  const name = path.reduce(pathOf, '')
  return { name, wrong: 'is given more than once', got: undefined, fix: 'leave one' }
}

interface ParsedFile extends JsonObject {
  repeated: string[][]
}

/** The parser's own message is not kept: it quotes the text around the fault, which may be a key. */
function parseFile(text: string): ParsedFile | { kind: 'problem'; message: string } {
  try {
    const object = asObject(JSON.parse(text))
    return object === undefined
      ? { kind: 'problem', message: 'names a file that does not contain a JSON object' }
      : { ...object, repeated: repeatedNames(text) }
  } catch (thrown) {
    const where =
      thrown instanceof Error ? /at position (\d+)/.exec(thrown.message)?.[1] : undefined
    const line = where === undefined ? undefined : text.slice(0, Number(where)).split('\n').length
    return {
      kind: 'problem',
      message: `names a file that is not JSON${line === undefined ? '' : ` (line ${line})`}`,
    }
  }
}

/** A name that is not a plain word is quoted: it may hold dots, blanks or control characters. */
function pathOf(parent: string, key: string): string {
  const shown = /^[\w-]+$/.test(key) ? key : JSON.stringify(key)
  return parent === '' ? shown : `${parent}.${shown}`
}

function asObject(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? { kind: 'object', entries: Object.entries(value) }
    : undefined
}

function failed(...problems: ConfigProblem[]): ConfigFileReading {
  return { sources: [], problems }
}
