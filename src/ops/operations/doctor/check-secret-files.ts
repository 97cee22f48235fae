import type { Environment } from '../../../shared/config/environment.ts'
import { exposedFiles, exposureFix } from '../../../shared/config/exposed-files.ts'
import type { Finding } from './finding.ts'

/** Whether a key or a secret is in a file that others have too, who would then be the contact center for Salesforce. */
export function checkSecretFiles(env: Environment): Finding[] {
  return exposedFiles(env).map(({ setting, file, wrong }) => ({
    check: 'secret files',
    verdict: 'warn',
    message: `${setting}: ${file} ${wrong}`,
    fix: exposureFix,
  }))
}
