/**
 * Jest for every package. ts-jest only strips types (tsc checks them in `build` and `lint`); packages that are
 * published as ES modules only are turned into CommonJS, since Jest cannot load them as they are.
 */
const { join } = require('node:path');

const esmOnly = ['execa', 'age-encryption', '@noble', '@scure', 'p-limit', 'yocto-queue'];
const tsconfig = {
  module: 'commonjs',
  moduleResolution: 'node10',
  ignoreDeprecations: '6.0',
  target: 'es2023',
  allowJs: true,
  esModuleInterop: true,
  isolatedModules: true,
};

module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{src,test}/**/*.spec.ts'],
  transform: { '^.+\\.(ts|js|mjs)$': ['ts-jest', { tsconfig, diagnostics: false }] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: {
    '^sops-codec$': join(__dirname, 'packages/sops-codec/src/index.ts'),
    '^local-aws-secrets$': join(__dirname, 'packages/local-aws/src/index.ts'),
  },
  maxWorkers: 2,
  testTimeout: 30_000,
};
