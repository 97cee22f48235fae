import { callCenter, orgId, providerName } from './demo-config.ts'

/** What somebody needs who tries the parts of a demo that stay up. */
export interface KeptParts {
  redisUrl: string
  namespace: string
  salesforceUrl: string
  keyFile: string
}

/** To be pasted into another terminal, and three things to do there. */
export function howToTry({ redisUrl, namespace, salesforceUrl, keyFile }: KeptParts): string[] {
  return [
    'All of this stays up until Ctrl-C. In another terminal, in this folder:',
    '',
    `  export RINGBACK_REDIS_URL='${redisUrl}'`,
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
    '',
  ]
}
