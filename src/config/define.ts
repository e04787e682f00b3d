import type { ConfigInput } from './input.js';

/** Types `pawl.config.ts` without changing it. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}
