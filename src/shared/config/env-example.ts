import { wrapText } from '../docs/wrap-text.ts'
import { identitySettings, tuningSettings } from './destination-settings.ts'
import { globalSettings } from './global-settings.ts'
import { settingInfo, type SettingInfo, type SettingsSchema } from './setting.ts'
import { verifySettings } from './verify-settings.ts'

/**
 * `.env.example`. What must be set has its example; the rest is commented out, with its default where it has one. The
 * form is the one that Docker, systemd and `node --env-file` read alike: no quotes, nothing after a value.
 */
export function envExample(): string {
  return [
    '# Generated from src/shared/config by `npm run docs:generate`.',
    '# Copy to .env and fill in; docs/configuration.md explains more.',
    section('The process', globalSettings),
    section('The destination: who it is', identitySettings),
    section('The destination: how it is treated', tuningSettings),
    section('The destination: whom to ask what became of an attempt', verifySettings),
    '',
  ].join('\n')
}

function section(title: string, { shape }: SettingsSchema): string {
  const entries = Object.values(shape).map((setting) => entry(settingInfo(setting)))
  return [`\n# --- ${title} ---`, ...entries].join('\n\n')
}

/** The one setting without default that is no requirement by itself but is meant to be filled in. */
const suggested = settingInfo(identitySettings.shape.privateKeyFile).env

function entry(info: SettingInfo): string {
  const { env, description, format, example, required } = info
  const active = required || env === suggested
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
