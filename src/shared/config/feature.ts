import { z } from 'zod'

import { settingsIn, type Setting, type SettingsSchema } from './setting.ts'

/** What a group of settings is about: the heading of its section in the documentation, and what is said below it. */
export interface Feature {
  title: string
  text?: string
}

const features = z.registry<Feature>()

/** Settings that belong together. Everything about them is said in one file of `features/`. */
export function defineFeature<S extends z.core.$ZodShape>(feature: Feature, shape: S) {
  const schema = z.object(shape)
  for (const setting of settingsIn(schema)) features.add(setting, feature)
  return schema
}

export interface Section extends Feature {
  settings: readonly Setting[]
}

/** The settings of a schema by their features, in the order of the schema. */
export function sectionsOf(schema: SettingsSchema): Section[] {
  const settings = settingsIn(schema)
  return [...new Set(settings.map(featureOf))].map((feature) => ({
    ...feature,
    settings: settings.filter((setting) => featureOf(setting) === feature),
  }))
}

function featureOf(setting: Setting): Feature {
  const feature = features.get(setting)
  if (feature === undefined) throw new TypeError('a setting belongs to no feature')
  return feature
}
