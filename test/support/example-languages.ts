import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

import ts from 'typescript'

import { isThere } from './debian-program.ts'

/** What each language has a program for. */
export const exampleTasks = ['enqueue', 'batch', 'cancel', 'results', 'dead-letter'] as const

export type ExampleTask = (typeof exampleTasks)[number]

/** A folder of `examples/`. */
export interface ExampleLanguage {
  name: string
  /** Of Debian. Undefined: it has none, so not even CI can run it. */
  packages: readonly string[] | undefined
  /** What is missing here; undefined if nothing is. */
  lacks: string | undefined
  fileOf: (task: ExampleTask) => string
  /** Makes what has to be made before its programs can be run. */
  build: (dir: string) => Promise<void>
  /** Runs one that was built. */
  command: (dir: string, task: ExampleTask) => string[]
}

const repository = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)
const jedis = process.env['RINGBACK_TEST_JEDIS']
const python = ['python3', '/usr/bin/python3'].find((each) => isThere(each, ['-c', 'import redis']))
const redigo = '/usr/share/gocode/src/github.com/gomodule/redigo/redis'

function examplePath(language: string, file: string): string {
  return join(repository, 'examples', language, file)
}

function interpreted(
  name: string,
  extension: string,
  { command, isHere, packages }: { command: string; isHere: boolean; packages: string },
): ExampleLanguage {
  const fileOf = (task: ExampleTask) => `${task}.${extension}`
  return {
    name,
    packages: packages.split(' '),
    lacks: isHere ? undefined : packages,
    fileOf,
    build: () => Promise.resolve(),
    command: (_, task) => [command, examplePath(name, fileOf(task))],
  }
}

function compiled(
  name: string,
  extension: string,
  rest: Pick<ExampleLanguage, 'packages' | 'lacks'> & {
    compile: (from: string, to: string) => Promise<unknown>
  },
): ExampleLanguage {
  const fileOf = (task: ExampleTask) => `${task}.${extension}`
  const { packages, lacks, compile } = rest
  return {
    name,
    packages,
    lacks,
    fileOf,
    build: async (dir) => {
      for (const task of exampleTasks)
        await compile(examplePath(name, fileOf(task)), join(dir, `${name}-${task}`))
    },
    command: (dir, task) => [join(dir, `${name}-${task}`)],
  }
}

const goPackages = ['golang-go', 'golang-github-gomodule-redigo-dev']
const go = compiled('go', 'go', {
  packages: goPackages,
  lacks: isThere('go', ['version']) && existsSync(redigo) ? undefined : goPackages.join(' '),
  compile: (from, to) => {
    const cache = join(repository, '.cache', 'go-build')
    const env = { ...process.env, GOPATH: '/usr/share/gocode', GO111MODULE: 'off', GOCACHE: cache }
    return run('go', ['build', '-o', to, from], { env })
  },
})

const cPackages = ['gcc', 'libc6-dev', 'libhiredis-dev']
const hasHiredis = existsSync('/usr/include/hiredis/hiredis.h')
const c = compiled('c', 'c', {
  packages: cPackages,
  lacks: isThere('cc') && hasHiredis ? undefined : cPackages.join(' '),
  compile: (from, to) => {
    const warnings = ['-Wall', '-Wextra', '-Werror', '-Wno-unused-function']
    return run('cc', [...warnings, '-o', to, from, '-lhiredis'])
  },
})

/** Of Jedis Debian has no package: it is run where somebody says where it lies. */
const java: ExampleLanguage = {
  name: 'java',
  packages: undefined,
  lacks: jedis === undefined ? 'Jedis, whose class path RINGBACK_TEST_JEDIS is to be' : undefined,
  fileOf: (task) => `${javaClass(task)}.java`,
  build: async (dir) => {
    const files = exampleTasks.map((task) => examplePath('java', java.fileOf(task)))
    await run('javac', ['-Xlint:all', '-Werror', '-cp', jedis ?? '', '-d', dir, ...files])
  },
  command: (dir, task) => ['java', '-cp', `${dir}:${jedis ?? ''}`, javaClass(task)],
}

function javaClass(task: ExampleTask): string {
  return task.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
}

/** They lie in this repository, where `ringback` and ioredis are found as where they are installed. */
function typescript(name: string): ExampleLanguage {
  const fileOf = (task: ExampleTask) => `${task}.ts`
  return {
    name,
    packages: [],
    lacks: undefined,
    fileOf,
    build: async () => {
      await mkdir(join(repository, '.cache', name), { recursive: true })
      for (const task of exampleTasks) {
        const source = await readFile(examplePath(name, fileOf(task)), 'utf8')
        const { outputText } = ts.transpileModule(source, {
          compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
        })
        await writeFile(join(repository, '.cache', name, `${task}.mjs`), outputText)
      }
    },
    command: (_, task) => [process.execPath, join(repository, '.cache', name, `${task}.mjs`)],
  }
}

export const exampleLanguages: readonly ExampleLanguage[] = [
  interpreted('shell', 'sh', {
    command: 'sh',
    isHere: isThere('redis-cli'),
    packages: 'redis-tools',
  }),
  interpreted('python', 'py', {
    command: python ?? '',
    isHere: python !== undefined,
    packages: 'python3-redis',
  }),
  interpreted('php', 'php', {
    command: 'php',
    isHere: isThere('php', ['-r', 'exit((int) !class_exists("Redis"));']),
    packages: 'php-cli php-redis',
  }),
  interpreted('ruby', 'rb', {
    command: 'ruby',
    isHere: isThere('ruby', ['-e', 'require "redis"']),
    packages: 'ruby ruby-redis',
  }),
  interpreted('perl', 'pl', {
    command: 'perl',
    isHere: isThere('perl', ['-MRedis', '-e', '1']),
    packages: 'libredis-perl',
  }),
  go,
  java,
  c,
  typescript('typescript'),
  typescript('typescript-ioredis'),
]
