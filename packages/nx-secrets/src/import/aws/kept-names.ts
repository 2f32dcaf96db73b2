import { fillPattern, namesOf } from '../../config/names';
import type { Options } from '../../config/options';
import { throwProblem, type Problem } from '../../problem';
import type { Assignment, SourceName } from './assign';
import type { NamePattern } from './name-pattern';

/** What nx.json has to say so that secrets keep their names: a pattern for all services, or one for each. */
export interface KeptNames {
  readonly secretName?: string;
  /** By project root. */
  readonly services: ReadonlyMap<string, string>;
}

/**
 * The patterns under which the secrets of this workspace have the names that they have today.
 *
 * @param pattern that the names match
 * @param filled roots of services that have secret files: their secrets have names already
 * @throws ProblemError where no pattern gives a name, or a service's secrets have other names already
 */
export function keptNames<S extends SourceName>(
  assignments: readonly Assignment<S>[],
  pattern: NamePattern,
  options: Options,
  filled: ReadonlySet<string>,
): KeptNames {
  const several = assignments.find(({ key }) => key !== undefined);
  if (several) throwProblem(severalAsOne(several.source.name));
  const changed = assignments.filter(
    ({ source, target, stage }) =>
      namesOf(target.name, stage, options, target.root).secretName !== source.name,
  );
  const named = changed.find(({ target }) => filled.has(target.root));
  if (named) throwProblem(hasOtherName(named.target.root, named.source.name));
  if (changed.length === 0) return { services: new Map() };
  const isForAll = pattern.placeholders.has('service') && pattern.placeholders.has('stage');
  if (isForAll && filled.size === 0 && options.patterns.size === 0 && fits(pattern.text, assignments))
    return { secretName: pattern.text, services: new Map() };
  const roots = [...new Set(changed.map(({ target }) => target.root))];
  return { services: new Map(roots.map((root) => [root, ownPattern(root, assignments)])) };
}

function ownPattern<S extends SourceName>(root: string, all: readonly Assignment<S>[]): string {
  const own = all.filter(({ target }) => target.root === root);
  const [first] = own;
  const name = first?.source.name ?? '';
  const stage = first?.stage ?? '';
  // As a word: by the "prod" of "production", the secret of dev would be "devuction". Stages have no other characters.
  const word = new RegExp(`(?<![A-Za-z0-9])${stage}(?![A-Za-z0-9])`, 'g');
  const places = [...name.matchAll(word)].map(({ index }) => index);
  const candidates = places.map((at) => `${name.slice(0, at)}{stage}${name.slice(at + stage.length)}`);
  // The stage is near the end of most names.
  const found = candidates.reverse().find((candidate) => fits(candidate, own));
  return (
    found ??
    throwProblem(
      noPattern(
        own.map(({ source }) => source.name),
        root,
      ),
    )
  );
}

const fits = <S extends SourceName>(pattern: string, all: readonly Assignment<S>[]): boolean =>
  all.every(({ source, target, stage }) => fillPattern(pattern, target.name, stage) === source.name);

const noPattern = (names: readonly string[], root: string): Problem => ({
  code: 'ambiguousPattern',
  what: `no pattern with {stage} gives these names, so they cannot be kept: ${names.join(', ')}`,
  where: `--keep-names, ${root}`,
  fix: 'Give the stages in nx.json the names that they have in these secrets. Or leave --keep-names out: the first sync then creates secrets with names of its own, and the old ones stay until you delete them.',
});

const severalAsOne = (name: string): Problem => ({
  code: 'conflictingOptions',
  what: 'several secrets become the keys of one, which cannot keep all their names',
  where: `--keep-names, ${name}`,
  fix: 'Leave --keep-names out.',
});

const hasOtherName = (root: string, name: string): Problem => ({
  code: 'conflictingOptions',
  what: `${root} has secret files, and its secrets have another name than ${name}`,
  where: '--keep-names',
  fix: 'Leave --keep-names out, or change "secretName" of that service in nx.json first.',
});
