/** A page that is read in an emergency must not name what is not there. */
import { existsSync, readFileSync } from 'node:fs'

import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'

import { addRunningCommands } from '../../src/compose/running-commands.ts'
import type { CliContext } from '../../src/ops/cli/terminal/cli-context.ts'
import { createProgram } from '../../src/ops/cli/create-program.ts'
import { destinationSettings } from '../../src/shared/config/destination-settings.ts'
import { globalSettings } from '../../src/shared/config/global-settings.ts'
import { settingInfo, settingsIn } from '../../src/shared/config/setting.ts'
import { functionNames } from '../../src/shared/store/functions/library-source.ts'
import { createMetrics } from '../../src/shared/telemetry/metrics.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

const program = wholeProgram()
const settings = [globalSettings, destinationSettings]
  .flatMap(settingsIn)
  .map((setting) => settingInfo(setting).env)
const metrics = createMetrics(() => Promise.resolve([]))
  .registry.getMetricsAsArray()
  .map(({ name }) => name)

describe.each([
  ...['README.md', 'docs/deploying.md', 'docs/deployment.md', 'docs/library.md', 'docs/runbook.md'],
  ...['docs/sandbox.md', 'docs/sealing.md', 'docs/verifying.md', 'docs/wire-protocol.md'],
])('%s', (file) => {
  const page = read(urlOf(file))

  it('shows commands and options that exist', () => {
    const commands = commandsIn(page)
    expect(commands).not.toEqual([])
    expect(commands.flatMap((words) => problemWith(words))).toEqual([])
  })

  it('names settings, metrics and functions that exist', () => {
    expect(namesIn(page, /\bRINGBACK_[A-Z_]+/g, settings)).toEqual([])
    const named = [...metrics, ...functionNames]
    expect(namesIn(page, /\bringback_[a-z_]+/g, named)).toEqual([])
  })

  it('links to files and headings that exist', () => {
    const links = [...page.matchAll(/\]\(([^)#:]*)(?:#([^)]+))?\)/g)]
    expect(links).not.toEqual([])
    for (const [link, target = '', heading] of links) {
      const linked = new URL(target, urlOf(file))
      expect(existsSync(linked), link).toBe(true)
      if (heading !== undefined) expect(headingsIn(read(linked)), link).toContain(heading)
    }
  })
})

it('finds a command or an option that does not exist', () => {
  expect(commandsIn('`ringback dead-letters lst --limt 3`')).toEqual([
    ['dead-letters', 'lst', '--limt', '3'],
  ])
  expect(problemWith(['dead-letters', 'lst'])).toEqual(['dead-letters lst: no command lst'])
  expect(problemWith(['results', '--limt', '3'])).toEqual(['results --limt 3: no option --limt'])
  expect(problemWith(['status', 'call-42', '--json'])).toEqual([])
})

function urlOf(file: string): URL {
  return new URL(`../../${file}`, import.meta.url)
}

function read(url: URL): string {
  return readFileSync(url, 'utf8')
}

/** The words after `ringback` in every code span and shell block. */
function commandsIn(page: string): string[][] {
  const code = [...page.matchAll(/^ *```sh\n([^]*?)^ *```$|`([^`\n]+)`/gm)]
  return code.flatMap(([, block, span]) => {
    const lines = (block ?? span ?? '').split(/\n|[|]/)
    return lines.flatMap((line) => {
      const words = / ringback ([^#]+)/.exec(` ${line}`)?.[1]
      return words === undefined ? [] : [words.trim().split(/\s+/)]
    })
  })
}

function problemWith(words: readonly string[]): string[] {
  const says = (what: string) => [`${words.join(' ')}: ${what}`]
  let command: Command = program
  const rest = [...words]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word.startsWith('-')) {
      const option = command.options.find(({ long }) => long === word)
      if (option === undefined) return says(`no option ${word}`)
      if (!option.isBoolean()) rest.shift()
      continue
    }
    const next = command.commands.find((each) => each.name() === word)
    if (next === undefined && command.registeredArguments.length === 0) {
      return says(`no command ${word}`)
    }
    command = next ?? command
  }
  return []
}

/** Those that are not known. A histogram's or counter's own suffixes are not written in our pages. */
function namesIn(page: string, pattern: RegExp, known: readonly string[]): string[] {
  const names = [...page.matchAll(pattern)]
    .map(([name]) => name)
    .filter((name) => name !== 'ringback_')
  return names.filter((name) => !known.some((each) => each === name))
}

/** GitHub's anchors. */
function headingsIn(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  )
}

/** Every command there is; none of them is run. */
function wholeProgram(): Command {
  const context: CliContext = {
    env: {},
    clock: systemClock,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    stopped: new AbortController().signal,
  }
  const whole = createProgram(context, () => {
    throw new Error('no command runs here')
  })
  addRunningCommands(whole, context)
  return whole
}
