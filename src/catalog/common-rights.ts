import type { Catalog } from './catalog.js';

/** Rights that came with a version: `SELECT`, `no SELECT`, `role=SELECT`, each also with the option to give it to others. */
const NEWER: readonly { readonly since: number; readonly right: RegExp }[] = [
  { since: 170_000, right: /^(?:.*=|no )?MAINTAIN(?: with grant option)?$/s },
];

/**
 * A catalog without the rights that a server does not have which it is compared with: GRANT ALL means more on the newer one.
 * @param server `server_version_num` of the other one
 */
export function commonRights(catalog: Catalog, server: number): Catalog {
  const newer = NEWER.filter(({ since }) => catalog.server >= since && server < since);
  if (newer.length === 0) return catalog;
  const objects = catalog.objects.flatMap((object) => {
    const { privileges } = object.attributes;
    if (!Array.isArray(privileges)) return [object];
    const common = privileges.filter((each) => !newer.some(({ right }) => right.test(String(each))));
    const onlyNewer = common.length === 0 && privileges.length > 0;
    return onlyNewer ? [] : [{ ...object, attributes: { ...object.attributes, privileges: common } }];
  });
  return { ...catalog, objects };
}
