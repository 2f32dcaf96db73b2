module.exports = { ...require('../../jest.preset.cjs'), displayName: 'nx-secrets', rootDir: __dirname };
