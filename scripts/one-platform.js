// Removes the native parts of Temporal's client for other platforms than this one: `node scripts/one-platform.js <node_modules>`.
// The package brings all of them, some 30 MB each, and uses one.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const releases = join(process.argv[2] ?? 'node_modules', '@temporalio/core-bridge/releases');
const ARCH = { x64: 'x86_64', arm64: 'aarch64' }[process.arch] ?? process.arch;
const PLATFORM = { linux: 'linux-gnu', darwin: 'apple-darwin', win32: 'windows-msvc' }[process.platform] ?? process.platform;

const all = readdirSync(releases);
const own = all.filter((name) => name.startsWith(ARCH) && name.includes(PLATFORM));
if (own.length !== 1) throw new Error(`expected one of ${all.join(', ')} to be for ${ARCH} ${PLATFORM}`);
for (const name of all) if (!own.includes(name)) rmSync(join(releases, name), { recursive: true });
console.log(`kept ${own[0]}, removed ${all.length - 1} others`);
