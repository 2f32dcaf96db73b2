import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import layout from './tools/lint/layout.mjs';

/** The arrows of the house (docs/architecture.md): what may not be imported from where, and why. */
const arrow = (files, patterns, ignores = []) => ({
  files,
  ignores: ['**/*.spec.ts', '**/*.test-kit.ts', ...ignores],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});
const noShell = {
  group: ['child_process', 'node:child_process'],
  message: 'Programs are started through execa, with argument arrays.',
};
const noLocalAws = {
  group: ['local-aws-secrets', 'local-aws-secrets/*', '**/local-aws/**'],
  message: 'local-aws is for tests, tools and the demo, never for product code.',
};
const noPlugin = {
  group: ['nx-secrets', 'nx-secrets/*', '**/nx-secrets/**', '@nx/*', 'nx', 'nx/*'],
  message: 'Arrows point one way: nx-secrets → sops-codec.',
};
const noInternals = {
  group: ['sops-codec/*', '**/sops-codec/src/**', '@nx/devkit/*', 'nx', 'nx/*'],
  message: 'Public APIs only.',
};
const noIo = {
  group: [
    'fs',
    'fs/*',
    'node:fs',
    'node:fs/*',
    'execa',
    '@aws-sdk/*',
    '@smithy/*',
    'net',
    'node:net',
    'http',
    'node:http',
  ],
  message: 'This folder is pure: it takes data and gives data.',
};

/**
 * Files that are pure, by folder and by name: nothing that they import, by way of whatever, reads or writes. A file that
 * decides, words or computes gets one of these names; one that asks AWS, Git or the disk gets another.
 */
const pureNames = [
  'plan',
  'states',
  'status',
  'decision',
  'blocker',
  'orphans',
  'preview',
  'refusal',
  'ancestry',
  'deployment-order',
  'token',
  'key-changes',
  'payload',
  'payload-json',
  'ownership',
  'key-path',
  'leaves',
  'pending-values',
  'names',
  'options',
  'principals',
  'commands',
  'arn',
  'tags',
  'did-you-mean',
  '*-policy',
  '*-problem',
  '*-problems',
  '*-text',
  '*-options',
  '*-difference',
  '*-statements',
  '*-report',
  '*-documents',
  'secret-file-name',
];
const pure = (files, options = {}) => ({
  files,
  ignores: ['**/*.spec.ts', '**/*.test-kit.ts'],
  rules: { 'layout/pure': ['error', options] },
});

/** A process works in one workspace today, and in two tomorrow: what is known of one is handed on as a value. */
const noState = [
  {
    selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
    message: 'No mutable state in modules: pass it as a value.',
  },
  {
    selector:
      ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > NewExpression[callee.name=/^(Weak)?(Map|Set)$/][arguments.length=0]',
    message: 'No mutable state in modules: make it where it is used, and pass it as a value.',
  },
];

const decides = '/^(includes|startsWith|endsWith|indexOf|match|matchAll|search|test|exec)$/';
const text = '/^(what|fix|message)$/';
/** No flow is decided by a text: problems and SopsErrors have codes, AWS errors names (aws/aws-problem.ts). */
const noTextDecides = [
  `CallExpression[callee.property.name=${decides}][callee.object.property.name=${text}]`,
  `CallExpression[callee.property.name=${decides}] > MemberExpression.arguments[property.name=${text}]`,
  `BinaryExpression[operator=/^[!=]==$/] > MemberExpression[property.name=/^(what|fix|message)$/]`,
  `SwitchStatement > MemberExpression.discriminant[property.name=/^(what|fix|message)$/]`,
  `:not(CatchClause) > ObjectPattern > Property[key.name='message']`,
].map((selector) => ({ selector, message: 'Decide by a code, not by a text.' }));

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'examples/**',
      'tools/interop/library/**',
      '**/tmp/**',
      '.nx/**',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { layout },
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      eqeqeq: 'error',
      'no-useless-rename': 'error',
      'object-shorthand': 'error',
      'layout/no-circle': 'error',
      'no-restricted-globals': ['error', { name: 'eval', message: 'Never.' }],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.test-kit.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.{mjs,cjs,js}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        require: 'readonly',
        module: 'readonly',
        __dirname: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        performance: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.test-kit.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noState] },
  },
  {
    files: ['packages/nx-secrets/src/**/*.ts'],
    ignores: ['**/*.spec.ts', '**/*.test-kit.ts', 'packages/nx-secrets/src/aws/aws-problem.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noState, ...noTextDecides] },
  },
  arrow(['packages/sops-codec/src/**/*.ts'], [noLocalAws, noPlugin, noShell]),
  arrow(
    ['packages/sops-codec/src/{model,cipher,mac,rules,metadata,formats,walk,data-key,file}/**/*.ts'],
    [noLocalAws, noPlugin, noShell, noIo],
  ),
  arrow(
    ['packages/local-aws/src/**/*.ts'],
    [
      noPlugin,
      noShell,
      {
        group: ['sops-codec', '@aws-sdk/*'],
        message: 'local-aws stands alone: it answers the SDKs, it does not use them.',
      },
    ],
  ),
  arrow(
    ['packages/local-aws/src/iam/**/*.ts'],
    [
      noPlugin,
      {
        group: [
          'node:fs',
          'node:fs/*',
          'node:http',
          'execa',
          'sops-codec',
          '@aws-sdk/*',
          '@smithy/*',
          '@cloud-copilot/*',
        ],
        message: 'This folder is pure: it takes data and gives data.',
      },
      {
        group: ['../kms/*', '../secrets-manager/*', '../sts/*', '../server/*'],
        message: 'Services ask the policies; policies know no service.',
      },
    ],
  ),
  arrow(['packages/nx-secrets/src/**/*.ts'], [noLocalAws, noShell, noInternals]),
  pure(
    [
      `packages/nx-secrets/src/**/{${pureNames.join(',')}}.ts`,
      'packages/nx-secrets/src/{problem,report}.ts',
      'packages/nx-secrets/src/{access,policies,checks/plaintext}/**/*.ts',
    ],
    { io: ['git', 'files', 'output'] },
  ),
  pure(['packages/sops-codec/src/{model,cipher,mac,rules,metadata,formats,walk,data-key,file}/**/*.ts']),
  // Of node:net only what tells an IP address from other text.
  pure(['packages/local-aws/src/{iam,protocol,store,operation}/**/*.ts'], { allow: ['node:net'] }),
);
