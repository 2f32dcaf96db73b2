/** Random choices of what is encrypted, as the codec and as a creation rule of sops spell them. */
import fc from 'fast-check';

const patterns = [
  '^a',
  'e',
  '^[a-m]',
  '(?i)^X',
  '[0-9]',
  '^$',
  '\\.',
  '[[:alpha:]]{3}',
  '_',
  'nothing at all',
];
const suffixes = ['_unencrypted', 'a', '_', '1', 'é'];

const rule = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('encrypted_regex', 'unencrypted_regex'),
      pattern: fc.constantFrom(...patterns),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('encrypted_suffix', 'unencrypted_suffix'),
      suffix: fc.constantFrom(...suffixes),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constantFrom('encrypted_comment_regex', 'unencrypted_comment_regex'),
      pattern: fc.constantFrom('^ ?[a-m]', '^ ?(?:secret|z)', '^ [0-9]'),
    }),
  },
);

/** A selection rule, and whether plaintext values are left out of the MAC. */
export const settings = fc
  .tuple(rule, fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)))
  .map(([chosen, macOnlyEncrypted]) => ({
    options: { rule: chosen, macOnlyEncrypted },
    config: {
      ...(chosen && { [chosen.kind]: chosen.pattern ?? chosen.suffix }),
      ...(macOnlyEncrypted && { mac_only_encrypted: true }),
    },
  }));
