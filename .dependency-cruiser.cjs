/** The laws of the house: which folder may know which. ARCHITECTURE.md says why. */
const forbid = (name, from, to, comment) => ({ name, severity: 'error', comment, from: { path: from }, to: { path: to } });

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    forbid('engine-knows-no-temporal', '^src/engine', '@temporalio', 'the engine is usable and testable without Temporal'),
    forbid(
      'engine-is-the-bottom',
      '^src/engine',
      '^src/(activities|workflows|cli|temporal|signal|contract|config|exec|direct|embedded)',
      'nothing above the engine is known to it',
    ),
    forbid(
      'contract-is-plain',
      '^src/contract',
      '^src/(?!contract)',
      'clients and workflows share the contract; it stands alone',
    ),
    forbid('workflows-are-pure', '^src/workflows', '^src/(?!workflows|contract|activities)', 'workflow code runs in a sandbox'),
    {
      name: 'workflows-import-activity-types-only',
      severity: 'error',
      from: { path: '^src/workflows' },
      to: { path: '^src/activities', dependencyTypesNot: ['type-only'] },
    },
    forbid(
      'views-do-no-io',
      '^src/cli/view',
      '^(node:)?(fs|net|http|child_process)|node_modules/pg/',
      'views turn data into text',
    ),
    {
      name: 'no-junk-rooms',
      severity: 'error',
      comment: 'a file is named after the one noun or verb that it holds',
      from: {},
      to: { path: '/(utils?|helpers?|common|misc|types)(/|[.]ts$)', pathNot: 'node_modules' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      extensions: ['.ts', '.js'],
    },
  },
};
