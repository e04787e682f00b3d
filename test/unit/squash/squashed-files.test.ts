import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../src/engine/files/formats.js';
import { plain } from '../../../src/engine/files/formats/plain.js';
import { supabase } from '../../../src/engine/files/formats/supabase.js';
import { squashedFiles } from '../../../src/squash/squashed-files.js';
import { scripts } from '../../support/migration-directory.js';
import { migration } from '../../support/engine.js';

const FUNCTION = 'create function f() returns int language sql as $$ select 1; $$;';
const TABLE = 'create table a ();';

/** How the last of the old files is called, and the one that takes its place. */
const NAMES: Readonly<Record<string, readonly [old: string, now: string]>> = {
  atlas: ['20240102000000_b.sql', '20240102000000_squashed.sql'],
  dbmate: ['20240102000000_b.sql', '20240102000000_squashed.sql'],
  diesel: ['2024-01-02-000000_b/up.sql', '2024-01-02-000000_squashed/up.sql'],
  flyway: ['V1_20_3__b.sql', 'V1_20_3__squashed.sql'],
  goose: ['00002_b.sql', '00002_squashed.sql'],
  micrate: ['20240102000000_b.sql', '20240102000000_squashed.sql'],
  mybatis: ['20240102000000_b.sql', '20240102000000_squashed.sql'],
  'node-pg-migrate': ['1700000000001_b.sql', '1700000000001_squashed.sql'],
  plain: ['002_2024_report.up.sql', '002_squashed.up.sql'],
  play: ['2.sql', '2_squashed.sql'],
  'postgres-migrations': ['2_b.sql', '2_squashed.sql'],
  prisma: ['20240102000000_b/migration.sql', '20240102000000_squashed/migration.sql'],
  refinery: ['V2__b.sql', 'V2__squashed.sql'],
  'sql-migrate': ['20240102000000-b.sql', '20240102000000-squashed.sql'],
  sqlx: ['20240102000000_b.sql', '20240102000000_squashed.sql'],
  supabase: ['20240102000000_b.sql', '20240102000000_squashed.sql'],
  tern: ['002_b.sql', '002_squashed.sql'],
};

describe('a squashed file', () => {
  it.each([plain, supabase, ...FORMATS].filter(({ listed, chained }) => !listed && !chained))(
    'is one that $name runs whole, under the version that it stands for',
    async ({ name, around }) => {
      const [old, now] = NAMES[name]!;
      const parts = [{ label: 'squashed', statements: [FUNCTION, TABLE] }];
      const [file] = squashedFiles('m', 'm.squashed/1-2', [migration('2', '', { path: `m/${old}` })], parts, around);
      expect(file!.path).toBe(`m/${now}`);
      const [read] = (await scripts({ [now]: file!.text }, { format: name })) as [{ sql: string; version: string }];
      expect(read.sql).toContain(`SET LOCAL check_function_bodies = false; ${FUNCTION} ${TABLE}`);
    },
  );
});
