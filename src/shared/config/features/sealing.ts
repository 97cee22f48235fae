import { resolve } from 'node:path'

import { z } from 'zod'

import { readSealKeys, type SealKeysReading } from '../../sealing/seal-keys.ts'
import type { ConfigProblem } from '../config-problem.ts'
import { isGiven, nameIn, valueProblem, type DestinationSource } from '../destination-source.ts'
import { defineFeature } from '../feature.ts'
import { readSetting } from '../read-settings.ts'
import { defaultedSetting, optionalSetting } from '../setting.ts'
import { readTextFile } from '../text-file.ts'
import { filePath, trueOrFalse } from '../value-types.ts'

export const sealingSettings = defineFeature(
  {
    title: 'The destination: sealed numbers',
    text: 'Producers may encrypt customers’ numbers, so that they are never in Redis in the clear: [sealing.md](sealing.md).',
  },
  {
    sealing: z.object({
      keysFile: optionalSetting(
        filePath('the path of a JWK set with private keys, as `ringback keys make` writes it'),
        {
          name: 'sealKeysFile',
          env: 'RINGBACK_SEAL_KEYS_FILE',
          description:
            'The keys that unseal numbers. Workers publish the public halves, and look every few seconds whether the file has changed. All workers of the destination need the same ones. With it goes RINGBACK_NUMBER_KEY: without, the key by which numbers are found would lie in Redis beside what is found by it.',
          example: '/run/secrets/seal-keys.json',
          neverInherited: true,
        },
      ),
      required: defaultedSetting(trueOrFalse, {
        name: 'requireSealed',
        env: 'RINGBACK_REQUIRE_SEALED',
        description:
          'Whether numbers must be sealed: the library and the commands refuse one that is not, and from the inbox it becomes a dead letter `sealing-required`.',
        default: 'false',
        example: 'true',
        neverInherited: true,
      }),
      bound: defaultedSetting(trueOrFalse, {
        name: 'requireBoundSeals',
        env: 'RINGBACK_REQUIRE_BOUND_SEALS',
        description:
          'Whether a number must be sealed for the intent that it stands in, with its id in the header: one that was sealed for any becomes a dead letter `binding-required`. Whoever can write to the inbox could else have a number called that he has found in another intent. The library seals so; see docs/sealing.md for other languages.',
        default: 'false',
        example: 'true',
        neverInherited: true,
      }),
    }),
  },
)

const { keysFile, required, bound } = sealingSettings.shape.sealing.shape

export function sealingContradictions(source: DestinationSource): ConfigProblem[] {
  if (isGiven(source, keysFile)) return []
  const wrong = `is true, and ${nameIn(source, keysFile)} is not set: no worker could unseal a number`
  return [required, bound]
    .filter((demand) => readSetting(demand, source) === true)
    .map((demand) => valueProblem(source, demand, wrong))
}

/** Where the keys lie; undefined where there are none. */
export function sealKeysPath(source: DestinationSource): string | undefined {
  const path = readSetting(keysFile, source)
  return path === undefined ? undefined : resolve(source.folder, path)
}

/** What a file with keys says, and what is wrong with it. */
export function readSealKeysFile(path: string): SealKeysReading {
  const file = readTextFile(path)
  if (file.kind === 'problem') return file
  const reading = readSealKeys(file.value)
  return reading.kind === 'ok'
    ? reading
    : { kind: 'problem', message: `names a file that ${reading.message}` }
}

/** What is wrong with the keys themselves. `hasNumberKey`: whether RINGBACK_NUMBER_KEY is set. */
export function sealKeysProblems(
  source: DestinationSource,
  hasNumberKey: boolean,
): ConfigProblem[] {
  const path = sealKeysPath(source)
  if (path === undefined) return []
  const reading = readSealKeysFile(path)
  return [
    ...(reading.kind === 'ok' ? [] : [valueProblem(source, keysFile, reading.message)]),
    ...(hasNumberKey ? [] : [noNumberKeyProblem(source)]),
  ]
}

function noNumberKeyProblem(source: DestinationSource): ConfigProblem {
  return {
    name: nameIn(source, keysFile),
    wrong: 'is set, and RINGBACK_NUMBER_KEY is not',
    got: undefined,
    fix: 'set RINGBACK_NUMBER_KEY, to the same on all workers, or leave numbers unsealed',
  }
}
