import { combineOptionsForExecutor, type Schema } from 'nx/src/utils/params';
import { checkSecrets } from '../check-secrets/definition';
import { diffSecrets } from '../diff-secrets/definition';
import { provisionKeys } from '../provision-keys/definition';
import { syncSecrets } from '../sync-secrets/definition';
import check from '../check-secrets/schema.json';
import diff from '../diff-secrets/schema.json';
import provision from '../provision-keys/schema.json';
import sync from '../sync-secrets/schema.json';

const verbs = [
  [checkSecrets, check],
  [diffSecrets, diff],
  [provisionKeys, provision],
  [syncSecrets, sync],
] as const;

test.each(verbs)('$name: its schema names its options', ({ options }, { properties }) => {
  expect(Object.keys(properties).sort()).toEqual(Object.keys(options).sort());
});

/** In a batch, what Nx itself refuses is an unhandled rejection that names no option. */
test.each(verbs)('$name: Nx refuses no option, so that it can be refused by name', ({ options }, schema) => {
  for (const name of [...Object.keys(options), 'unknown']) {
    for (const value of ['x', 7, true, ['a', 'b']]) {
      const combined = combineOptionsForExecutor(
        { [name]: value },
        '',
        { options: {} },
        schema as Schema,
        null,
        '.',
      );
      // Nx makes a list of one of a text where both may be.
      expect([combined[name]].flat()).toEqual([value].flat());
    }
  }
});
