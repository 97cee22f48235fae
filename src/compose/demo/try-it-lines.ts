import { callCenter, orgId, providerName } from './demo-config.ts'

/** What somebody needs who tries the parts of a demo that stay up. */
export interface RunningParts {
  redis: DemoRedis
  namespace: string
  salesforceUrl: string
  keyFile: string
}

export interface DemoRedis {
  url: string
  /** Of the one that the demo has started. */
  local?: { port: number; passwordFile: string }
}

/** To be pasted into another terminal, and three things to do there. */
export function tryItLines({ redis, namespace, salesforceUrl, keyFile }: RunningParts): string[] {
  return [
    'All of this stays up until Ctrl-C. In another terminal, in this folder:',
    '',
    ...redisSettings(redis),
    `  export RINGBACK_NAMESPACE=${namespace}`,
    `  export RINGBACK_SALESFORCE_URL=${salesforceUrl}`,
    `  export RINGBACK_SALESFORCE_ORG_ID=${orgId}`,
    `  export RINGBACK_SALESFORCE_CALL_CENTER=${callCenter}`,
    `  export RINGBACK_SALESFORCE_PRIVATE_KEY_FILE='${keyFile}'`,
    `  export RINGBACK_TELEPHONY_PROVIDER_NAME=${providerName}`,
    '',
    'and then, for example:',
    '',
    '  npx ringback enqueue --call-id try-1 --number +18445791189 --wait',
    '  npx ringback dead-letters list',
    `  curl -X PUT -d break:status=503,times=3 ${salesforceUrl}/control/faults`,
    ...(redis.local === undefined
      ? []
      : [`  redis-cli -p ${redis.local.port} XRANGE '{${namespace}:default}:results' - + COUNT 3`]),
    '',
  ]
}

/** No password is printed: terminals and the logs of other programs keep what they show. */
function redisSettings({ url, local }: DemoRedis): string[] {
  if (local !== undefined) {
    return [
      `  export REDISCLI_AUTH="$(cat '${local.passwordFile}')"`,
      `  export RINGBACK_REDIS_URL="redis://:$REDISCLI_AUTH@127.0.0.1:${local.port}"`,
    ]
  }
  return new URL(url).password === ''
    ? [`  export RINGBACK_REDIS_URL='${url}'`]
    : ['  # RINGBACK_REDIS_URL as it is set here, with its password']
}
