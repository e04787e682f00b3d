import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** What programs import, by the name under which it is installed, and the file whose functions they call. */
const ENTRIES = {
  pawl: 'src/config/define.ts',
  'pawl/client': 'src/client/index.ts',
  'pawl/worker': 'src/embed-worker.ts',
  'pawl/testing': 'src/testing/index.ts',
  'pawl/await': 'src/await.ts',
} as const;

/** What an example takes for granted. */
const GIVEN: Readonly<Record<string, string>> = {
  deploy: `import('pawl/client').StartedDeploy`,
  rollout: `import('pawl/client').StartedRollout`,
  server: '{ listen(port: number): void }',
  response: '{ statusCode: number }',
  Worker: `typeof import('@temporalio/worker').Worker`,
  mine: `import('@temporalio/worker').WorkerOptions`,
  test: `typeof import('vitest').test`,
  expect: `typeof import('vitest').expect`,
  pg: `typeof import('pg')`,
};

const functions = Object.entries(ENTRIES).flatMap(([entry, file]) => {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.filter(isExportedFunction).map((declared) => {
    const tags = ts.getJSDocTags(declared).filter(({ tagName }) => tagName.text === 'example');
    return { entry, name: declared.name!.text, example: tags.map(({ comment }) => ts.getTextOfJSDocComment(comment)).join('\n') };
  });
});

function isExportedFunction(statement: ts.Statement): statement is ts.FunctionDeclaration {
  return ts.isFunctionDeclaration(statement) && (ts.getCombinedModifierFlags(statement) & ts.ModifierFlags.Export) !== 0;
}

it.each(functions)('$entry: $name has an example', ({ name, example }) => {
  expect(example).toContain(`${name}(`);
});

it('what the examples say compiles', () => {
  const files = new Map(functions.map(({ entry, name, example }) => [join(ROOT, `example-${name}.ts`), module(entry, example)]));
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const given: ts.CompilerOptions = {
    ...options,
    noEmit: true,
    skipLibCheck: true,
    noUnusedLocals: false,
    paths: Object.fromEntries(Object.keys(ENTRIES).map((entry) => [entry, [types(entry)]])),
  };
  const host = ts.createCompilerHost(given);
  const read = host.getSourceFile.bind(host);
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.getSourceFile = (path, language, ...rest) => {
    const text = files.get(path);
    return text === undefined ? read(path, language, ...rest) : ts.createSourceFile(path, text, language);
  };
  const program = ts.createProgram([...files.keys()], given, host);
  const faults = [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  });
  expect(ts.formatDiagnostics(faults, { ...host, getNewLine: () => '\n' })).toBe('');
}, 60_000);

/** An example with the imports that its reader writes: the functions of all entries that it names. */
function module(entry: string, example: string): string {
  const called = functions
    .filter(({ name }) => example.includes(`${name}(`))
    .map((found) => `import { ${found.name} } from '${found.entry}';`);
  const errors = entry === 'pawl/client' ? [`import { ClientError } from 'pawl/client';`] : [];
  const given = Object.entries(GIVEN).filter(([name]) => !example.includes(`const ${name} =`));
  return [...called, ...errors, ...given.map(([name, type]) => `declare const ${name}: ${type};`), example, 'export {};'].join(
    '\n',
  );
}

/** The file with the types of an entry point, as the package declares it. */
function types(entry: string): string {
  const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    exports: Record<string, { types: string }>;
  };
  return exports[entry.replace('pawl', '.')]!.types;
}
