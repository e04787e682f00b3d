import pg from 'pg';

/** An object elsewhere depends on the role: dependent_objects_still_exist. */
const IN_USE = '2BP01';

/** By name; others on the server are none of ours. */
export interface ScratchRoles {
  /** Made before the work where they are missing; they cannot log in. */
  readonly needed: readonly string[];
  /** That the work may make. */
  readonly made: readonly string[];
}

/** Makes the roles that are needed, does the work, and drops those that were not there before. One that is in use elsewhere stays. */
export async function withRoles<T>(url: string, { needed, made }: ScratchRoles, work: () => Promise<T>): Promise<T> {
  const before = await onServer(url, async (client) => {
    const there = await readRoles(client);
    for (const role of needed.filter((name) => !there.includes(name)))
      await client.query(`create role ${pg.escapeIdentifier(role)} nologin`);
    return there;
  });
  try {
    return await work();
  } finally {
    await onServer(url, async (client) => {
      for (const role of [...needed, ...made].filter((name) => !before.includes(name))) {
        await client.query(`drop role if exists ${pg.escapeIdentifier(role)}`).catch((error: unknown) => {
          if ((error as { code?: string }).code !== IN_USE) throw error;
        });
      }
    });
  }
}

async function readRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select rolname as name from pg_roles');
  return rows.map(({ name }) => name);
}

async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
