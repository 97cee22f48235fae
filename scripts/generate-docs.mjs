// Writes the pages that are generated from the code in dist/. With --check it writes nothing and fails on a difference.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

import * as prettier from 'prettier'

import { configurationMarkdown } from '../dist/shared/config/configuration-markdown.js'
import { envExample } from '../dist/shared/config/env-example.js'
import { errorsMarkdown } from '../dist/shared/errors/errors-markdown.js'
import { redisKeysMarkdown } from '../dist/shared/redis/redis-keys-markdown.js'
import { metricsMarkdown } from '../dist/shared/telemetry/metrics-markdown.js'
import { stepsMarkdown } from '../dist/shared/telemetry/steps-markdown.js'

const pages = [
  { file: 'docs/configuration.md', render: configurationMarkdown },
  { file: 'docs/errors.md', render: errorsMarkdown },
  { file: 'docs/metrics.md', render: metricsMarkdown },
  { file: 'docs/redis-keys.md', render: redisKeysMarkdown },
  { file: 'docs/steps.md', render: stepsMarkdown },
  { file: '.env.example', render: envExample },
]

const options = process.argv.slice(2)
if (options.some((option) => option !== '--check')) {
  console.error('usage: node scripts/generate-docs.mjs [--check]')
  process.exit(2)
}

const check = options.includes('--check')
for (const { file, render } of pages) {
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url))
  const text = await formatted(path, render())
  if (text === (await existing(path))) continue
  if (check) {
    console.error(`${file} is not what the code says: run npm run docs:generate`)
    process.exitCode = 1
  } else {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    console.log(`wrote ${file}`)
  }
}

// As `prettier --check` will want it; a kind of file that prettier does not know stays as it is.
async function formatted(path, text) {
  const { inferredParser } = await prettier.getFileInfo(path)
  if (inferredParser === null) return text
  const config = await prettier.resolveConfig(path)
  return prettier.format(text, { ...config, filepath: path })
}

async function existing(path) {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}
