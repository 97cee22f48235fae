import { scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'

/** As it stands in the users file: what it takes to try a password, and not to learn it. */
export interface PasswordHash {
  /** Of scrypt: N = 2^costLog2. */
  costLog2: number
  blockSize: number
  parallel: number
  salt: Buffer
  hash: Buffer
}

export const saltLength = 16
const hashLength = 32

/** OWASP's least for scrypt in 32 MiB (128 · r · N): the larger choices would not fit beside the console in its 120 MiB. */
const parameters = { costLog2: 15, blockSize: 8, parallel: 3 }

/** A file that somebody has tampered with must not make a login last for minutes, or take all memory. */
const largest = { costLog2: 17, blockSize: 8, parallel: 4 }

export async function hashPassword(password: string, salt: Buffer): Promise<PasswordHash> {
  return { ...parameters, salt, hash: await derive(password, { ...parameters, salt }) }
}

/** Takes as long for a wrong password as for the right one. */
export async function isPassword(password: string, stored: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(password, stored), stored.hash)
}

/** The PHC string format, as other programs write and read it: `$scrypt$ln=15,r=8,p=3$salt$hash`. */
export function writePasswordHash(stored: PasswordHash): string {
  const { costLog2, blockSize, parallel, salt, hash } = stored
  const cost = `ln=${costLog2},r=${blockSize},p=${parallel}`
  return `$scrypt$${cost}$${unpadded(salt)}$${unpadded(hash)}`
}

const form =
  /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

/** Undefined for what is not one, is weaker than what we write, or costs more than a login may. */
export function readPasswordHash(text: string): PasswordHash | undefined {
  const [, costLog2, blockSize, parallel, salt = '', hash = ''] = form.exec(text) ?? []
  const read = {
    costLog2: Number(costLog2),
    blockSize: Number(blockSize),
    parallel: Number(parallel),
  }
  if (!isWithin(read, 'costLog2') || !isWithin(read, 'blockSize')) return undefined
  if (!isWithin(read, 'parallel')) return undefined
  return { ...read, salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') }
}

type Cost = typeof parameters

/** False for NaN too. */
function isWithin(cost: Cost, name: keyof Cost): boolean {
  return cost[name] >= parameters[name] && cost[name] <= largest[name]
}

type Recipe = Omit<PasswordHash, 'hash'>

function derive(password: string, recipe: Recipe): Promise<Buffer> {
  const { costLog2, blockSize, parallel, salt } = recipe
  const N = 2 ** costLog2
  // Node refuses by default what needs more than 32 MiB, and this needs a little more than 128 · r · N.
  const maxmem = 2 * 128 * blockSize * N
  const options: ScryptOptions = { N, r: blockSize, p: parallel, maxmem }
  // A letter with an accent can be typed as one character or two: the keyboard decides, and nobody sees it.
  const typed = password.normalize('NFC')
  return new Promise((resolve, reject) => {
    scrypt(typed, salt, hashLength, options, (error, derived) => {
      if (error === null) resolve(derived)
      else reject(error)
    })
  })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
