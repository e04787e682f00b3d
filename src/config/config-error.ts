/** One thing that is wrong in the configuration. */
export interface ConfigFault {
  /** Where: `targets.orders.lockTimeout`, `pawl.config.yaml:3:5`, or the name of an environment variable. */
  readonly path: string;
  /** What was expected and what was found; never a secret. */
  readonly message: string;
}

/** The configuration or the environment does not allow to start. Nothing was touched; the process exits with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /**
   * @param title what is wrong as a whole, such as `pawl.config.yaml is not valid`
   * @param faults one entry for each thing to correct
   * @param next what the person does now
   */
  constructor(
    readonly title: string,
    readonly faults: readonly ConfigFault[],
    readonly next: string,
  ) {
    super([title, ...faults.map(({ path, message }) => `  ${path}: ${message}`)].join('\n'));
  }
}
