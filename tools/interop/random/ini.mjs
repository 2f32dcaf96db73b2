/** Random INI texts. */
import fc from 'fast-check';
import { line, plainKey } from './words.mjs';

const quoted = fc
  .tuple(fc.constantFrom('"', "'", '`', '"""'), line)
  .map(([quote, text]) => quote + text + quote);
const value = fc.oneof(
  { weight: 4, arbitrary: line },
  { weight: 1, arbitrary: quoted },
  { weight: 1, arbitrary: fc.tuple(line, line).map(([text, comment]) => `${text} ; ${comment}`) },
  { weight: 1, arbitrary: fc.tuple(line, line).map(([first, second]) => `${first}\\\n${second}`) },
  { weight: 1, arbitrary: fc.tuple(line, line).map(([first, second]) => `"""${first}\n${second}"""`) },
  { weight: 1, arbitrary: fc.constantFrom('%(a)s', 'a\\nb', 'a\\\\', '\\', '#', ';', '""') },
);
/** Without the key `-`: go-ini numbers it, and what sops writes then is a comment. */
const key = fc
  .oneof({ weight: 6, arbitrary: plainKey }, line, quoted, fc.constantFrom('a b', 'a.b', 'é'))
  .filter((text) => !/^["'`]*-["'`]*$/.test(text.trim()));
const entry = fc
  .tuple(key, fc.constantFrom('=', ' = ', ':', ': ', ' =', '  =  '), value)
  .map((parts) => parts.join(''));
const header = fc
  .oneof(
    { weight: 6, arbitrary: plainKey },
    fc.constantFrom('DEFAULT', 'a.b', 'a b', ' a ', 'a]', 'sops', '', '#x'),
    line,
  )
  .map((name) => `[${name}]`);

/** A tab alone in a comment is a line to sops, and none when it reads that again. */
const isNoBlank = (text) => text === '' || text.trim() !== '';

export const iniText = fc
  .array(
    fc.oneof(
      { weight: 10, arbitrary: entry },
      { weight: 3, arbitrary: header },
      {
        weight: 3,
        arbitrary: fc
          .tuple(fc.constantFrom('#', ';', '; ', '# '), line.filter(isNoBlank))
          .map((parts) => parts.join('')),
      },
      { weight: 2, arbitrary: fc.constantFrom('', ' ', '\t') },
    ),
    { maxLength: 10 },
  )
  .chain((all) =>
    fc.constantFrom('\n', '\n', '\n', '\r\n').map((separator) => all.join(separator) + separator),
  );
