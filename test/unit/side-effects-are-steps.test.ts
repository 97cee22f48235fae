import { ESLint } from 'eslint'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const eslint = new ESLint({
  cwd: fileURLToPath(root),
  overrideConfig: { linterOptions: { reportUnusedDisableDirectives: 'off' } },
  ruleFilter: ({ ruleId }) => ruleId === 'ringback/side-effects-are-steps',
})

it.each([
  ['src/shared/store/inbox/submit.ts', 'redis.xadd'],
  ['src/shared/store/inbox/inbox.ts', 'redis.callBuffer'],
  ['src/queue/callback-queue.ts', 'queue.getBackend'],
  ['src/queue/processor.ts', 'job.moveToDelayed'],
])(
  'a side effect of %s that loses its step is found: %s',
  async (file, call) => {
    const text = readFileSync(new URL(file, root), 'utf8')
    expect(await problemsOf(file, text)).toEqual([])
    const without = text.replaceAll('takeStep(', 'untold(')
    expect(await problemsOf(file, without)).toContainEqual(
      expect.stringContaining(`${call} is a side effect: do it within takeStep`),
    )
  },
  300_000,
)

it('a new side effect is found wherever it is, and reading is none', async () => {
  const file = 'src/shared/store/dead-letters/dead-letters.ts'
  const text = readFileSync(new URL(file, root), 'utf8')
  const added = text.replace(
    'return redis.zcard(',
    'await redis.zadd("k", 1, "m")\n  return redis.zcard(',
  )
  expect(await problemsOf(file, added)).toEqual([expect.stringMatching(/^redis\.zadd is/)])
})

async function problemsOf(file: string, text: string): Promise<string[]> {
  const filePath = fileURLToPath(new URL(file, root))
  const [result] = await eslint.lintText(text, { filePath })
  return (result?.messages ?? []).map(({ message }) => message)
}
