import { isCommentRule, ruleNames, selectionRule, selectorOf } from './selection';

test.each<[(typeof ruleNames)[number], string, string[], boolean]>([
  ['unencrypted_suffix', '_unencrypted', ['a'], true],
  ['unencrypted_suffix', '_unencrypted', ['a_unencrypted', 'b'], false],
  ['encrypted_suffix', '_enc', ['a_enc', 'b'], true],
  ['encrypted_suffix', '_enc', ['a', 'b'], false],
  ['encrypted_regex', '^data$', ['data', 'x'], true],
  ['encrypted_regex', '^data$', ['metadata'], false],
  ['encrypted_regex', 'data', ['metadata'], true],
  ['encrypted_regex', '(?i)DATA', ['data'], true],
  ['encrypted_regex', '\\Adata\\z', ['data\n'], false],
  ['encrypted_regex', '[[:upper:]]', ['Key'], true],
  ['encrypted_regex', '\\pL', ['é'], true],
  ['unencrypted_regex', '^clear', ['clear_text'], false],
  ['unencrypted_regex', '^clear', ['x'], true],
])('%s %s: %j', (name, text, path, selected) => {
  expect(selectorOf(selectionRule(name, text))(path, [])).toBe(selected);
});

test('which rules go by comments', () => {
  expect(ruleNames.filter((name) => isCommentRule(selectionRule(name, 'x')))).toEqual([
    'unencrypted_comment_regex',
    'encrypted_comment_regex',
  ]);
});

test('comment rules look at the active comments', () => {
  expect(selectorOf(selectionRule('encrypted_comment_regex', 'sops:enc'))(['a'], [' sops:enc'])).toBe(true);
  expect(selectorOf(selectionRule('encrypted_comment_regex', 'sops:enc'))(['sops:enc'], [])).toBe(false);
  expect(selectorOf(selectionRule('unencrypted_comment_regex', 'clear'))(['a'], [' clear'])).toBe(false);
});

test.each(['(', 'a(?=b)', '\\1', '(?<!x)y', '[z-a]'])('%s is refused: it is not RE2', (pattern) => {
  expect(() => selectorOf(selectionRule('encrypted_regex', pattern))).toThrow(
    'not an RE2 regular expression',
  );
});

test('a pattern that makes other engines hang is matched in linear time', () => {
  expect(selectorOf(selectionRule('encrypted_regex', '^(a+)+$'))([`${'a'.repeat(50_000)}!`], [])).toBe(false);
});
