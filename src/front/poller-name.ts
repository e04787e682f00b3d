import type { Release } from '../contract/deploy.js';

/** A release of a target that a worker holds. */
export interface OfferedRelease extends Release {
  readonly target: string;
  /** When its worker started, milliseconds. */
  readonly since: number;
}

/** Temporal refuses longer names. */
const LONGEST = 900;
/** Characters of a label. */
const LABEL = 60;

/**
 * The name under which a worker polls the front queue: Temporal lists it to every client, so it says which releases the worker holds.
 * What does not fit is left out: such a target is found by its own worker alone.
 */
export function pollerName(process: string, offered: readonly OfferedRelease[]): string {
  let name = process;
  for (const { target, digest, label, since } of offered) {
    const entry = ` ${target}=${digest}:${since.toString(36)}:${encodeURIComponent(label.slice(0, LABEL))}`;
    if (name.length + entry.length > LONGEST) break;
    name += entry;
  }
  return name;
}

/** @returns the releases that a worker of this name holds; none for a name that says nothing of them */
export function releasesOf(name: string): OfferedRelease[] {
  return [...name.matchAll(/ ([\w.-]+)=([0-9a-f]{16}):([0-9a-z]+):(\S*)/g)].map(([, target, digest, since, label]) => ({
    target: target!,
    digest: digest!,
    since: parseInt(since!, 36),
    label: decodeURIComponent(label!),
  }));
}
