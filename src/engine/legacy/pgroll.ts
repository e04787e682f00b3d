import type { LegacyTool } from './tool.js';

const nothing = { claims: [], dirty: [] };

/** pgroll's migrations are operations in JSON that keep two versions of a schema alive; there are no files to go on with. */
export const pgroll: LegacyTool = {
  name: 'pgroll',
  ownSchema: 'pgroll',
  commonNames: true,
  shape: {
    table: 'migrations',
    columns: { schema: /^name$/, name: /^text$/, migration: /^jsonb$/, done: /^boolean$/ },
  },
  read: () => Promise.resolve(nothing),
  mirror: 'its state cannot be taken over',
  refusal:
    'Go on with pgroll in an `exec` stage; or end it with `pgroll complete`, write the schema as it is (pg_dump --schema-only) as the first file, drop `adopt`, and record that file with `pawl ledger mark-applied`.',
};
