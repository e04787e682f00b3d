import type { Sight } from './on-call.js';

/** What must be said at a step: each pattern has to be found, in text whose white space is single spaces. */
export interface Said {
  readonly status: readonly RegExp[];
  /** By path in the document, such as `deploy.status.state`. */
  readonly document: Readonly<Record<string, RegExp>>;
  readonly page: readonly RegExp[];
  /** Names and states, such as `PawlDeployBlocked firing`. */
  readonly alerts?: readonly RegExp[];
  /** What would be a lie, in the status and on the page. */
  readonly never?: readonly RegExp[];
}

/** One line for each thing that is not said, or should not be. */
export function missingFrom(said: Said, sight: Sight): string[] {
  const [status, page] = [flat(sight.status), flat(sight.page.replaceAll('*', ''))];
  const absent = (where: string, text: string, patterns: readonly RegExp[] = []): string[] =>
    patterns.filter((pattern) => !pattern.test(text)).map((pattern) => `${where} does not say ${String(pattern)}`);
  const wrong = (said.never ?? [])
    .filter((pattern) => pattern.test(`${status} ${page}`))
    .map((pattern) => `it says ${String(pattern)}`);
  const document = Object.entries(said.document).flatMap(([path, pattern]) =>
    absent(`${path} of status --json`, valueAt(sight.document, path), [pattern]),
  );
  return [
    ...absent('status', status, said.status),
    ...document,
    ...absent('the page', page, said.page),
    ...absent('Prometheus', sight.alerts.join('\n'), said.alerts),
    ...wrong,
  ];
}

const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

function valueAt(document: unknown, path: string): string {
  let value: unknown = document;
  for (const key of path.split('.')) value = (value as Record<string, unknown> | null | undefined)?.[key];
  return String(value);
}
