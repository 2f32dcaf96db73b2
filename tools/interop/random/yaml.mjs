/** Random YAML as people write it: nesting, comments, anchors and aliases, every spelling of scalars, several documents. */
import fc from 'fast-check';

const plainWords = fc.constantFrom(
  ...['word', 'two words', 'true', 'False', 'yes', 'no', 'on', 'y', 'null', '~', 'Null', 'tRUE', '<<', '='],
  ...['0', '-0', '+7', '0777', '0o17', '0b101', '0x1F', '08', '1_000', '1__0', '9223372036854775807'],
  ...['-9223372036854775808', '18446744073709551616', '1.', '.5', '-.5e3', '1e3', '1E400', '-0.0', '1_0.5'],
  ...['6.02e+23', '1e-7', '.inf', '-.INF', '.NaN', '.e3', '1.2.3', '12:30', '190:20:30', '+', '-x', '0x'],
  ...['2001-12-14', '2001-12-14t21:59:43.10-05:00', '2001-12-14 21:59:43.5', '2001-02-30', '2001-1-1'],
  ...['2001-12-14T21:59:43Z', '2001-12-14T21:59:43', '2001-12-14 21:59:43 -5', 'ENC[x]', 'a#b', 'a:b'],
  ...['http://x/y?z=1&a', 'é☃', '🔑 key', "it's", 'say "so"', 'a\\nb', '%TAG', 'x,y', 'a[0]', '{{x}}x', '-1a'],
);

const quotedText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...' \t:#-?"\'\\|>{}[],&*!%@`=;~0x1.eE_aé🔑\u0085\u00a0'), maxLength: 8 }),
  fc.constantFrom('true', '0777', '', ' ', '2001-12-14', '<<', '---', '- x', 'a: b', '# c'),
);
// JSON is YAML but for what go-yaml does not know: escaped surrogates and \/.
const doubleQuoted = quotedText.map((text) => JSON.stringify(text).replace(/\\u[dD][89a-fA-F]../g, 'x'));
const printable = (text) => /^[\t\n\u0020-\u007e\u0085\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text);
const singleQuoted = quotedText
  .filter((text) => printable(text) && !/[\u0085\u2028\u2029]/.test(text))
  .map((text) => `'${text.replaceAll("'", "''")}'`);
const tagged = fc.constantFrom(
  ...['!!str 5', '!!str true', '!!float 3', '!!int "7"', '!!null ""', '!custom x', '!!binary aGk=', '! 5', '!!bool true'],
);
const scalar = fc.oneof(
  { weight: 5, arbitrary: plainWords },
  { weight: 2, arbitrary: doubleQuoted },
  { weight: 2, arbitrary: singleQuoted },
  { weight: 1, arbitrary: tagged },
);

const { flow } = fc.letrec((tie) => ({
  flow: fc.oneof(
    { depthSize: 'small' },
    fc.array(tie('flowScalar'), { maxLength: 3 }).map((items) => `[${items.join(', ')}]`),
    fc
      .uniqueArray(fc.tuple(fc.stringMatching(/^[a-z]{1,4}$/), tie('flowValue')), { maxLength: 3, selector: ([key]) => key })
      .map((items) => `{${items.map(([key, value]) => `${key}: ${value}`).join(', ')}}`),
  ),
  flowValue: fc.oneof(tie('flowScalar'), tie('flow')),
  flowScalar: fc.oneof(doubleQuoted, fc.constantFrom('a', '1', '0x1F', 'true', 'null', '1.5', '2001-12-14', '[]', '{}')),
}));

/** Lines of a block text, without its indentation. */
const blockText = fc.record({
  header: fc.constantFrom('|', '|-', '|+', '>', '>-', '>+'),
  lines: fc.array(
    fc.oneof(fc.constantFrom('', 'line', ' indented', 'a # b', 'k: v', '- x', 'é☃🔑', 'end  ', '\ttab'), fc.stringMatching(/^[a-z ]{0,10}[a-z]$/)),
    { maxLength: 4 },
  ),
});

const commentText = fc.constantFrom('# note', '#note', '#  two  blanks ', '# é☃', '## more', '# k: v', '#ENC[x]');
const comments = fc.oneof(
  { weight: 4, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.oneof(commentText, fc.constant('')), { maxLength: 3 }) },
);
const behind = fc.oneof({ weight: 5, arbitrary: fc.constant('') }, { weight: 1, arbitrary: commentText.map((text) => ` ${text}`) });

const key = fc.oneof(
  { weight: 8, arbitrary: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/).filter((name) => !/^(true|false|null)$/i.test(name)) },
  { weight: 1, arbitrary: fc.constantFrom('yes', 'n', 'two words', '"5"', "'true'", '"a: b"', 'é', 'a_unencrypted', '? long', '"__proto__"', 'constructor') },
);

const indented = (lines, blanks) => lines.map((line) => (line === '' ? '' : ' '.repeat(blanks) + line));

const { node } = fc.letrec((tie) => ({
  /** A value: what stands behind the key or dash, and lines below it, not yet indented. */
  node: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.tuple(scalar, behind).map(([text, tail]) => ({ head: text + tail, below: [] })),
    fc.tuple(fc.constantFrom('', '~'), behind).map(([text, tail]) => ({ head: text + tail, below: [] })),
    fc.tuple(flow, behind).map(([text, tail]) => ({ head: text + tail, below: [] })),
    blockText.map(({ header, lines }) => ({ head: header, below: lines, block: true })),
    fc.tuple(tie('mapping'), behind).map(([lines, tail]) => ({ head: tail.trim(), below: lines, anchor: true })),
    fc.tuple(tie('sequence'), behind).map(([lines, tail]) => ({ head: tail.trim(), below: lines, anchor: true })),
  ),
  mapping: fc
    .tuple(
      fc.uniqueArray(fc.tuple(key, tie('node'), comments, fc.constantFrom(1, 2, 2, 4)), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name.replace(/['"]/g, ''),
      }),
      comments,
    )
    .map(([items, end]) => [
      ...items.flatMap(([name, { head, below, block }, above, step]) => [
        ...above,
        `${name}:${head === '' ? '' : ` ${head}`}`,
        ...indented(below, block ? step : step),
      ]),
      ...end,
    ]),
  sequence: fc
    .tuple(fc.array(fc.tuple(tie('node'), comments), { minLength: 1, maxLength: 3 }), comments)
    .map(([items, end]) => [
      ...items.flatMap(([{ head, below }, above]) => {
        const compact = head === '' && below.length > 0 && /^[^#\s]/.test(below[0]);
        const lines = indented(compact ? below.slice(1) : below, 2);
        return [...above, `-${compact ? ` ${below[0]}` : head === '' ? '' : ` ${head}`}`, ...lines];
      }),
      ...end,
    ]),
}));

/** Anchors and aliases, put at the top level of a document. */
const anchors = fc.constantFrom(
  [],
  [],
  ['base: &base', '  x: 1', '  y: [a, b]', 'copy: *base'],
  ['base: &base {x: 1}', 'merged:', '  <<: *base', '  z: 2 # own'],
  ['word: &word some text # said once', 'again:', '  - *word', '  - *word # twice'],
  ['list: &list', '  - 1', '  # between', '  - 2', 'both: [*list, *list]'],
  ['one: &one {a: 1}', 'two: &two {b: 2}', 'all:', '  <<: [*one, *two]'],
);

const document = fc
  .tuple(
    fc.uniqueArray(fc.tuple(key, node, comments), { maxLength: 4, selector: ([name]) => name.replace(/['"]/g, '') }),
    anchors,
    comments,
    comments,
  )
  .map(([items, shared, start, end]) => [
    ...start,
    ...items.flatMap(([name, { head, below }, above]) => [
      ...above,
      `k${name.replace(/\W/g, '')}:${head === '' ? '' : ` ${head}`}`,
      ...indented(below, 2),
    ]),
    ...shared,
    ...end,
  ]);

/** A file: one document mostly, several at times. */
export const yamlText = fc
  .tuple(
    fc.oneof({ weight: 5, arbitrary: fc.array(document, { minLength: 1, maxLength: 1 }) }, fc.array(document, { minLength: 2, maxLength: 3 })),
    fc.constantFrom('', '---\n'),
    fc.constantFrom('\n', '\n', '\n', ''),
  )
  .map(([documents, start, end]) => start + documents.map((lines) => lines.join('\n')).join('\n---\n') + end);
