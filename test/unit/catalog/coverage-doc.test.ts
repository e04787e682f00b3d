import { expect, it } from 'vitest';
import { KINDS } from '../../../src/catalog/kinds.js';
import { ALL_CASES } from '../../postgres/catalog/all-cases.js';

/** `npx vitest run --project unit test/unit/catalog/coverage-doc.test.ts -u` writes the page anew. */
it('docs/diff-coverage.md lists every kind with what is compared and how often it is changed in a test', async () => {
  const rows = [...KINDS]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, attributes, optional }) => {
      const cases = ALL_CASES.filter(({ kind }) => kind === name);
      const changes = cases.flatMap((one) => one.changes);
      const compared = Object.keys(attributes).map((attribute) => {
        const times = changes.filter((change) => change.attribute === attribute).length;
        return times > 1 ? `${attribute} ×${times}` : attribute;
      });
      return `| ${name}${optional ? ' (with a database’s settings)' : ''} | ${compared.join(', ') || '–'} | ${changes.length + 2 * cases.length} |`;
    });
  const tests = ALL_CASES.reduce((sum, { changes }) => sum + changes.length + 2, 0);
  const page = [
    '# What diff compares',
    `Written by a test from the kinds themselves. Each of the ${tests} changes below is made on a real PostgreSQL, one at a time: the object is added, it is removed, and every attribute is changed (×2: in two ways). The comparison must report that one difference, of the right class, in both directions, and nothing else. Run them with \`npm test -- --project postgres test/postgres/catalog/attribute.test.ts\`; the changes are in \`test/postgres/catalog/cases/\`. A kind or an attribute without a change fails the build.`,
    ['| kind | attributes compared | tests |', '|---|---|---|', ...rows, `| **${KINDS.length} kinds** | | **${tests}** |`].join(
      '\n',
    ),
  ];
  await expect(`${page.join('\n\n')}\n`).toMatchFileSnapshot('../../../docs/diff-coverage.md');
});
