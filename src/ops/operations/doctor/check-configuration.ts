import type { DestinationConfig, WorkerConfig } from '../../../shared/config/config.ts'
import { describeKey } from '../../../shared/config/describe.ts'
import { isGiven } from '../../../shared/config/destination-source.ts'
import type { Environment } from '../../../shared/config/environment.ts'
import { identitySettings } from '../../../shared/config/features/identity.ts'
import { loadWorkerConfig, readSources } from '../../../shared/config/load.ts'
import { settingInfo, settingsIn, type Setting } from '../../../shared/config/setting.ts'
import type { Problem } from '../../../shared/errors/problem.ts'
import { RingbackError } from '../../../shared/errors/errors.ts'
import type { Clock } from '../../../shared/time/clock.ts'
import type { Finding } from './finding.ts'

export type Loaded =
  | { kind: 'ok'; config: WorkerConfig }
  | {
      kind: 'problems'
      problems: readonly Problem[]
      /** Whether anything is given for a setting, however wrong. */
      isSet: (setting: Setting) => boolean
    }

/** The configuration as a worker would load it, key and certificate read and judged. */
export function loadAll(env: Environment, clock: Clock): Loaded {
  try {
    return { kind: 'ok', config: loadWorkerConfig(env, clock) }
  } catch (error) {
    if (!(error instanceof RingbackError)) throw error
    return { kind: 'problems', problems: error.problems, isSet: settingsGivenIn(env) }
  }
}

function settingsGivenIn(env: Environment): (setting: Setting) => boolean {
  const { environment, sources } = readSources(env)
  return (setting) => [environment, ...sources].some((source) => isGiven(source, setting))
}

interface Part {
  check: string
  settings: readonly Setting[]
}

const { baseUrl, privateKey, certificateFile } = identitySettings.shape

/** Settings that have a check of their own. All others are the check `configuration`. */
const parts: readonly Part[] = [
  { check: 'salesforce url', settings: [baseUrl] },
  { check: 'private key', settings: settingsIn(privateKey) },
  { check: 'certificate', settings: [certificateFile] },
]

/** The configuration and the parts of it that fail most often, each by itself: one wrong setting hides no other. */
export function checkConfiguration(loaded: Loaded): Finding[] {
  if (loaded.kind === 'ok') return allValid(loaded.config)
  const { problems } = loaded
  const others = problems.filter((problem) => !parts.some((part) => isAbout(problem, part)))
  const general =
    others.length > 0
      ? others.map((problem) => failure('configuration', problem))
      : [ok('configuration', 'every setting except those below is valid')]
  return [...general, ...parts.flatMap((part) => judge(part, loaded))]
}

function judge(part: Part, { problems, isSet }: Loaded & { kind: 'problems' }): Finding[] {
  const own = problems.filter((problem) => isAbout(problem, part))
  if (own.length > 0) return own.map((problem) => failure(part.check, problem))
  const message = part.settings.some(isSet)
    ? 'no problem was found, as far as it could be read'
    : 'it is not set'
  return [{ check: part.check, verdict: 'unknown', message }]
}

function allValid({ destinations }: WorkerConfig): Finding[] {
  const each = (describe: (salesforce: DestinationConfig['salesforce']) => string) =>
    destinations.map(({ name, salesforce }) => `${name}: ${describe(salesforce)}`).join('; ')
  const url = each(({ baseUrl }) => baseUrl)
  const key = each(({ privateKey }) => describeKey(privateKey))
  return [
    ok('configuration', 'every setting is valid'),
    ok('salesforce url', url),
    ok('private key', key),
    ok('certificate', 'where one is given, it is valid today and belongs to its key'),
  ]
}

function ok(check: string, message: string): Finding {
  return { check, verdict: 'ok', message }
}

/** The message of a setting's problem ends with its fix, after the last semicolon that was put there. */
function failure(check: string, { field, message }: Problem): Finding {
  const at = message.indexOf('; ')
  return {
    check,
    verdict: 'fail',
    message: `${field}: ${at < 0 ? message : message.slice(0, at)}`,
    ...(at >= 0 && { fix: message.slice(at + 2) }),
  }
}

/** By the name in the environment, or that in the file: `destinations.acme.privateKeyFile`. */
function isAbout({ field }: Problem, { settings }: Part): boolean {
  return settings.map(settingInfo).some(({ env, name }) => {
    return field === env || (field.startsWith('destinations.') && field.endsWith(`.${name}`))
  })
}
