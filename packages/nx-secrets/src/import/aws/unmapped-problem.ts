import type { Problem } from '../../problem';
import type { Unmapped } from './assign';

/**
 * The problem of all names that have no place, with a mapping file that gives each of them one, or leaves it out.
 *
 * @param all how many names were looked at
 * @param where the pattern
 */
export function unmappedProblem(unmapped: readonly Unmapped[], all: number, where: string): Problem {
  const lines = unmapped.map(({ name, what, suggestion }) => {
    const hint = suggestion === undefined ? '' : `; "${suggestion}"?`;
    return `  ${name}: ${what}${hint}`;
  });
  return {
    code: 'unmappedNames',
    what: `${unmapped.length} of ${all} names cannot be mapped to a service and stage, so nothing was imported:\n${lines.join('\n')}`,
    where,
    fix: `Write a file like this one, with your own names (null leaves out), and pass it with --map=import-map.json:\n${JSON.stringify(mapOf(unmapped), null, 2)}`,
  };
}

function mapOf(unmapped: readonly Unmapped[]): object {
  const section = (wanted: Unmapped['section']) => {
    const entries = unmapped.flatMap(({ section, entry, suggestion }) =>
      section === wanted ? [[entry, suggestion ?? null] as const] : [],
    );
    return entries.length === 0 ? {} : { [wanted]: Object.fromEntries(entries) };
  };
  return { ...section('services'), ...section('stages'), ...section('names') };
}
