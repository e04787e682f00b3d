export { defineConfig } from './config/define.js';
export type { Config, ConfigInput, Dependent, Stage, Target } from './config/schema.js';
