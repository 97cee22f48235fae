import type { ConfigProblem } from '../config-problem.ts'
import { nameIn, valueProblem, type DestinationSource } from '../destination-source.ts'
import { defineFeature } from '../feature.ts'
import { readSetting } from '../read-settings.ts'
import { defaultedSetting } from '../setting.ts'
import { wholeNumber } from '../value-types.ts'
import { paceSettings } from './pace.ts'

export const partitionSettings = defineFeature(
  { title: 'The destination: partitions' },
  {
    partitions: defaultedSetting(wholeNumber({ min: 1, max: 64 }), {
      name: 'partitions',
      env: 'RINGBACK_PARTITIONS',
      description:
        'Over how many hash tags, and so nodes of a Redis Cluster, the destination is spread. For one that is more than a node can take; see [nodes.md](nodes.md#partitions). The first worker that serves it fixes it for good. Each partition has its share of the rate and of the attempts at once.',
      default: '1',
      example: '4',
    }),
  },
)

/** Each partition needs a share of what there is only so much of. */
export function partitionContradictions(source: DestinationSource): ConfigProblem[] {
  const { partitions: setting } = partitionSettings.shape
  const partitions = readSetting(setting, source)
  if (partitions === undefined) return []
  const { concurrency, maxInFlight } = paceSettings.shape
  return [concurrency, maxInFlight].flatMap((limit) => {
    const most = readSetting<number | undefined>(limit, source)
    if (most === undefined || most >= partitions) return []
    const name = nameIn(source, limit)
    return [
      valueProblem(source, setting, `is more than ${name} (${most}), of which each gets a share`),
    ]
  })
}
