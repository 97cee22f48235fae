/**
 * OpenTelemetry's own variables. Its default is a collector on this machine, where a container has none: so only what names one
 * switches traces on. A health check, twice a minute, is spared what loading an SDK takes.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {readonly string[]} argv
 */
export function wantsTraces(env, [, , command]) {
  if (command === 'health' || env.OTEL_SDK_DISABLED === 'true') return false
  const exporter = env.OTEL_TRACES_EXPORTER ?? ''
  if (exporter !== '') return exporter === 'otlp'
  return Boolean(env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT)
}
