import { destinationSettings } from '../../src/shared/config/destination-settings.ts'
import { globalSettings } from '../../src/shared/config/global-settings.ts'
import { settingInfo, settingsIn } from '../../src/shared/config/setting.ts'

const known = new Set(
  [globalSettings, destinationSettings]
    .flatMap(settingsIn)
    .map((setting) => settingInfo(setting).env),
)

/** The names in a text that look like settings and are none. */
export function unknownSettingsIn(text: string): string[] {
  return [...text.matchAll(/\bRINGBACK_[A-Z_]*[A-Z]\b/g)]
    .map(([name]) => name)
    .filter((name) => !known.has(name))
}
