import { parseEnv } from 'node:util'

import { describe, expect, it } from 'vitest'
import { z } from 'zod'

import { configurationMarkdown } from '../../../../scripts/docs/configuration-markdown.ts'
import { destinationSettings } from '../../../../src/shared/config/destination-settings.ts'
import { envExample } from '../../../../scripts/docs/env-example.ts'
import { globalSettings } from '../../../../src/shared/config/global-settings.ts'
import { loadStoreConfig } from '../../../../src/shared/config/load.ts'
import { settingInfo, settingsIn } from '../../../../src/shared/config/setting.ts'
import { problemLines, sampleEnvironment } from '../../shared/config/sample-environment.ts'
import { temporaryFile } from '../../shared/config/temporary-folder.ts'

const settings = [globalSettings, destinationSettings]
  .flatMap(settingsIn)
  .map((setting) => ({ setting, info: settingInfo(setting) }))
const minimal = loadStoreConfig(sampleEnvironment)

describe('the settings', () => {
  it.each(settings)(
    '$info.env has a description, and a default and an example that are valid',
    ({ setting, info }) => {
      expect(info.env).toMatch(/^RINGBACK_[A-Z_]+$/)
      expect(info.description).toMatch(/\.$/)
      expect(z.safeParse(setting, info.example)).toMatchObject({ success: true })
      expect(z.safeParse(setting, undefined).success).toBe(!info.required)
      if (info.default !== undefined) expect(info.default).not.toBe(info.example)
    },
  )

  it.each(settings)(
    '$info.env is written so that it is read as what it was',
    ({ setting, info }) => {
      for (const text of [info.example, info.default ?? info.example]) {
        const value = z.parse(setting, text)
        const written = z.encode(setting, value)

        expect(['string', 'number', 'boolean']).toContain(typeof written)
        expect(z.parse(setting, String(written))).toEqual(value)
      }
    },
  )

  it.each(['env', 'name'] as const)('have an %s of their own', (what) => {
    const names = settings.map(({ info }) => info[what])

    expect(new Set(names).size).toBe(names.length)
  })
})

describe('docs/configuration.md', () => {
  const page = configurationMarkdown()

  it.each(settings)('explains $info.env', ({ info }) => {
    expect(page).toContain(`### \`${info.env}\``)
    expect(page).toContain(`- Value: ${info.format}\n`)
    if (info.default !== undefined) expect(page).toContain(`- Default: \`${info.default}\`\n`)
  })

  it('names every setting of a destination as the file does', () => {
    for (const { name } of settingsIn(destinationSettings).map(settingInfo)) {
      expect(page).toContain(`- In the file: \`${name}\``)
    }
  })

  it('shows a file with destinations that is valid', () => {
    const json = /```json\n([^`]*)```/.exec(page)?.[1] ?? ''
    const RINGBACK_CONFIG = temporaryFile('ringback.json', json)

    expect(loadStoreConfig({ RINGBACK_CONFIG }).destinations).toEqual(['acme', 'globex'])
  })

  it('says why the retry budget is what it is', () => {
    expect(page.replaceAll('\n', ' ')).toContain(
      '600 attempts take about 49 hours, and the 36 hours run out sooner',
    )
  })
})

describe('.env.example', () => {
  const text = envExample()

  it('is a valid configuration as it stands', () => {
    const env = parseEnv(text)

    expect(loadStoreConfig(env)).toEqual(minimal)
    expect(Object.keys(env).toSorted()).toEqual(Object.keys(sampleEnvironment).toSorted())
  })

  it('has every setting, and stays valid with all of them uncommented but what is given twice', () => {
    const env = parseEnv(text.replaceAll(/^#(?=RINGBACK_)/gm, ''))

    expect(Object.keys(env).toSorted()).toEqual(settings.map(({ info }) => info.env).toSorted())
    expect(problemLines(() => loadStoreConfig(env))).toEqual([
      expect.stringMatching(/^RINGBACK_REDIS_URL: is set, and RINGBACK_REDIS_URL_FILE too/),
      ...['CA', 'CERT', 'KEY'].map((name): unknown =>
        expect.stringMatching(`^RINGBACK_REDIS_${name}_FILE: names a file that does not exist`),
      ),
      ...['CA', 'CERT', 'KEY'].map((name): unknown =>
        expect.stringMatching(`^RINGBACK_REDIS_${name}_FILE: is set, and the URL of Redis is not`),
      ),
      expect.stringMatching(/^RINGBACK_SENTINEL_PASSWORD: is set, and the URL of Redis names no/),
      expect.stringMatching(/^RINGBACK_CONFIG: names a file that does not exist/),
      expect.stringMatching(/^RINGBACK_SALESFORCE_PRIVATE_KEY: is set, and .*_FILE too/),
    ])
    const usable = {
      ...env,
      RINGBACK_CONFIG: '',
      RINGBACK_SALESFORCE_PRIVATE_KEY: '',
      RINGBACK_REDIS_URL: '',
      RINGBACK_REDIS_URL_FILE: '',
      RINGBACK_REDIS_CA_FILE: '',
      RINGBACK_REDIS_CERT_FILE: '',
      RINGBACK_REDIS_KEY_FILE: '',
      RINGBACK_SENTINEL_USERNAME: '',
      RINGBACK_SENTINEL_PASSWORD: '',
      RINGBACK_NUMBER_KEY: '',
      RINGBACK_SEAL_KEYS_FILE: '',
    }
    expect(loadStoreConfig(usable)).toEqual(minimal)
  })

  it('has no line that an env file could misread', () => {
    for (const line of text.split('\n')) {
      expect(line).toMatch(/^(#.*|RINGBACK_[A-Z_]+=[^\s"'#]+|)$/)
    }
  })
})
