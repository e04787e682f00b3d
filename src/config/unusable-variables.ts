import { ConfigError, type ConfigFault } from './config-error.js';
import type { ProcessEnvironment } from './resolve.js';
import type { Dependent, Notification, Stage, Target } from './schema.js';

type Webhook = Extract<Dependent, { webhook: unknown }>['webhook'];

/**
 * Refuses stages and notifications whose variables are not usable, before anything is done: they may come hours after the first migration.
 * @throws ConfigError with every fault; no value is shown
 */
export function refuseUnusableVariables(
  { stages, notify = [] }: Pick<Target, 'stages' | 'notify'>,
  environment: ProcessEnvironment,
): void {
  const faults = [
    ...stages.flatMap((stage) => stageFaults(stage, environment)),
    ...notify.flatMap((notification) => notificationFaults(notification, environment)),
  ];
  const [first] = faults;
  if (!first) return;
  throw new ConfigError(
    faults.length === 1
      ? `the environment variable ${first.path} cannot be used; nothing was touched`
      : 'environment variables cannot be used; nothing was touched',
    faults,
    'Set what is named in the environment of the worker (with --direct: of this command), and start it again.',
  );
}

function stageFaults(stage: Stage, environment: ProcessEnvironment): ConfigFault[] {
  if ('signal' in stage) return stage.signal.flatMap((dependent) => dependentFaults(dependent, environment));
  if (!('exec' in stage)) return [];
  const { name, environment: own = {} } = stage.exec;
  return Object.values(own).flatMap((value) =>
    typeof value === 'string' || environment[value.env] !== undefined
      ? []
      : [{ path: value.env, message: `is not set; the stage ${name} reads it` }],
  );
}

function notificationFaults(notification: Notification, environment: ProcessEnvironment): ConfigFault[] {
  if ('slack' in notification) return faultsOf(notification.slack.env, environment, addressFault);
  return 'webhook' in notification ? webhookFaults(notification.webhook, environment) : [];
}

function dependentFaults(dependent: Dependent, environment: ProcessEnvironment): ConfigFault[] {
  return 'webhook' in dependent ? webhookFaults(dependent.webhook, environment) : [];
}

function webhookFaults({ url, headers = {} }: Webhook, environment: ProcessEnvironment): ConfigFault[] {
  return [
    ...faultsOf(url.env, environment, addressFault),
    ...Object.entries(headers).flatMap(([name, { env }]) => faultsOf(env, environment, (value) => headerFault(name, value))),
  ];
}

function faultsOf(
  variable: string,
  environment: ProcessEnvironment,
  faultOf: (value: string) => string | undefined,
): ConfigFault[] {
  const value = environment[variable];
  const message = value === undefined ? 'is not set' : value.trim() === '' ? 'is empty' : faultOf(value);
  return message === undefined ? [] : [{ path: variable, message }];
}

function addressFault(value: string): string | undefined {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol)) return 'is no http or https address';
  if (url.username !== '' || url.password !== '') return 'holds a user or password: give them in a header, such as authorization';
  return undefined;
}

function headerFault(name: string, value: string): string | undefined {
  try {
    new Headers([[name, value]]);
    return undefined;
  } catch {
    return `cannot be the header ${name}: a name of letters, digits and -, and a value of one line are taken`;
  }
}
