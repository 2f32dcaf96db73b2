/**
 * Random YAML texts in any style: each part is a function that writes it at a place, so that what is smaller shrinks to
 * something readable.
 */
import fc from 'fast-check';
import { line, plainKey } from './words.mjs';
import { anywhere, double, scalar, single } from './yaml-scalars.mjs';

/** Keys of several lines are left out: sops puts comments next to them elsewhere than it looks for them. */
const quotedKey = double.filter((text) => !/\n|\\n/.test(text));
const key = fc.oneof(
  { weight: 8, arbitrary: plainKey },
  { weight: 2, arbitrary: line.filter((text) => text !== 'sops').map(single) },
  { weight: 1, arbitrary: quotedKey.filter((text) => text !== '"sops"') },
  { weight: 1, arbitrary: fc.constantFrom('a b', 'a.b', 'a:b', '"5"', "'true'", 'é', '🔑', 'é é', '"<<"') },
);

const comment = fc
  .oneof(
    { weight: 6, arbitrary: fc.stringMatching(/^#{0,2} ?[a-z]{1,8}( [a-z:]{1,5})?$/) },
    { weight: 1, arbitrary: line.filter((text) => text.trim() !== '') },
  )
  .map((text) => `#${text}`);

const comments = fc.array(fc.oneof(comment, fc.constant('')), { minLength: 1, maxLength: 4 });
const none = fc.constant([]);

/**
 * Where comments are. `tame`: above entries and behind scalars, where both programs keep them. `wild`: anywhere, with
 * empty lines; go-yaml then moves some of them, others than the codec.
 */
const places = {
  tame: {
    above: fc.oneof({ weight: 5, arbitrary: none }, { weight: 1, arbitrary: comment.map((text) => [text]) }),
    below: none,
    behind: fc.constant(''),
  },
  wild: {
    above: fc.oneof({ weight: 5, arbitrary: none }, { weight: 1, arbitrary: comments }),
    below: fc.oneof({ weight: 5, arbitrary: none }, { weight: 1, arbitrary: comments }),
    behind: fc.oneof(
      { weight: 8, arbitrary: fc.constant('') },
      comment.map((text) => ` ${text}`),
    ),
  },
};
const behindScalar = places.wild.behind;
const rarely = fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true));

const margin = ({ indent }) => ' '.repeat(indent);
const deeper = (place, by = place.step) => ({ ...place, indent: place.indent + by });
const commentsAt = (place, all) =>
  place.quiet ? '' : all.map((text) => (text === '' ? '\n' : `${margin(place)}${text}\n`)).join('');
const withoutBreak = (text) => text.replace(/\n$/, '');

/**
 * Puts a comment behind the first line of a scalar. One behind an alias would go to what it stands for, one behind a tag
 * without a text to what follows.
 */
function withComment(text, behindIt) {
  if (/^ (?:\*|!\S*$)/.test(text) || (/^ ["']/.test(text) && text.includes('\n'))) return text;
  const [first, ...rest] = text.split('\n');
  return [first + behindIt, ...rest].join('\n');
}

/** Writes a mapping with an anchor; what is within cannot refer to it, which would make sops crash. */
function writeAnchored(wanted, place, write) {
  if (!wanted) return ['', write(place)];
  const name = `a${(place.names.count += 1)}`;
  const text = write(place);
  place.names.known.push(name);
  return [` &${name}`, text];
}

/** What goes behind `key:` or `-`: begins with a blank or a line break. */
const values = (tie, { behind }) => [
  {
    weight: 8,
    arbitrary: fc.tuple(scalar, behindScalar).map(
      ([write, text]) =>
        (place) =>
          withComment(` ${write(place)}`, place.quiet ? '' : text),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(tie('mapping'), rarely, behind).map(([write, named, text]) => (place) => {
      const [name, content] = writeAnchored(named, deeper(place), write);
      return `${name}${text}\n${withoutBreak(content)}`;
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(tie('sequence'), fc.boolean(), behind).map(([write, flush, text]) => (place) => {
      const content = write(flush && place.inMapping ? place : deeper(place));
      return `${text}\n${withoutBreak(content)}`;
    }),
  },
  { weight: 1, arbitrary: tie('flow').map((write) => (place) => ` ${write(place)}`) },
  { weight: 1, arbitrary: anywhere(fc.constantFrom('', ' {}', ' []')) },
];

const mappingWith = ({ above, below, behind }) =>
  fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 3, depthIdentifier: 'yaml' }, ...values(tie, { behind })),
    mapping: fc
      .tuple(
        fc.uniqueArray(fc.tuple(above, key, tie('value')), {
          minLength: 1,
          maxLength: 5,
          selector: ([, name]) => name,
        }),
        below,
      )
      .map(([entries, last]) => (place) => {
        const inside = { ...place, inMapping: true };
        const texts = entries.map(
          ([lines, name, write]) => `${commentsAt(inside, lines)}${margin(inside)}${name}:${write(inside)}\n`,
        );
        return texts.join('') + commentsAt(inside, last);
      }),
    sequence: fc
      .tuple(fc.array(fc.tuple(above, tie('element')), { minLength: 1, maxLength: 4 }), below)
      .map(([entries, last]) => (place) => {
        // go-yaml loses comments where a list is directly in a list.
        const quiet = place.quiet || (place.tame && !place.inMapping);
        const inside = { ...place, quiet, inMapping: false };
        const texts = entries.map(([lines, write]) => {
          const text = write(inside);
          const isList = /^[ \n]+-(?: |\n|$)/.test(text);
          const above = isList && place.tame ? '' : commentsAt(inside, lines);
          return `${above}${margin(inside)}-${text}\n`;
        });
        return texts.join('') + commentsAt(inside, last);
      }),
    /** In a list, a mapping may begin behind the dash. */
    element: fc.oneof(
      { weight: 4, arbitrary: tie('value') },
      {
        weight: 1,
        arbitrary: tie('mapping').map(
          (write) => (place) => ` ${withoutBreak(write(deeper(place, 2)).trimStart())}`,
        ),
      },
    ),
    flow: fc.oneof(
      { maxDepth: 2, depthIdentifier: 'flow' },
      {
        weight: 2,
        arbitrary: anywhere(
          fc.oneof(plainKey, line.map(single), quotedKey, fc.constantFrom('5', '1.5', 'true', 'null', '-0')),
        ),
      },
      {
        weight: 1,
        arbitrary: fc
          .array(tie('flow'), { maxLength: 3 })
          .map((all) => (place) => `[${all.map((write) => write(place)).join(', ')}]`),
      },
      {
        weight: 1,
        arbitrary: fc
          .uniqueArray(fc.tuple(plainKey, tie('flow')), { maxLength: 3, selector: ([name]) => name })
          .map((all) => (place) => `{${all.map(([name, write]) => `${name}: ${write(place)}`).join(', ')}}`),
      },
    ),
  })).mapping;

/**
 * A YAML text of one or several documents.
 *
 * @param {keyof places} comments where they are
 */
export const yamlText = (comments) =>
  fc
    .tuple(
      fc.array(documentWith(comments), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('---\n', '---\n', '--- # next\n', '...\n---\n'),
      fc.constantFrom('', '', '', '---\n', '# top\n\n', '%YAML 1.1\n---\n'),
      comments === 'wild' ? fc.constantFrom('\n', '\n', '\r\n') : fc.constant('\n'),
    )
    .map(([documents, separator, start, lineBreak]) =>
      (start + documents.join(separator)).replace(/\r?\n/g, lineBreak),
    );

const documentWith = (comments) =>
  fc.tuple(mappingWith(places[comments]), fc.constantFrom(2, 4, 1, 3)).map(([write, step]) => {
    const names = { count: 0, known: [] };
    return write({ indent: 0, step, names, inMapping: true, tame: comments === 'tame', quiet: false });
  });
