import { printable } from '../../../shared/text/printable.ts'
import type { Receipt } from '../../operations/erase/receipt.ts'
import { quoted } from '../../text/quoted.ts'
import type { Screen } from '../terminal/screen.ts'
import { textTable } from './table.ts'

export function presentReceipt(receipt: Receipt, screen: Screen): void {
  const { counts, callbacks, remaining } = receipt
  const { line, paint } = screen
  line(headline(receipt))
  if (counts.length > 0) {
    line()
    line(textTable(['what', 'state', 'count'], counts.map(countRow), screen.columns))
  }
  if (callbacks.length > 0) {
    line()
    const head = ['callback', 'destination', 'state', 'ContactRequest']
    line(textTable(head, callbacks.map(row), screen.columns))
  }
  if (counts.length + callbacks.length > 0) line()
  for (const text of notesOn(receipt)) line(`${paint('yellow', 'note:')} ${text}`)
  for (const each of receipt.unsearched) {
    const { kind, destination, id } = each
    const what = `${kind} ${printable(id)} at ${quoted(destination)}`
    line(`${paint('yellow', 'not searched:')} ${what}: ${whyUnsearched(each)}`)
  }
  for (const { kind, destination, id, why } of remaining) {
    const name = [kind, id].filter((part) => part !== undefined).join(' ')
    line(`${paint('red', 'not erased:')} ${printable(name)} at ${quoted(destination)}: ${why}`)
  }
}

function whyUnsearched({ why, kind, bytes }: Receipt['unsearched'][number]): string {
  return why === 'sealed'
    ? 'its number is sealed. Run this where RINGBACK_SEAL_KEYS_FILE and RINGBACK_NUMBER_KEY are those of the workers'
    : `its ${bytes} bytes are too many. ${unsearchedAdvice[kind]}`
}

const unsearchedAdvice = {
  callback: 'If it may be of this customer, discard it',
  'inbox-entry': 'A worker makes a dead letter of its beginning: run this again then',
} as const

function headline({ outcome, number, at, namespace, destinations }: Receipt): string {
  const where = `in the namespace ${namespace}, destinations ${destinations.map(quoted).join(', ')}`
  switch (outcome) {
    case 'nothing-found':
      return `Nothing of ${number} is kept ${where}.`
    case 'unconfirmed':
    case 'dry-run':
      return `Nothing was erased. This is what is kept of ${number} ${where}:`
    case 'erased':
      return `Erased ${number} ${where}, ${at}.`
    case 'incomplete':
      return `Erased ${number} in part ${where}, ${at}: not everything could be erased.`
  }
}

function countRow({ kind, state, count }: Receipt['counts'][number]): string[] {
  return [kind, state ?? '', String(count)]
}

function row({ id, destination, state, recordIds }: Receipt['callbacks'][number]): string[] {
  return [printable(id), printable(destination), state, recordIds.map(printable).join(' ')]
}

function notesOn({ outcome, withdrawn, callbacks }: Receipt): string[] {
  const promises = withdrawn === 1 ? '1 promise' : `${withdrawn} promises`
  const notes: string[] = []
  const isPreview = outcome === 'unconfirmed' || outcome === 'dry-run'
  if (isPreview && withdrawn > 0) {
    notes.push(`erasing withdraws ${promises} to call this customer back; add --yes to do so`)
  } else if (isPreview) {
    notes.push('add --yes to erase all this')
  } else if (withdrawn > 0) {
    notes.push(`${promises} to call this customer back withdrawn: nothing will be sent`)
  }
  if (callbacks.some(({ recordIds }) => recordIds.length > 0)) {
    notes.push('Salesforce keeps the number in these ContactRequests: erase it there too')
  }
  return notes
}
