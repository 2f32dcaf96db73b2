/** What Nx reads of the plugin: what is named there exists, and has the form that Nx expects. Run by the `lint` target. */
import nx from '@nx/eslint-plugin';
import * as parser from 'jsonc-eslint-parser';

export default [
  {
    files: ['{package,generators,executors,migrations}.json'],
    languageOptions: { parser },
    plugins: { '@nx': nx },
    rules: { '@nx/nx-plugin-checks': 'error' },
  },
];
