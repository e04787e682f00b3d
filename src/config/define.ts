import type { ConfigInput } from './input.js';

/**
 * Types `pawl.config.ts` without changing it: the editor knows each setting, and a wrong one does not compile.
 * @returns the configuration that was given
 * @example
 * export default defineConfig({
 *   targets: { orders: { database: { env: 'DATABASE_URL' }, stages: [{ migrate: 'migrations' }] } },
 * });
 */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
