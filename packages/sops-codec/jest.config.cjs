module.exports = { ...require('../../jest.preset.cjs'), displayName: 'sops-codec', rootDir: __dirname };
