// The architecture's rules as lint rules: who may import whom, what a layer may know, and the habits of the code.
import eslint from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const TESTS = ['**/*.spec.ts', '**/*.real.ts', '**/*.kafka.ts', '**/*.compose.ts', '**/*.spec-support.ts', 'libs/testing/**'];

/** An app or library by its tag may import these and no other; an untagged project fails. */
const arrow = (sourceTag, ...onlyDependOnLibsWithTags) => ({ sourceTag, onlyDependOnLibsWithTags });
const PARTS = ['lib:contracts', 'lib:connectors', 'lib:messaging', 'lib:vault', 'lib:chassis'];
const APPS = ['app:gateway', 'app:registry', 'app:connect', 'app:publishing', 'app:accounts', 'app:sandbox'];
const ARROWS = [
  arrow('lib:contracts'),
  arrow('lib:vault'),
  arrow('lib:connectors', 'lib:contracts'),
  arrow('lib:messaging', 'lib:contracts'),
  arrow('lib:chassis', 'lib:contracts'),
  arrow('lib:testing', ...PARTS, 'lib:testing'),
  ...APPS.map((app) => arrow(app, ...PARTS)),
  arrow('app:standalone', ...PARTS, ...APPS),
];

/** nx counts a spec's imports as its project's. These circles exist through specs only: the arrows above still forbid them in code. */
const CIRCLES_OF_TESTS = ['chassis', 'connectors', 'contracts', 'messaging', 'vault'].flatMap((lib) =>
  ['sandbox', 'testing', 'chassis', 'connectors'].filter((other) => other !== lib).map((other) => [`@plaza/${other}`, `@plaza/${lib}`]),
);

const restrict = (files, patterns, ignores = []) => ({
  files,
  ignores: [...TESTS, ...ignores],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [...HTTP_CLIENTS, ...patterns] }] },
});
const HTTP_CLIENTS = [
  { group: ['undici', 'node:http', 'node:https', 'axios', 'got'], allowTypeImports: true, message: 'Addresses are reached through the clients of libs/chassis/src/outbound only.' },
  { group: ['prom-client', '@opentelemetry/*'], message: 'Figures and traces go through libs/chassis/src/observe.' },
  { group: ['kafkajs'], message: 'Only the Kafka transport imports kafkajs.' },
  { group: ['@plaza/testing'], message: 'Test code stays in tests.' },
];
const FRAMEWORKS = { group: ['@nestjs/*', 'typeorm', 'fastify', 'pg'], message: 'Frameworks and databases belong to the adapters.' };

const OWN_CODE = 'A simulator is written from the documents and shares no code with the connector.';

export default tseslint.config(
  { ignores: ['**/dist/**', 'node_modules/**', '.nx/**', '**/*.d.ts', 'libs/connectors/twitter/tlds.ts'] },
  eslint.configs.recommended,
  ...tseslint.configs.strict,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { globals: { process: 'readonly', URL: 'readonly', Buffer: 'readonly' } },
  },
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-dynamic-delete': 'off',
      'no-console': 'error',
      'no-else-return': ['error', { allowElseIf: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
        { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'The environment is read in libs/chassis/src/config.ts only.' },
      ],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Addresses are reached through the clients of libs/chassis/src/outbound only.' }],
      'max-lines': ['error', { max: 400 }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-len': ['error', { code: 200, ignoreStrings: true, ignoreTemplateLiterals: true, ignoreComments: true, ignoreRegExpLiterals: true }],
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: TESTS,
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': ['error', { depConstraints: ARROWS, enforceBuildableLibDependency: false, allow: [], ignoredCircularDependencies: CIRCLES_OF_TESTS }] },
  },
  restrict(['apps/**/*.ts', 'libs/**/*.ts'], [], ['libs/chassis/src/outbound/**', 'apps/sandbox/**', 'libs/chassis/src/observe/metrics.ts', 'libs/chassis/src/observe/open-telemetry.ts']),
  restrict(
    ['apps/*/src/domain/**/*.ts'],
    [FRAMEWORKS, { group: ['**/application/**', '**/adapters/**'], message: 'The domain knows nothing of the layers around it.' }, { group: ['@plaza/chassis', '@plaza/messaging'], message: 'The domain is pure.' }],
  ),
  restrict(['apps/*/src/application/**/*.ts'], [FRAMEWORKS, { group: ['**/adapters/**'], message: 'Use cases know ports; the module binds adapters to them.' }]),
  restrict(['libs/connectors/**/*.ts'], [FRAMEWORKS]),
  restrict(['libs/connectors/*/simulator.ts'], [FRAMEWORKS, { regex: '^\\.(?!/simulator/|\\./kit/simulat|\\./meta/simulation/)', message: OWN_CODE }]),
  restrict(['libs/connectors/kit/simulation/**/*.ts'], [FRAMEWORKS, { regex: '^\\.\\.(?!/simulator\\.ts$)', message: OWN_CODE }]),
  restrict(['libs/connectors/*/simulator/**/*.ts'], [FRAMEWORKS, { regex: '^\\.\\.(?!/\\.\\./(?:kit/simulat|meta/simulation/))', message: OWN_CODE }]),
  restrict(['libs/connectors/meta/simulation/**/*.ts'], [FRAMEWORKS, { regex: '^\\.\\.(?!/\\.\\./kit/simulat)', message: OWN_CODE }]),
  // The one door to kafkajs.
  { files: ['libs/messaging/src/kafka/broker.ts'], rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: HTTP_CLIENTS.filter(({ group }) => !group.includes('kafkajs')) }] } },
  // A table's columns are one list, however long; so is a composition root.
  { files: ['**/migrations/*.ts', '**/*.module.ts'], rules: { 'max-lines-per-function': 'off' } },
  { files: ['apps/sandbox/src/adapters/media-fetch.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['libs/chassis/src/config.ts', '**/*.spec-support.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-globals': 'off',
      '@typescript-eslint/no-explicit-any': ['error', { fixToUnknown: false, ignoreRestArgs: false }],
      'no-restricted-syntax': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: Object.fromEntries(['console', 'setTimeout', 'performance', 'fetch', 'URLSearchParams', 'AbortSignal'].map((name) => [name, 'readonly'])) },
    rules: { 'no-restricted-syntax': 'off' },
  },
);
