export { defineConfig } from './config/define.js';
export type { ConfigInput, FleetInput, TargetInput } from './config/input.js';
export type { DependentInput, Duration, StageInput } from './config/input-parts.js';
