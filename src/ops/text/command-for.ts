import { quoted } from './quoted.ts'

/** A command of ours as it is to be typed: `ringback runs start redrive-1 --destination emea`. */
export function commandFor(words: string, destination: string | undefined): string {
  return `ringback ${words}${destination === undefined ? '' : ` --destination ${quoted(destination)}`}`
}

/** What a command takes where nothing is configured and none is named. */
const usual = 'default'

/** The same for a terminal, where most have one destination and never name it. */
export function shortCommandFor(words: string, destination: string): string {
  return commandFor(words, destination === usual ? undefined : destination)
}

const ofOneDestination = /ringback (dead-letters list|rate|repair|resume --intake|resume|stats)\b/g

/** A sentence with the commands in it that are about one destination as they are to be typed for that. */
export function withCommandsFor(sentence: string, destination: string): string {
  return sentence.replace(ofOneDestination, (_, words: string) =>
    shortCommandFor(words, destination),
  )
}
