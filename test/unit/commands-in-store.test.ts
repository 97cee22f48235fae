import { ESLint } from 'eslint'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = new URL('../../', import.meta.url)
const eslint = new ESLint({
  cwd: fileURLToPath(root),
  ruleFilter: ({ ruleId }) => ruleId === 'ringback/commands-in-store',
})

const producer = 'src/producer/producer-connection.ts'

it.each([
  ["await redis.xadd('k', '*', 'intent', '{}')", 'redis.xadd'],
  ["await redis.get('k')", 'redis.get'],
  ["await redis['get']('k')", "redis['get']"],
  ["const store = { redis }\n  await store.redis.get('k')", 'store.redis.get'],
  ["await redis.pipeline().hset('k', 'f', 'v').exec()", 'redis.pipeline'],
  ['const ask = redis.ping\n  void ask', 'redis.ping'],
  ['const { get } = redis\n  void get', '{ get }'],
])(
  'a Redis command outside the store is found: %s',
  async (statement, told) => {
    const added = `export async function added(redis: Redis) {\n  ${statement}\n}\n`
    expect(await problemsOf(producer, textOf(producer) + added)).toContainEqual(
      expect.stringContaining(`${told} is a Redis command`),
    )
  },
  300_000,
)

it('a connection may be watched and closed anywhere, and the store is where commands are issued', async () => {
  const added =
    "export function added(redis: Redis) {\n  redis.on('close', () => redis.disconnect())\n}\n"
  expect(await problemsOf(producer, textOf(producer) + added)).toEqual([])
  const store = 'src/shared/store/inbox/submit.ts'
  expect(await problemsOf(store, textOf(store))).toEqual([])
})

function textOf(file: string): string {
  return readFileSync(new URL(file, root), 'utf8')
}

async function problemsOf(file: string, text: string): Promise<string[]> {
  const filePath = fileURLToPath(new URL(file, root))
  const [result] = await eslint.lintText(text, { filePath })
  return (result?.messages ?? []).map(({ message }) => message)
}
