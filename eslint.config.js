import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const nodeModules = builtinModules.flatMap((name) => [name, `node:${name}`]);

export default tseslint.config(
  { ignores: ['examples/clients/', 'dist/', 'node_modules/', '.pawl/', 'test-artifacts/', 'test/replay/histories/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.cjs', 'scripts/*.js'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['src/**'],
    rules: {
      'max-lines': ['error', 300],
      'no-restricted-syntax': [
        'error',
        {
          selector: '[accessibility="private"], [accessibility="protected"]',
          message: 'Use a #name: the language itself keeps it.',
        },
      ],
    },
  },
  {
    files: ['src/workflows/**', 'src/contract/**'],
    rules: { 'no-restricted-imports': ['error', { paths: nodeModules }] },
  },
  { files: ['**/*.cts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  { files: ['**/*.js', '**/*.cjs'], ...tseslint.configs.disableTypeChecked },
);
