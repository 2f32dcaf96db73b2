import { minimatch } from 'minimatch';
import { throwProblem, type Problem } from '../problem';
import { didYouMean } from './did-you-mean';

/** A project of the workspace, as far as it can be asked for. */
export interface NamedProject {
  readonly name: string;
  /** Relative to the workspace. */
  readonly root: string;
  readonly tags: readonly string[];
}

/**
 * The project that `--project` means: what `nx run` takes before the colon, so that one name does for both. That is its
 * name; a part of it between separators (`orders` for `@acme/orders`); its folder; a pattern for one of these; each also
 * with `name:`, `directory:` or `tag:` before it. It must mean one project. Source: Nx docs, "Run tasks" and nx
 * `utils/find-matching-projects`, of which @nx/devkit exports nothing.
 *
 * @throws ProblemError naming the projects that there are, or those that it could be
 */
export function findProject(wanted: string, projects: readonly NamedProject[]): NamedProject {
  const exact = projects.find(({ name }) => name === wanted);
  if (exact) return exact;
  const [, kind, pattern = wanted] = /^(name|directory|tag|unlabeled):(.*)$/s.exec(wanted) ?? [];
  const [found, ...others] = pattern === '*' ? projects : matching(kind, pattern, projects);
  if (found && others.length === 0) return found;
  return throwProblem(found ? several(wanted, [found, ...others]) : unknown(wanted, projects));
}

function matching(kind: string | undefined, pattern: string, projects: readonly NamedProject[]) {
  const byName = () => {
    const exact = projects.filter(({ name }) => name === pattern);
    return exact.length > 0 ? exact : projects.filter(({ name }) => isPartOf(name, pattern));
  };
  const byFolder = () => projects.filter(({ root }) => matches(root, pattern.replace(/(?<=.)\/$/, '')));
  switch (kind) {
    case 'name':
      return byName();
    case 'directory':
      return byFolder();
    case 'tag':
      return projects.filter(({ tags }) => tags.some((tag) => matches(tag, pattern)));
    default: {
      const named = byName();
      return named.length > 0 ? named : byFolder();
    }
  }
}

/** A part begins and ends where no letter, digit, "@" or "-" is; a pattern is for the whole name. */
function isPartOf(name: string, pattern: string): boolean {
  if (isPattern(pattern)) return matches(name, pattern);
  const part = pattern.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  return pattern !== '' && new RegExp(`(?<![@a-z0-9-])${part}(?![@a-z0-9-])`, 'i').test(name);
}

const isPattern = (text: string): boolean => /[*|{}()[]/.test(text);

const matches = (text: string, pattern: string): boolean =>
  text === pattern || (isPattern(pattern) && pattern.length < 200 && minimatch(text, pattern, { dot: true }));

const several = (wanted: string, found: readonly NamedProject[]): Problem => ({
  code: 'ambiguousProject',
  what: `"${wanted}" matches ${found.length} projects: ${found.map(({ name }) => name).join(', ')}`,
  where: '--project',
  fix: `Pass the full name of one: --project=${found[0]?.name ?? ''}.`,
});

const unknown = (wanted: string, projects: readonly NamedProject[]): Problem => ({
  code: 'unknownProject',
  what: `there is no project "${wanted}" in this workspace`,
  where: '--project',
  fix: `${didYouMean(
    wanted,
    projects.flatMap(({ name, root }) => [name, name.replace(/^@.*\//, ''), root]),
  )}All projects:\nnpx nx show projects`,
});
