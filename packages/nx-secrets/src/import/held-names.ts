import {
  readPlain,
  writePlain,
  type Document,
  type Format,
  type SelectionRule,
  type Value,
} from 'sops-codec';
import { throwProblem, toProblem } from '../problem';
import { keyText } from '../secret-file/key-path';
import { pathEnds } from '../secret-file/leaves';
import { leftUnencrypted, notHeld } from '../secret-file/reads-back';

/**
 * Asserts that a format holds the names of documents, before a key is made for a file of it: dotenv and INI do not hold
 * every name. Values are encrypted there, and any format holds them.
 *
 * @param path of the secret file, for messages
 * @throws ProblemError naming the keys
 */
export function assertNamesHeld(documents: readonly Document[], format: Format, path: string): void {
  if (format === 'binary') return;
  const names = documents.map((document): Document => ({ kind: 'map', items: itemsOf(document) }));
  const wanted = namesIn(names);
  const found = new Set(namesIn(readBack(names, format, path)).map((keys) => JSON.stringify(keys)));
  const lost = wanted.filter((keys) => !found.has(JSON.stringify(keys)));
  if (lost.length > 0)
    throwProblem(
      notHeld(
        lost.map((keys) => keyText(keys, format)),
        format,
        path,
      ),
    );
}

function readBack(documents: readonly Document[], format: Format, path: string): readonly Document[] {
  try {
    return readPlain(writePlain(documents, format), format);
  } catch (error) {
    return throwProblem({ ...toProblem(error), where: path });
  }
}

const namesIn = (documents: readonly Document[]) => documents.flatMap(pathEnds).map((end) => end.path);

/** Without comments, and with one text for every value. */
function itemsOf({ items }: Document): Document['items'] {
  return items.flatMap((item) => (item.kind === 'item' ? [{ ...item, value: nameOnly(item.value) }] : []));
}

function nameOnly(value: Value): Value {
  if (value.kind === 'map') return { kind: 'map', items: itemsOf(value) };
  if (value.kind === 'list')
    return {
      kind: 'list',
      elements: value.elements.flatMap((one) => (one.kind === 'comment' ? [] : [nameOnly(one)])),
    };
  return { kind: 'str', text: 'x' };
}

/**
 * Asserts that a rule encrypts values by their names, before a key is made; rules with expressions are looked at once the
 * file is encrypted. Source: sops `sops.go` (shouldBeEncrypted).
 *
 * @param mayStayPlain as `assertReadsBack` takes it
 * @throws ProblemError naming the keys
 */
export function assertEncryptedNames(
  documents: readonly Document[],
  rule: SelectionRule,
  path: string,
  format: Format,
  mayStayPlain: (keys: readonly string[]) => boolean,
): void {
  if (!('suffix' in rule) || rule.suffix === '') return;
  const plain = documents
    .flatMap(pathEnds)
    .filter(
      ({ keys, value }) =>
        value.kind !== 'null' &&
        !(value.kind === 'str' && 'text' in value && value.text === '') &&
        keys.some((key) => key.endsWith(rule.suffix)) === (rule.kind === 'unencrypted_suffix') &&
        !mayStayPlain(keys),
    );
  if (plain.length > 0)
    throwProblem({
      ...leftUnencrypted(
        plain.map(({ keys }) => keyText(keys, format)),
        path,
      ),
      fix:
        rule.kind === 'unencrypted_suffix'
          ? `Rename ${plain.length === 1 ? 'the key' : 'the keys'} in the source, and where the service reads it: SOPS leaves in plaintext what has a name that ends in ${rule.suffix}.`
          : `Let the name end in ${rule.suffix}, which the rule encrypts, or remove encrypted_suffix from .sops.yaml.`,
    });
}
