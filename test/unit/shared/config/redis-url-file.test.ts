import { describe, expect, it } from 'vitest'

import { describeConfig } from '../../../../src/shared/config/describe.ts'
import { loadStoreConfig, loadWorkerConfig } from '../../../../src/shared/config/load.ts'
import { clockIn2026, problemLines, sampleEnvironment } from './sample-environment.ts'
import { temporaryFile } from './temporary-folder.ts'

const url = 'rediss://ringback:secret-word@redis.example.com:6380/1'

function given(text: string, env: Record<string, string> = {}) {
  return { RINGBACK_REDIS_URL_FILE: temporaryFile('redis-url', text), ...env }
}

describe('RINGBACK_REDIS_URL_FILE', () => {
  it.each([url, `${url}\n`, `\uFEFF${url}\r\n`])('is read: %j', (text) => {
    expect(loadStoreConfig(given(text)).redisUrl).toBe(url)
    const config = loadWorkerConfig({ ...sampleEnvironment, ...given(text) }, clockIn2026)
    expect(config.redisUrl).toBe(url)
    expect(JSON.stringify(describeConfig(config))).not.toContain('secret-word')
  })

  it.each([
    ['', /^RINGBACK_REDIS_URL_FILE: names a file whose text does not start with redis/],
    [
      'http://secret-word.example.com',
      /^RINGBACK_REDIS_URL_FILE: names a file whose text does not/,
    ],
    [`${url}?db=2`, /^RINGBACK_REDIS_URL_FILE: names a file whose text has a query/],
  ])('is refused, its text unseen, where it holds %j', (text, line) => {
    const lines = problemLines(() => loadStoreConfig(given(text)))
    expect(lines).toEqual([expect.stringMatching(line)])
    expect(lines.join()).not.toContain('secret-word')
  })

  it('is refused where it is not there, and beside the URL itself', () => {
    expect(
      problemLines(() => loadStoreConfig({ RINGBACK_REDIS_URL_FILE: '/nonexistent' })),
    ).toEqual([expect.stringMatching(/^RINGBACK_REDIS_URL_FILE: names a file that does not exist/)])
    expect(problemLines(() => loadStoreConfig(given(url, { RINGBACK_REDIS_URL: url })))).toEqual([
      'RINGBACK_REDIS_URL: is set, and RINGBACK_REDIS_URL_FILE too; set exactly one of them',
    ])
  })
})
