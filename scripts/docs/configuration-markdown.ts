import { destinationSettings } from '../../src/shared/config/destination-settings.ts'
import { sectionsOf, type Section } from '../../src/shared/config/feature.ts'
import { globalSettings } from '../../src/shared/config/global-settings.ts'
import { settingInfo, type SettingInfo } from '../../src/shared/config/setting.ts'
import { wrapText } from './wrap-text.ts'

/** `docs/configuration.md`. */
export function configurationMarkdown(): string {
  return `<!-- Generated from src/shared/config by \`npm run docs:generate\`. -->

# Configuration

Ringback is configured by environment variables, and by a JSON file when there is more than one destination.
Everything is checked once, at start: all problems are listed together, one line each, and nothing runs until they are
fixed. A name that starts with \`RINGBACK_\` and is none of these is a problem too, but for what Kubernetes puts there for
a Service of that name (\`…_PORT=tcp://…\`, \`…_SERVICE_HOST\` and the like): set \`enableServiceLinks: false\`. A setting
that only a newer version knows keeps an older one from starting: set it when all are upgraded. An empty value counts as not set, and
white space around a value is ignored.

A duration is \`500ms\`, \`10s\`, \`5m\`, \`2h\`, \`7d\`, or ISO 8601 in weeks or smaller units, such as \`PT1H30M\`.

[.env.example](../.env.example) has every setting, ready to be copied.

What is set for the process comes from the environment only; what is set for a destination may be in the file too.

${sectionsOf(globalSettings)
  .map((section) => sectionMarkdown(section, processSetting))
  .join('\n\n')}

${sectionsOf(destinationSettings)
  .map((section) => sectionMarkdown(section, destinationSetting))
  .join('\n\n')}

## The way to Salesforce

Two settings that are not ours are honoured, as by curl: \`HTTPS_PROXY\` (or \`https_proxy\`), the URL of an HTTP proxy that
makes tunnels, with \`user:password@\` where it wants them; and \`NO_PROXY\` (or \`no_proxy\`), the hosts that are reached
without it. The worker's first line of the log names the proxy of each destination that has one. \`NODE_EXTRA_CA_CERTS\`, which
is Node's, names a file with the certificates of further authorities, for Salesforce behind such a proxy and for Redis.

## What the commands and the library need

The commands use \`RINGBACK_REDIS_URL\` (or \`RINGBACK_REDIS_URL_FILE\`), \`RINGBACK_NAMESPACE\` and \`RINGBACK_LOG_LEVEL\`, and of
the destinations the names alone: they need no key. Values that are given are checked all the same.

The producer library takes \`RINGBACK_REDIS_URL\` (or \`RINGBACK_REDIS_URL_FILE\`) and \`RINGBACK_NAMESPACE\` from the environment where its options do not
say them, and reads nothing else of it: a destination is named to it by the program ([library.md](library.md)).

## Many destinations

\`RINGBACK_CONFIG\` names a JSON file. Its names of settings are those given above as "In the file"; paths in it are
relative to it. A destination's name has 1 to 32 lower-case letters, digits and hyphens, and is part of its keys in Redis.

${fence('json', JSON.stringify(exampleFile, null, 2))}

- What the file says for a destination wins.
- What it leaves out comes from the environment, and then from the defaults above.
- What is "never inherited" is not taken from the environment: one contact center's key must not sign for another, and another
  org's answer must not be believed.
- The environment may describe its own destination beside those of the file. The file then must not have one named
  \`default\`.

${whileWorkersRun}
`
}

const whileWorkersRun = `### While workers run

A worker looks at the file, and at the keys and secrets that it names, once a second, and reads the whole configuration anew when one
of them has changed, or on \`SIGHUP\`. Nothing has to be restarted, and no other destination notices:

- A destination that is **new** is served at once (\`destination.added\` in the log).
- One of which **anything has changed**, its key too, takes no more work, finishes its attempts under way (for \`RINGBACK_SHUTDOWN_DEADLINE\`
  at most), and goes on with the new settings (\`destination.changed\`). Between the two it stands still for as long as its longest attempt takes.
- One that is **gone** is drained (\`destination.draining\`): taken in and sent as before, until nothing of it waits and nothing is under
  way; then it is served no longer (\`destination.drained\`). A callback for next week keeps it until next week; \`/readyz\` shows
  \`acme.draining\`. A worker that is started meanwhile does not know it: let those go on that do, or cancel what waits.
- A file with **a problem anywhere** changes nothing: \`configuration.refused\` says what is wrong, and it is read again when it
  changes. Write a new file beside it and rename it, so that it is never read half.
- What is about **all destinations** (the environment, \`RINGBACK_REDIS_URL_FILE\`, certificates of Redis) is read once:
  \`configuration.needs-restart\` names what is another one now.

\`ringback doctor\` judges a file before you put it in place: \`RINGBACK_CONFIG=new.json ringback doctor\`.`

const exampleFile = {
  destinations: {
    acme: {
      salesforceUrl: 'https://acme.my.salesforce-scrt.com',
      salesforceOrgId: '00DHs00000Kmpyr',
      salesforceCallCenter: 'scv4cc1',
      privateKeyFile: 'keys/acme.key',
      rate: 5,
      backoffMax: '5m',
    },
    globex: {
      salesforceUrl: 'https://globex.my.salesforce-scrt.com',
      salesforceOrgId: '00DRM000000GuTE',
      salesforceCallCenter: 'globex_voice',
      privateKeyFile: 'keys/globex.key',
    },
  },
}

function sectionMarkdown(
  { title, text, settings }: Section,
  settingMarkdown: (info: SettingInfo) => string,
): string {
  const introduction = text === undefined ? [] : [wrapText(text, { width: 120, prefix: '' })]
  const explained = settings.map((setting) => settingMarkdown(settingInfo(setting)))
  return [`## ${title}`, ...introduction, ...explained].join('\n\n')
}

function processSetting(info: SettingInfo): string {
  return [
    `### ${code(info.env)}\n`,
    `${wrapText(info.description, { width: 120, prefix: '' })}\n`,
    `- Value: ${info.format}`,
    `- Default: ${defaultOf(info)}`,
    `- Example: ${code(info.example)}`,
  ].join('\n')
}

function destinationSetting(info: SettingInfo): string {
  const { name, neverInherited } = info
  return `${processSetting(info)}\n- In the file: ${code(name)}${neverInherited ? ', never inherited' : ''}`
}

function defaultOf({ default: value, required }: SettingInfo): string {
  if (value !== undefined) return code(value)
  return required ? 'none, it must be set' : 'not set'
}

function code(text: string): string {
  return `\`${text}\``
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``
}
