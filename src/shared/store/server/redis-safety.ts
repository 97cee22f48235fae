import type { Redis } from '../../redis/connection.ts'
import { primariesOf } from '../../redis/primaries.ts'
import { readInfo } from './server-facts.ts'

/** Whether Redis keeps what it is given, and how full it is: of a cluster, what is true of the worst. Undefined: it does not say. */
export interface RedisSafety {
  /** Undefined also where it has no limit. */
  memoryUsedRatio: number | undefined
  isSafe: boolean | undefined
}

export async function readRedisSafety(redis: Redis): Promise<RedisSafety> {
  const primaries = await primariesOf(redis)
  return worstOf(
    await Promise.all(primaries.map(async (each) => judgeSafety(await readInfo(each)))),
  )
}

function worstOf(each: readonly RedisSafety[]): RedisSafety {
  const ratios = each.flatMap(({ memoryUsedRatio }) => memoryUsedRatio ?? [])
  const verdicts = each.map(({ isSafe }) => isSafe)
  return {
    memoryUsedRatio: ratios.length === 0 ? undefined : Math.max(...ratios),
    isSafe: verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true,
  }
}

export function judgeSafety(info: ReadonlyMap<string, string>): RedisSafety {
  const used = Number(info.get('used_memory'))
  const most = Number(info.get('maxmemory'))
  const appendOnly = info.get('aof_enabled')
  const policy = info.get('maxmemory_policy')
  const lastWrite = info.get('aof_last_write_status')
  const isSaid = appendOnly !== undefined && policy !== undefined
  return {
    memoryUsedRatio: most > 0 && used >= 0 ? used / most : undefined,
    isSafe: isSaid
      ? appendOnly === '1' && policy === 'noeviction' && (lastWrite ?? 'ok') === 'ok'
      : undefined,
  }
}
