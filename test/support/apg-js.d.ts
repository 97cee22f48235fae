/** What of it the tests use: it comes without types. https://github.com/ldthomas/apg-js */
declare module 'apg-js' {
  export const apgApi: new (grammar: string) => {
    generate(): void
    readonly errors: readonly unknown[]
    errorsToAscii(): string
    toObject(): object
  }
  export const apgLib: {
    parser: new () => {
      parse(grammar: object, rule: string, text: number[]): { success: boolean }
    }
  }
}
