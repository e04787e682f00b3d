import type { LegacyTool } from './tool.js';

const nothing = { claims: [], dirty: [] };

/** Reshape's migrations are actions in TOML or JSON that keep two versions of a schema alive; there are no files to go on with. */
export const reshape: LegacyTool = {
  name: 'reshape',
  ownSchema: 'reshape',
  commonNames: true,
  shape: { table: 'migrations', columns: { index: /^integer$/, name: /^text$/, actions: /^jsonb$/ } },
  read: () => Promise.resolve(nothing),
  mirror: 'its state cannot be taken over',
  refusal:
    'Go on with Reshape in an `exec` stage; or end it with `reshape migration complete`, write the schema as it is (pg_dump --schema-only) as the first file, drop `adopt`, and record that file with `pawl ledger mark-applied`.',
};
