const { join } = require('node:path');

module.exports = {
  ...require('../../jest.preset.cjs'),
  displayName: 'sops-codec',
  rootDir: __dirname,
  globalSetup: join(__dirname, 'build/before-jest.cjs'),
};
