import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string } }[]
  samples: number[]
  timeDeltas: number[]
}

/** For each profile in the folder: which package the time was spent in, in percent of the time not idle. */
export async function summarizeProfiles(folder: string): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'))
  const summaries = files.map(async (name) => {
    const profile = JSON.parse(await readFile(join(folder, name), 'utf8')) as Profile
    return [name, ...shares(timeByOwner(profile))].join('\n')
  })
  return (await Promise.all(summaries)).join('\n\n')
}

function timeByOwner({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const owners = new Map(nodes.map(({ id, callFrame }) => [id, ownerOf(callFrame)]))
  const times = new Map<string, number>()
  samples.forEach((id, index) => {
    const owner = owners.get(id) ?? 'unknown'
    times.set(owner, (times.get(owner) ?? 0) + (timeDeltas[index] ?? 0))
  })
  for (const idle of ['(idle)', '(program)', '(root)']) times.delete(idle)
  return times
}

function ownerOf({ url, functionName }: { url: string; functionName: string }): string {
  const installed = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1]
  if (installed !== undefined) return installed
  if (url.includes('/dist-bench/')) return url.replace(/^.*\/dist-bench\//, '')
  return url === '' ? functionName : url
}

function shares(times: Map<string, number>): string[] {
  const total = [...times.values()].reduce((sum, time) => sum + time, 0)
  return [...times]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 25)
    .map(([owner, time]) => `${((100 * time) / total).toFixed(1).padStart(5)} %  ${owner}`)
}
