import { edit } from '../file/encrypt';
import { parse, readPlain, serialize } from '../file/parse';
import { sameDocuments } from '../model/same';
import { getValue, setValue, unsetValue, type Path } from '../model/path';
import { exitCodes, SopsError, withExitCode } from '../model/sops-error';
import type { Document, Value } from '../model/tree';
import { keptLayout, keyringOf } from './environment';
import { inputFormat, outputFormat, readInput } from './input';
import type { Flags } from './arguments/flag';
import { replaceFile } from './replace-file';
import { parseTreePath } from './tree-path';

/** `sops-codec set file path value`; the value is JSON. */
export async function setCommand(
  [file = '', path = '', value, ...rest]: readonly string[],
  flags: Flags,
): Promise<void> {
  assertValue(value, rest, flags);
  const steps = parseIndex(path);
  const parsed = parseValue(await valueOf(value, flags));
  await change(file, flags, (documents) => setValue(withContainers(documents, steps), steps, parsed));
}

/** Documents where no leaf is in the way: `sops set` replaces one that a path leads through. */
function withContainers(documents: readonly Document[], steps: Path): readonly Document[] {
  const at = steps.findIndex((_, index) => {
    const value = index > 0 ? getValue(documents, steps.slice(0, index)) : undefined;
    return value !== undefined && value.kind !== 'map' && value.kind !== 'list';
  });
  if (at < 0) return documents;
  const container: Value =
    typeof steps[at] === 'number' ? { kind: 'list', elements: [] } : { kind: 'map', items: [] };
  return setValue(documents, steps.slice(0, at), container);
}

/** One value, from one place. @throws SopsError `conflictingParameters` or `badUsage` */
function assertValue(value: string | undefined, rest: readonly string[], flags: Flags): void {
  const [fromFile, fromStdin] = [flags['valueFile'] === true, flags['valueStdin'] === true];
  if (fromFile && fromStdin)
    throw new SopsError('conflictingParameters', {
      exitCode: 1,
      what: '--value-file and --value-stdin cannot be combined',
      fix: 'Pass one of them.',
    });
  if (fromStdin === (value === undefined) && rest.length === 0) return;
  throw new SopsError('badUsage', {
    exitCode: exitCodes.noFile,
    what:
      rest.length > 0
        ? 'set takes a file, a path and a value'
        : fromStdin
          ? 'a value and --value-stdin cannot be combined'
          : 'no value specified',
    fix: 'Pass it as JSON after the path, or pass --value-stdin.',
  });
}

async function valueOf(value: string | undefined, flags: Flags): Promise<string> {
  if (value === undefined) return (await readInput(undefined)).toString();
  return flags['valueFile'] === true ? (await readInput(value, 1)).toString() : value;
}

/**
 * A value as `sops set` reads it: objects keep integers exact, a bare number is a float, and a list is not accepted. Source: sops `cmd/sops/main.go` (jsonValueToTreeInsertableValue)
 */
export function parseValue(text: string): Value {
  const trimmed = text.trim();
  const invalid = (what: string) =>
    new SopsError('badSetSyntax', {
      what,
      where: 'the value',
      fix: 'Pass it as JSON: "text", true, 5 or {"key": "text"}.',
    });
  if (trimmed.startsWith('{')) {
    try {
      return readPlain(trimmed, 'json')[0] ?? { kind: 'map', items: [] };
    } catch {
      throw invalid('the value is not JSON');
    }
  }
  const parsed = ((): unknown => {
    try {
      return JSON.parse(trimmed) as unknown;
    } catch {
      throw invalid('the value is not JSON');
    }
  })();
  if (parsed === null) return { kind: 'null' };
  if (typeof parsed === 'string') return { kind: 'str', text: parsed };
  if (typeof parsed === 'boolean') return { kind: 'bool', value: parsed };
  if (typeof parsed === 'number') return { kind: 'float', value: parsed };
  throw invalid('a list cannot be set as a whole');
}

/** `sops-codec unset file path`. */
export async function unsetCommand(file: string, path: string, flags: Flags): Promise<void> {
  const steps = parseIndex(path);
  await change(file, flags, (documents) => {
    if (getValue(documents, steps) === undefined && flags['idempotent'] !== true) throw pathNotFound(steps);
    return unsetValue(documents, steps);
  });
}

/** A path; one that is not valid has an exit code of its own here. */
function parseIndex(path: string): Path {
  try {
    return parseTreePath(path);
  } catch (error) {
    throw withExitCode(error, 'badTreePath', exitCodes.badSetSyntax);
  }
}

const pathNotFound = (path: Path) =>
  new SopsError('pathNotFound', {
    what: 'the path does not exist in the file',
    where: path.map(String).join(' → '),
    fix: 'Pass --idempotent to accept that.',
  });

/** Changes a file in place. With --idempotent a file that needs no change is not written. */
async function change(
  file: string,
  flags: Flags,
  step: (documents: readonly Document[]) => readonly Document[],
): Promise<void> {
  const keyring = keyringOf(flags);
  const content = await readInput(file, exitCodes.unreadableInput);
  const before = parse(content, inputFormat(file, flags));
  let same = false;
  const after = await edit(
    before,
    (documents) => {
      const changed = step(documents);
      same = sameDocuments(documents, changed);
      return changed;
    },
    keyring,
    { force: flags['idempotent'] !== true, ignoreMac: flags['ignoreMac'] === true },
  );
  if (same && flags['idempotent'] === true) return;
  const format = outputFormat(file, flags);
  await replaceFile(
    file,
    serialize({ ...after, format }, await keptLayout(flags, format, { content, format: before.format })),
  );
}
