import { connectFailingFast, type Redis } from '../../src/shared/redis/connection.ts'
import { systemClock } from '../../src/shared/time/clock.ts'

/** Between two tries of somebody whom Redis gave no answer. */
export const retryMs = 200

/** Does it again, on a new connection, until Redis answers: for what is safe to repeat. */
export type Patience = <Result>(
  act: (redis: Redis) => Promise<Result>,
  onFailure?: () => void,
) => Promise<Result>

export async function whileConnected<Result>(
  redisUrl: string,
  use: (patience: Patience) => Promise<Result>,
): Promise<Result> {
  let connecting: Promise<Redis> | undefined
  const patience: Patience = async (act, onFailure) => {
    for (;;) {
      const connection = (connecting ??= connectFailingFast(redisUrl))
      try {
        return await act(await connection)
      } catch (error) {
        if (error instanceof TypeError) throw error
        onFailure?.()
        if (connecting === connection) connecting = undefined
        await hangUp(connection)
        await systemClock.sleep(retryMs)
      }
    }
  }
  try {
    return await use(patience)
  } finally {
    await hangUp(connecting)
  }
}

async function hangUp(connecting: Promise<Redis> | undefined): Promise<void> {
  const redis = await connecting?.catch(() => undefined)
  redis?.disconnect()
}
