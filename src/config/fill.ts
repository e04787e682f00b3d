import { ConfigError } from './config-error.js';

/** What stands for a value of a member: `{name}`, `{host}`. */
export const PLACEHOLDER = /\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** A member as its source tells of it. */
export interface Member {
  readonly name: string;
  /** By column, the name among them; what a source has no value for is missing. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * A text with the values of a member in it.
 * @param setting path of the setting, for messages
 * @param write how a value is written there
 * @throws ConfigError for a column that the member does not have
 */
export function fill(
  template: string,
  member: Member,
  setting: string,
  write: (value: string) => string = (value) => value,
): string {
  return template.replaceAll(new RegExp(PLACEHOLDER, 'g'), (place) => {
    const column = place.slice(1, -1);
    const value = Object.hasOwn(member.values, column) ? member.values[column] : undefined;
    if (value !== undefined) return write(value);
    throw new ConfigError(
      `the member ${member.name} cannot be reached; nothing was touched`,
      [
        {
          path: setting,
          message: `names the column "${column}", and ${member.name} has ${Object.keys(member.values).join(', ')}`,
        },
      ],
      'Correct the name of the column, or let the source of the members give it.',
    );
  });
}

/**
 * A connection string with the values of a member in it, so written that a value can be nothing else than the part that it stands for.
 * @throws ConfigError
 */
export function fillAddress(template: string, member: Member, setting: string): string {
  const uri = /^postgres(ql)?:/i.test(template);
  return fill(template, member, setting, uri ? inUri : inKeywords);
}

/** Hosts are left as they are: a list of them has commas, and each may have its port. */
const inUri = (value: string): string => encodeURIComponent(value).replaceAll('%3A', ':').replaceAll('%2C', ',');

const inKeywords = (value: string): string => `'${value.replaceAll(/['\\]/g, '\\$&')}'`;
