/** The words of a command as a shell takes them, as far as the pages use it: quotes, a backslash at the end of a line, comments. */
export function shellWords(command: string): string[] {
  const words = command
    .replaceAll('\\\n', ' ')
    .matchAll(/\s+(#[^\n]*)|((?:'[^']*'|"[^"]*"|[^\s'"])+)/g)
  return [...words].flatMap(([, , word]) =>
    word === undefined ? [] : [word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2')],
  )
}
