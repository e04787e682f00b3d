/** Where a file lies that ships with Pawl, such as `docs/errors.md`: the same from the sources and from the bundle, which is as deep. */
export function packageFile(path: string): URL {
  return new URL(`../../${path}`, import.meta.url);
}
