import { destinationSettings } from '../../src/shared/config/destination-settings.ts'
import { sectionsOf, type Section } from '../../src/shared/config/feature.ts'
import { globalSettings } from '../../src/shared/config/global-settings.ts'
import { settingInfo, type SettingInfo } from '../../src/shared/config/setting.ts'
import { wrapText } from './wrap-text.ts'

/**
 * `.env.example`. What must be set has its example; the rest is commented out, with its default where it has one. The
 * form is the one that Docker, systemd and `node --env-file` read alike: no quotes, nothing after a value.
 */
export function envExample(): string {
  return [
    '# Generated from src/shared/config by `npm run docs:generate`.',
    '# Copy to .env and fill in; docs/configuration.md explains more.',
    ...[globalSettings, destinationSettings].flatMap(sectionsOf).map(section),
    '',
  ].join('\n')
}

function section({ title, settings }: Section): string {
  const entries = settings.map((setting) => entry(settingInfo(setting)))
  return [`\n# --- ${title} ---`, ...entries].join('\n\n')
}

function entry(info: SettingInfo): string {
  const { env, description, format, example, required, suggested } = info
  const active = required || suggested
  const value = info.default ?? example
  return [
    comment(description),
    comment(`Value: ${format}.`),
    `${active ? '' : '#'}${env}=${value}`,
  ].join('\n')
}

function comment(text: string): string {
  return wrapText(text, { width: 100, prefix: '# ' })
}
