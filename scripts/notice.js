// Writes NOTICE: the packages that users get, installed beside Pawl or joined into its files, with their licences: `npm run notice`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const HEAD = `Pawl
Licensed under the Apache License, Version 2.0; see LICENSE.

Pawl comes with the packages below: "installed" beside it by npm, or "joined" into the files of dist/. Their licences follow, each text once.
`;

/** Some packages bring none, and only name their licence. */
const LICENCE_FILE = /^(licen[cs]e|copying)([-.].*)?$/i;

/**
 * @param {readonly string[]} joined folders of packages (node_modules/...) whose code the build puts into our files
 * @returns {string} the text of NOTICE
 */
function notice(joined) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const installed = Object.keys(packages).filter((path) => path !== '' && !packages[path].dev);
  const paths = [...new Set([...installed, ...joined])].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const texts = new Map();
  const rows = paths.map((path) => {
    const { version, license } = packages[path];
    if (!license) throw new Error(`${path} has no licence in package-lock.json`);
    const text = licenceText(path);
    if (text) texts.set(text, [...(texts.get(text) ?? []), nameOf(path)]);
    const how = [...(installed.includes(path) ? ['installed'] : []), ...(joined.includes(path) ? ['joined'] : [])].join(', ');
    return `${nameOf(path)} ${version} · ${license} · ${how}${text ? '' : ' · without a text of its own'}`;
  });
  const bodies = [...texts].map(([text, names]) => `${'-'.repeat(80)}\n${names.join(', ')}\n\n${text}\n`);
  return `${HEAD}\n${rows.join('\n')}\n\n${bodies.join('\n')}`;
}

const nameOf = (path) => path.replace(/^.*node_modules\//, '');

function licenceText(path) {
  const folder = join(root, path);
  if (!existsSync(folder)) return undefined;
  const file = readdirSync(folder).find((name) => LICENCE_FILE.test(name));
  return file && readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const joined = JSON.parse(readFileSync(join(root, 'dist/joined.json'), 'utf8'));
  const file = join(root, 'NOTICE');
  const text = notice(joined);
  if (!process.argv.includes('--check')) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error('NOTICE is not current: run `npm run notice`');
    process.exitCode = 1;
  }
}
