/** Random dotenv texts. */
import fc from 'fast-check';
import { line, plainKey } from './words.mjs';

const entry = fc
  .tuple(
    fc.oneof({ weight: 4, arbitrary: plainKey }, line),
    fc.oneof(line, fc.constantFrom('"a b"', 'a\\nb', '\\\\n', ' x ', '# no')),
  )
  .map(([key, value]) => `${key}=${value}`);

/** Lines: entries, comments, empty ones; some with a carriage return, few that are nothing. */
export const dotenvText = fc
  .array(
    fc.oneof(
      { weight: 12, arbitrary: entry },
      { weight: 3, arbitrary: line.map((text) => `#${text}`) },
      { weight: 2, arbitrary: fc.constant('') },
      { weight: 1, arbitrary: entry.map((text) => `${text}\r`) },
    ),
    { maxLength: 10 },
  )
  .chain((all) => fc.constantFrom('\n', '').map((end) => all.join('\n') + end));
