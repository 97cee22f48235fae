import { errorCodes } from '../../src/shared/errors/errors.ts'
import { markdownTable } from './markdown-table.ts'

/** `docs/errors.md`. */
export function errorsMarkdown(): string {
  const rows = Object.entries(errorCodes).map(([code, { meaning, fix }]) => [
    `\`${code}\``,
    meaning,
    fix,
  ])
  return `<!-- Generated from src/shared/errors/errors.ts by \`npm run docs:generate\`. -->

# Errors

Every error that Ringback throws or prints carries one of these codes. They are stable: programs may depend on them.
The message of each says what was wrong and where; the library throws a \`RingbackError\` with the code in \`code\`.

${markdownTable(['Code', 'What it means', 'What to do'], rows)}
`
}
