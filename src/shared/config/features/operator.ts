import { whoProblem } from '../../contract/who-and-why.ts'
import { maskNumbersIn } from '../../phone/mask.ts'
import { defineFeature } from '../feature.ts'
import { read, unreadable } from '../reading.ts'
import { optionalSetting, type ValueType } from '../setting.ts'
import { asItIs } from '../value-types.ts'

const operatorName: ValueType<string> = {
  format: '1 to 64 visible characters',
  read: (text) => {
    const problem = whoProblem(text)
    return problem === undefined ? read(maskNumbersIn(text)) : unreadable(problem)
  },
  write: asItIs,
}

export const operatorSettings = defineFeature(
  { title: 'Operators', text: 'Of the commands, and of a console without users.' },
  {
    operator: optionalSetting(operatorName, {
      name: 'operator',
      env: 'RINGBACK_OPERATOR',
      description:
        'Who acts, as the operators’ log names them. Default: the user and the machine, as in `anna@ops-1`. What looks like a phone number is masked.',
      example: 'night shift',
      secret: 'numbers',
    }),
  },
)
