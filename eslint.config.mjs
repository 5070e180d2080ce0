import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const SQL_HAS_ONE_ROOM =
  'SQL lives in libs/persistence: make it a verb or a read of the noun it is about, and export that.';
/** How statements look, and the pieces that are put into them. */
const SQL = [
  String.raw`\bselect\b[^]*\bfrom\s`,
  String.raw`\binsert\s+into\b`,
  String.raw`\bupdate\s+\w+(\s+\w+)?\s+set\s`,
  String.raw`\bdelete\s+from\b`,
  String.raw`\border\s+by\s`,
  String.raw`[=<>]\s*\$\d`,
].join('|');

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '.berth/**', 'coverage/**', 'libs/client/src/generated/**'],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // A Nest module is a class whose content is its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Numbers and booleans read well in messages; objects do not.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A promise that is only passed on needs no async of its own; an interface's method may be async without awaiting.
      '@typescript-eslint/require-await': 'off',
      // Nest takes its options as object literals where its types name classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // `const { left, ...rest }` is how a field is left out.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      // The type that a row or an answer is read as stands where it is read.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      curly: 'error',
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  {
    files: ['**/*.mjs', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        FormData: 'readonly',
        module: 'readonly',
        require: 'readonly',
      },
    },
  },
  {
    files: ['apps/dashboard/**/*.tsx', 'apps/dashboard/**/*.ts'],
    extends: [reactHooks.configs.flat.recommended],
    rules: {
      // What draws long lists cannot be compiled by a compiler that is not used here.
      'react-hooks/incompatible-library': 'off',
      // `onClick={() => act()}` says what is done, and nothing is done with what that gives.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ['apps/**/*.ts', 'apps/**/*.tsx', 'libs/**/*.ts'],
    ignores: ['libs/persistence/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: `Literal[value=/${SQL}/i]`, message: SQL_HAS_ONE_ROOM },
        { selector: `TemplateElement[value.cooked=/${SQL}/i]`, message: SQL_HAS_ONE_ROOM },
        {
          selector:
            'CallExpression[callee.property.name=/^(rows|query|repository|createQueryBuilder|transaction)$/]',
          message: SQL_HAS_ONE_ROOM,
        },
      ],
    },
  },
  {
    // What talks to a person on a terminal writes to it.
    files: [
      'apps/launcher/src/**/*.ts',
      'bench/**/*.ts',
      'test/chaos/main.ts',
      'test/pictures/main.ts',
      'test/soak/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/*.e2e-spec.ts', 'test/**/*.ts'],
    rules: {
      // Answers over HTTP and rows of the database are of unknown type in a test, and the assertion is what checks them.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
  prettier,
);
