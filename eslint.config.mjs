// Only what needs types and what biome cannot see: promises nobody waits for.
import tseslint from 'typescript-eslint'

/** tap runs the subtests of a file in order by itself; their promise need not be waited for. */
const tap = ['@tapjs/core', '@tapjs/test', 'tap'].map((name) => ({
  from: 'package',
  package: name,
  name: ['test', 'TestBase', 'Test'],
}))

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.tap/**', '**/*.mjs'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': ['error', { allowForKnownSafeCalls: tap }],
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
)
