// tsc carries no Lua and no mode bits: copies the scripts beside their wrappers and makes the bin runnable.
import { chmod, cp, mkdir } from 'node:fs/promises'

const from = new URL('../src/shared/redis/scripts/', import.meta.url)
const to = new URL('../dist/shared/redis/scripts/', import.meta.url)

await mkdir(to, { recursive: true })
await cp(from, to, { recursive: true, filter: (path) => !path.endsWith('.ts') })
await chmod(new URL('../dist/main.js', import.meta.url), 0o755)
