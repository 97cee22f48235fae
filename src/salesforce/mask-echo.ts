import { maskEchoedNumber } from '../shared/phone/echoed-number.ts'
import { maxNumberLength } from '../shared/phone/mask.ts'
import { hiddenToken, maskSecretsIn } from '../shared/telemetry/mask-secrets.ts'
import { decodeLayers } from './decode-layers.ts'
import { echoedTokenMask } from './echoed-token.ts'

/** So much of a text is looked at, as what masking and decoding make of it is shorter. */
const maxLengthFactor = 4

/** What was sent, and is not to be read in what comes back. */
export interface SentValues {
  /** E.164. */
  readonly callbackNumber?: string | undefined
  /** Of every request that was made. */
  readonly tokens?: readonly string[] | undefined
}

/**
 * What another server has said, as one line that may be logged, kept and shown: nothing in it moves a cursor or turns a line
 * around, and what was sent is masked, in whatever spelling it comes back. A server that wants to may still spell it so that
 * nobody would know it again; what is masked is what a program does to a text by quoting it.
 */
export function maskEcho(text: string, longest: number, sent: SentValues = {}): string {
  const maskPlainly = plainMask(sent)
  const line = oneLine(text)
  const most = maxLengthFactor * longest
  const decoded = decodeLayers(line.slice(0, most), (layer) =>
    maskPlainly(oneLine(layer).slice(0, most)),
  )
  const masked = maskBase64(decoded, maskPlainly)
  if (line.length <= most) return cut(masked, longest)
  // The beginning of a number or a token may stand where the text was cut.
  return cut(`${masked.slice(0, -maxNumberLength)}…`, longest)
}

function oneLine(text: string): string {
  return text.replace(/[\p{C}\p{Default_Ignorable_Code_Point}\s\u2800]+/gu, ' ').trim()
}

/** After masking, so that no half of a number stays readable. */
function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).trimEnd()}…`
}

type Mask = (text: string) => string

/** Of what stands there as it is, or broken by what is neither a letter nor a digit. */
function plainMask({ callbackNumber, tokens = [] }: SentValues): Mask {
  const maskToken = tokens.map(echoedTokenMask)
  return (text) => {
    const withoutTokens = maskToken.reduce((masked, mask) => mask(masked), text)
    if (callbackNumber === undefined) return maskSecretsIn(withoutTokens)
    return maskSecretsIn(maskEchoedNumber(withoutTokens, callbackNumber))
  }
}

/** Hides what is base64 of anything that would be masked, wherever in it that begins: three bytes are four characters. */
function maskBase64(text: string, maskPlainly: Mask): string {
  return text.replace(/[A-Za-z0-9+/_-]{14,}/g, (run) => {
    const readings = [0, 1, 2, 3]
      .map((skipped) => Buffer.from(run.slice(skipped), 'base64').toString('latin1'))
      .join('\0 letters \0')
    return maskPlainly(readings) === readings ? run : hiddenToken
  })
}
