import { defineConfig } from 'pawl';

/** The sample: the database of an orders service. `npm start` deploys it to a PostgreSQL that it brings along. */
export default defineConfig({
  targets: {
    orders: {
      database: { env: 'ORDERS_DATABASE_URL' },
      stages: [
        { migrate: 'migrations/schema' },
        {
          exec: {
            name: 'reporting snapshot',
            command: ['node', 'examples/snapshot/apply.js', 'examples/snapshot/reporting.yaml'],
            environment: { DATABASE_URL: { env: 'ORDERS_DATABASE_URL' } },
          },
        },
        { constraints: 'migrations/constraints' },
        { assert: 'migrations/assertions' },
        { signal: [{ pgNotify: 'schema_changed' }] },
      ],
    },
  },
});
