// Run with fork: uses the PostgreSQL in the directory of the first argument until it is killed, or the test that forked it is.
import { startPostgres } from '../../src/embedded/postgres.js';

const [directory = '', bin = ''] = process.argv.slice(2);
process.on('disconnect', () => process.exit());
await startPostgres({ directory, durable: false, bin: bin === '' ? undefined : bin });
process.send?.('ready');
