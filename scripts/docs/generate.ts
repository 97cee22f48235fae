/** Writes the pages that are generated from the code. With --check it writes nothing and fails on a difference. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

import * as prettier from 'prettier'

import { longRulesTestYaml, rulesTestYaml } from './alerts/rules-test-yaml.ts'
import { rulesYaml } from './alerts/rules-yaml.ts'
import { configurationMarkdown } from './configuration-markdown.ts'
import { envExample } from './env-example.ts'
import { errorsMarkdown } from './errors-markdown.ts'
import { dashboardJson } from './grafana/dashboard-json.ts'
import { jsonSchemas } from './json-schemas.ts'
import { metricsMarkdown } from './metrics-markdown.ts'
import { redisAccessMarkdown } from './redis-access-markdown.ts'
import { redisKeysMarkdown } from './redis-keys-markdown.ts'
import { roleAccessModule } from './role-access-module.ts'
import { stepsMarkdown } from './steps-markdown.ts'

/** By their paths in the repository, in which npm runs this. */
const pages: readonly { path: string; render: () => string }[] = [
  { path: 'docs/configuration.md', render: configurationMarkdown },
  { path: 'docs/errors.md', render: errorsMarkdown },
  { path: 'docs/metrics.md', render: metricsMarkdown },
  { path: 'docs/redis-access.md', render: redisAccessMarkdown },
  { path: 'src/ops/operations/acl/role-access.ts', render: roleAccessModule },
  { path: 'docs/redis-keys.md', render: redisKeysMarkdown },
  { path: 'docs/steps.md', render: stepsMarkdown },
  { path: '.env.example', render: envExample },
  { path: 'deploy/prometheus/ringback.rules.yml', render: rulesYaml },
  { path: 'deploy/prometheus/tests/ringback.test.yml', render: rulesTestYaml },
  { path: 'deploy/prometheus/tests/ringback-long.test.yml', render: longRulesTestYaml },
  { path: 'deploy/grafana/ringback.json', render: dashboardJson },
  ...jsonSchemas,
]

const options = process.argv.slice(2)
if (options.some((option) => option !== '--check')) {
  process.stderr.write('usage: npm run docs:generate, or npm run check:docs\n')
  process.exit(2)
}

const isCheck = options.includes('--check')
for (const { path, render } of pages) {
  const text = await formatted(path, render())
  if (text === (await existing(path))) continue
  if (isCheck) {
    process.stderr.write(`${path} is not what the code says: run npm run docs:generate\n`)
    process.exitCode = 1
  } else {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    process.stdout.write(`wrote ${path}\n`)
  }
}

/** As `prettier --check` will want it; a kind of file that prettier does not know stays as it is. */
async function formatted(path: string, text: string): Promise<string> {
  const { inferredParser } = await prettier.getFileInfo(path)
  if (inferredParser === null) return text
  return prettier.format(text, { ...(await prettier.resolveConfig(path)), filepath: path })
}

async function existing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
