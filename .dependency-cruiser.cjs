// The import law of docs/architecture.md: data flows down, imports go up to shared.
const role = (name) => `^src/${name}/`
const roles = ['producer', 'worker', 'ops', 'sandbox']

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...roles.map((name) => ({
      name: `${name}-imports-no-other-role`,
      severity: 'error',
      comment: 'Roles meet in Redis, or in the composition root src/main.ts and src/compose/.',
      from: { path: role(name) },
      to: {
        path: `^src/(${roles.filter((other) => other !== name).join('|')}|compose)/|^src/main`,
      },
    })),
    {
      name: 'shared-imports-no-role',
      severity: 'error',
      from: { path: '^src/shared/' },
      to: { path: `^src/(${roles.join('|')}|compose)/|^src/main` },
    },
    {
      name: 'contract-is-a-leaf',
      severity: 'error',
      comment: 'The contract knows zod, luxon, hashing, time and nothing of ours above it.',
      from: { path: '^src/shared/contract/' },
      to: { path: '^src/', pathNot: '^src/shared/(contract|time|errors)/' },
    },
    {
      name: 'salesforce-knows-no-store',
      severity: 'error',
      comment:
        'What is allowed, not what is forbidden: a new store would else be allowed until somebody thinks of it.',
      from: { path: '^src/worker/salesforce/' },
      to: {
        path: '^src/|node_modules/(ioredis|bullmq)/',
        pathNot: '^src/shared/(contract|time|errors|config|telemetry)/|^src/worker/salesforce/',
      },
    },
    {
      name: 'decisions-are-pure',
      severity: 'error',
      comment: 'classify and decide import nothing but the contract and the arithmetic of time.',
      from: { path: '^src/worker/attempt/(classify|decide|decide-verdict)\\.ts$' },
      to: {
        pathNot:
          '^src/shared/(contract|time)/|^src/worker/attempt/(classify|decide|decide-verdict)\\.ts$',
      },
    },
    {
      name: 'ioredis-only-in-shared-redis',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/shared/redis/' },
      to: { path: 'node_modules/ioredis/' },
    },
    {
      name: 'bullmq-only-in-the-queue-and-the-processor',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/worker/(queue|processor)\\.ts$' },
      to: { path: 'node_modules/bullmq/' },
    },
    {
      name: 'got-only-in-the-exchanger',
      severity: 'error',
      comment: 'It publishes what it sends as a step (src/shared/telemetry/steps.ts).',
      from: { path: '^src/', pathNot: '^src/worker/salesforce/exchange\\.ts$' },
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
