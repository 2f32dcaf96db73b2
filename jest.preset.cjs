/**
 * Jest for every package. swc only takes the types away (tsc checks them in `build` and `lint`); packages that are
 * published as ES modules only are turned into CommonJS, since Jest cannot load them as they are.
 */
const { join } = require('node:path');

const esmOnly = [
  'age-encryption',
  'cctv-age',
  '@noble',
  '@scure',
  'p-limit',
  'yocto-queue',
  // execa and what it needs
  'execa',
  '@sec-ant',
  '@sindresorhus',
  'figures',
  'get-stream',
  'human-signals',
  'is-plain-obj',
  'is-stream',
  'is-unicode-supported',
  'npm-run-path',
  'parse-ms',
  'path-key',
  'pretty-ms',
  'strip-final-newline',
  'unicorn-magic',
  'yoctocolors',
];
const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  jsc: {
    parser: { syntax: 'typescript' },
    target: 'es2023',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
};

module.exports = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{src,test}/**/*.spec.ts'],
  transform: { '^.+\\.(ts|js|mjs)$': ['@swc/jest', swc] },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: {
    // Its exports name the condition `import` only.
    '^unicorn-magic$': join(__dirname, 'node_modules/unicorn-magic/node.js'),
    '^sops-codec$': join(__dirname, 'packages/sops-codec/src/index.ts'),
    '^local-aws-secrets$': join(__dirname, 'packages/local-aws/src/index.ts'),
  },
  maxWorkers: 2,
  // A process takes longer to start the more memory its parent has, and the specs start very many: git, mostly.
  workerIdleMemoryLimit: '400MB',
  // Leaves its counts for .ci/run, where they are asked for.
  reporters: ['default', join(__dirname, 'tools/ci/jest-reporter.cjs')],
  testTimeout: 30_000,
};
