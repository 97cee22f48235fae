import eslint from '@eslint/js'
import regexp from 'eslint-plugin-regexp'
import tseslint from 'typescript-eslint'

import { commandsInStore } from './scripts/eslint/commands-in-store.js'
import { noLeadingSpread } from './scripts/eslint/no-leading-spread.js'
import { sideEffectsAreSteps } from './scripts/eslint/side-effects-are-steps.js'

const timeAndChance = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the time from an injected Clock (src/shared/time/clock.ts).',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time from an injected Clock (src/shared/time/clock.ts).',
  },
  {
    selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    message: 'Chance is a parameter: take a Random (src/shared/time/clock.ts).',
  },
  { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
]

const packing = {
  selector: 'ObjectExpression > SpreadElement > ObjectExpression',
  message: 'Write its fields where they belong: TypeScript finds no misspelt field in a spread.',
}

export default tseslint.config(
  { ignores: ['dist/', 'dist-bench/', 'node_modules/', 'coverage/', '.cache/', '.ringback/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', packing] },
  },
  {
    files: ['src/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      'max-params': ['error', 3],
      'max-depth': ['error', 3],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'no-console': 'error',
    },
  },
  {
    files: ['src/**/*.ts'],
    // No text that a stranger writes decides how long a pattern looks at it.
    plugins: { regexp },
    rules: {
      'regexp/no-super-linear-backtracking': ['error', { report: 'potential' }],
      'regexp/no-super-linear-move': ['error', { report: 'potential', ignoreSticky: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: {
      ringback: {
        rules: {
          'side-effects-are-steps': sideEffectsAreSteps,
          'commands-in-store': commandsInStore,
          'no-leading-spread': noLeadingSpread,
        },
      },
    },
    rules: { 'ringback/side-effects-are-steps': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    // The store, and the loader through which it runs its scripts.
    ignores: ['src/shared/store/**', 'src/shared/redis/script-call.ts'],
    rules: { 'ringback/commands-in-store': 'error' },
  },
  {
    // What every callback goes through.
    files: [
      'src/salesforce/client.ts',
      'src/shared/store/ledger/{accept,confirm,open}.ts',
      'src/worker/attempt/**/*.ts',
      'src/worker/bridge/{move-page,open-entry}.ts',
    ],
    rules: { 'ringback/no-leading-spread': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/shared/time/**'],
    rules: {
      'no-restricted-syntax': ['error', ...timeAndChance, packing],
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'Use Clock.sleep (src/shared/time/clock.ts).' },
        { name: 'setInterval', message: 'Use Clock.sleep in a loop (src/shared/time/clock.ts).' },
        {
          name: 'fetch',
          message: 'What goes to Salesforce goes through src/salesforce/exchange.ts.',
        },
      ],
    },
  },
  {
    files: ['src/**/*.ts'],
    // Where things are composed. ioredis keeps to the machine's clock with most of a connection's limits, and we with ours.
    ignores: [
      'src/main.ts',
      'src/compose/**',
      'src/producer/create-producer.ts',
      'src/shared/time/**',
      'src/shared/redis/connection.ts',
    ],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/time/clock.ts'],
              importNames: ['systemClock'],
              message: 'Take a Clock: the system’s is chosen where things are composed.',
            },
          ],
        },
      ],
    },
  },
  {
    // In a browser nobody gives a clock, and what is asked for is the page itself.
    files: ['src/ops/console/client/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', packing], 'no-restricted-globals': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'setTimeout', message: 'A test waits for an event, never for time.' },
        { name: 'setInterval', message: 'A test waits for an event, never for time.' },
      ],
    },
  },
  {
    files: ['scripts/**/*.{js,mjs}', 'eslint.config.js'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { globals: { module: 'writable' } },
  },
)
