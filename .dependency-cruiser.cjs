// The import law of docs/architecture.md. It says what is allowed: what nobody has thought of is forbidden.

/** Each part of src/shared, and what of its siblings it may import: only what stands before it. */
const shared = {
  text: [],
  errors: [],
  time: ['text'],
  phone: ['text'],
  sealing: ['phone', 'time'],
  delivery: ['time'],
  contract: ['errors', 'phone', 'text', 'time'],
  config: ['contract', 'delivery', 'errors', 'phone', 'sealing', 'time'],
  telemetry: ['config', 'contract', 'delivery', 'phone', 'text'],
  lifecycle: ['time'],
  redis: ['config', 'contract', 'errors', 'telemetry', 'time'],
  store: ['contract', 'delivery', 'errors', 'phone', 'redis', 'sealing', 'telemetry', 'time'],
}

/** The libraries and roles beside it. Roles meet in Redis, or in the composition root: src/main.ts and src/compose. */
const beside = {
  salesforce: [
    ...['shared/config', 'shared/contract', 'shared/delivery', 'shared/errors'],
    ...['shared/phone', 'shared/telemetry', 'shared/text', 'shared/time'],
  ],
  queue: [
    ...['shared/contract', 'shared/delivery', 'shared/errors', 'shared/lifecycle'],
    ...['shared/redis', 'shared/store/schedule', 'shared/telemetry', 'shared/time'],
  ],
  'local-redis': ['shared/errors', 'shared/redis', 'shared/time'],
  producer: ['shared'],
  worker: ['shared', 'salesforce', 'queue'],
  ops: ['shared', 'salesforce', 'queue'],
  sandbox: ['shared'],
}

/** What most of the store may know: the ledger of a callback, and the two streams that it comes in by and is told by. */
const commonGround = ['ledger', 'results', 'inbox', 'keys']

/** Each thing of the store, and what of the others it may import. Whatever several scripts need is in `store/lua`. */
const store = {
  ledger: [],
  // Until when a pause holds is told by Redis' time. How many partitions there are stands in the same record.
  control: ['server', 'partitions'],
  audit: [],
  results: ['ledger'],
  inbox: ['ledger', 'results', 'keys'],
  'dead-letters': commonGround,
  destinations: commonGround,
  erasure: commonGround,
  functions: [],
  history: [],
  jobs: [],
  keys: [],
  'public-keys': [],
  lookup: commonGround,
  partitions: [],
  reconciliation: commonGround,
  schedule: [],
  // Redrives and discards, and walks all callbacks to cancel some.
  runs: [...commonGround, 'dead-letters', 'walk'],
  server: commonGround,
  // Counts what lies in each.
  stats: [...commonGround, 'dead-letters'],
  streams: commonGround,
  walk: commonGround,
  workers: [],
}

/** The floors of src/ops: what a command does knows nothing of how it is shown, and neither knows the command. */
const ops = {
  'ops/text': ['shared'],
  'ops/operations': ['ops/text', 'shared', 'salesforce', 'queue'],
  'ops/http': ['ops/operations', 'ops/text', 'shared'],
  'ops/console': ['ops/operations', 'ops/text', 'shared'],
  'ops/cli/terminal': ['ops/text', 'shared'],
  'ops/cli/present': ['ops/cli/terminal', 'ops/operations', 'ops/text', 'shared'],
  'ops/cli': ['ops/operations', 'ops/text', 'shared'],
}

const allowed = {
  ...Object.fromEntries(
    Object.entries(shared).map(([name, names]) => [
      `shared/${name}`,
      names.map((each) => `shared/${each}`),
    ]),
  ),
  ...beside,
  ...ops,
}

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-folder-circles',
      severity: 'error',
      scope: 'folder',
      comment: 'Whoever reads a folder need not know those that read it.',
      from: { path: '^(src|bench)/' },
      to: { circular: true },
    },
    ...Object.entries(allowed).map(([name, names]) => ({
      name: `${name}-imports-what-it-may`,
      severity: 'error',
      from: { path: `^src/${name}/` },
      to: { path: '^src/', pathNot: `^src/(${[name, ...names].join('|')})/` },
    })),
    ...Object.entries(store).map(([name, names]) => ({
      name: `shared/store/${name}-imports-what-it-may`,
      severity: 'error',
      from: { path: `^src/shared/store/${name}/` },
      to: {
        path: '^src/shared/store/',
        pathNot: `^src/shared/store/(${[name, ...names].join('|')})/`,
      },
    })),
    {
      name: 'every-thing-of-the-store-has-its-law',
      severity: 'error',
      from: { path: '^src/' },
      to: {
        path: '^src/shared/store/',
        pathNot: `^src/shared/store/(${Object.keys(store).join('|')})/`,
      },
    },
    {
      name: 'every-part-has-its-law',
      severity: 'error',
      comment: 'A new folder is named above before anybody imports it.',
      from: { path: '^src/' },
      to: {
        path: '^src/',
        pathNot: `^src/((${Object.keys(allowed).join('|')}|compose)/|main\\.ts$)`,
      },
    },
    {
      name: 'decisions-are-pure',
      severity: 'error',
      comment: 'classify and decide import nothing but words and the arithmetic of time.',
      from: { path: '^src/worker/attempt/(classify|decide|decide-verdict|signal-of)\\.ts$' },
      to: {
        pathNot:
          '^src/shared/(contract|delivery|time)/|^src/worker/attempt/(classify|decide|decide-verdict|signal-of)\\.ts$',
      },
    },
    {
      name: 'ioredis-only-in-shared-redis',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/shared/redis/' },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'bullmq-only-in-the-queue',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/queue/' },
      to: { path: 'node_modules/bullmq/' },
    },
    {
      name: 'opentelemetry-only-where-it-may-be-absent',
      severity: 'error',
      comment: 'It is optional: open-telemetry.ts imports it where it is wanted, and does without.',
      from: { path: '^src/', pathNot: '^src/shared/telemetry/open-telemetry\\.ts$' },
      to: { path: 'node_modules/@opentelemetry/' },
    },
    {
      name: 'got-only-in-the-exchanger',
      severity: 'error',
      comment: 'It publishes what it sends as a step (src/shared/telemetry/steps.ts).',
      from: { path: '^src/', pathNot: '^src/salesforce/exchange\\.ts$' },
      to: { path: 'node_modules/got/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'src-never-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
}
