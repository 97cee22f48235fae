import { execFile, spawnSync } from 'node:child_process'

/** Whether a program is there: whoever needs it skips its tests else, by name. */
export function isThere(program: string, asked: readonly string[] = ['--version']): boolean {
  return spawnSync(program, asked).status === 0
}

/** What it said, if it ended well; else what it complained of, as an error. */
export function runProgram(program: string, args: readonly string[], input = ''): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, (error, stdout, stderr) => {
      const said = stdout + stderr
      if (error === null) resolve(said)
      else reject(new Error(`${program} ${args.join(' ')}: ${said}`))
    })
    child.stdin?.end(input)
  })
}
