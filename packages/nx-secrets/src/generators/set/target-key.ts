import { isDeepStrictEqual } from 'node:util';
import {
  getValue,
  parse,
  serialize,
  setValue,
  type Document,
  type EncryptedFile,
  type Format,
  type Path,
} from 'sops-codec';
import { throwProblem, type Problem } from '../../problem';
import { keyText } from '../../secret-file/key-path';
import { leavesOf } from '../../secret-file/leaves';

/** Stands for an encrypted value where only the name counts. */
const anyValue = {
  kind: 'str',
  text: 'ENC[AES256_GCM,data:YQ==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]',
} as const;

/**
 * The key that a path means in a file, and whether a value can be put there: known without opening it, so before anybody is
 * asked for the value.
 *
 * @param keys as `keyPath` gives them; digits behind a dot are a place where there is a list: reports name places so
 * @param where path of the file, for messages
 * @throws ProblemError where a value would replace others, would leave a gap in a list, or has a name that the file's format
 *   cannot hold
 */
export function targetKey(file: EncryptedFile, keys: Path, where: string): Path {
  const { documents, format } = file;
  const path = withPlaces(documents, keys);
  const refuse = ({ code, what, fix }: Problem) => throwProblem({ code, what, where, fix });
  const before = getValue(documents, path);
  if (before?.kind === 'map' || before?.kind === 'list')
    refuse(holdsOthers(keyText(path, format), before.kind));
  const way = path.slice(0, -1).findIndex((_, index) => !leadsOn(documents, path, index + 1));
  if (way >= 0) refuse(endsWay(documents, path, way + 1, format));
  const gap = path.findIndex((step, index) => isGap(documents, path.slice(0, index), step));
  if (gap >= 0) refuse(leavesGap(keyText(path.slice(0, gap + 1), format)));
  const changed = { ...file, documents: setValue(documents, path, anyValue) };
  if (survives(file) && !survives(changed)) refuse(notHeld(keyText(path, format), format));
  return path;
}

/** The path with numbers for the places in lists that are there. */
export const withPlaces = (documents: readonly Document[], keys: Path): Path =>
  keys.reduce<Path>((path, step) => {
    const isPlace = typeof step === 'string' && /^\d{1,9}$/.test(step);
    return [...path, isPlace && getValue(documents, path)?.kind === 'list' ? Number(step) : step];
  }, []);

/** Whether what is before a step, if anything, has such steps: keys are in mappings, numbers in lists. */
function leadsOn(documents: readonly Document[], path: Path, at: number): boolean {
  const kind = getValue(documents, path.slice(0, at))?.kind;
  return kind === undefined || kind === (typeof path[at] === 'number' ? 'list' : 'map');
}

function isGap(documents: readonly Document[], path: Path, step: string | number): boolean {
  if (typeof step === 'string') return false;
  const list = getValue(documents, path);
  const elements = list?.kind === 'list' ? list.elements.filter(({ kind }) => kind !== 'comment') : [];
  return step > elements.length;
}

/** Whether a file reads as it was written. */
function survives(file: EncryptedFile): boolean {
  try {
    return isDeepStrictEqual(leavesOf(parse(serialize(file), file.format)), leavesOf(file));
  } catch {
    return false;
  }
}

const holdsOthers = (key: string, kind: 'map' | 'list'): Problem => ({
  code: 'keyHoldsOthers',
  what: `${key} is a ${kind === 'map' ? 'mapping with other keys' : 'list'}, which a value would replace`,
  fix: `Set a ${kind === 'map' ? `key inside it (${key}.NAME)` : `place in it (${key}[0])`}, or remove all of it first with --unset.`,
});

function endsWay(documents: readonly Document[], path: Path, at: number, format: Format): Problem {
  const before = keyText(path.slice(0, at), format);
  const kind = getValue(documents, path.slice(0, at))?.kind;
  const [is, fix] =
    kind === 'map'
      ? ['a mapping, which has keys', `Name a key of it: ${before}.NAME.`]
      : kind === 'list'
        ? ['a list, which has places', `Name a place in it: ${before}[0].`]
        : ['a value', `Set ${before} itself, or remove it first with --unset.`];
  return {
    code: 'keyInsideValue',
    what: `${before} already exists as ${is}: ${keyText(path, format)} cannot be inside it`,
    fix,
  };
}

const leavesGap = (key: string): Problem => ({
  code: 'listGap',
  what: `${key} would leave a gap in the list`,
  fix: 'Places count from 0; the number after the last one appends.',
});

const notHeld = (key: string, format: string): Problem => ({
  code: 'badKeyName',
  what: `a ${format} file cannot hold a key named ${key}`,
  fix: 'Use letters, digits, "_" and "-".',
});
