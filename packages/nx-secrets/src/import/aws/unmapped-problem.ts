import type { Problem } from '../../problem';
import type { Unmapped } from './assign';
import type { SourceMap } from './source-map';

/**
 * The problem of all names that have no place, with a mapping file that gives each of them one, or leaves it out; what the
 * mapping says already stays in it.
 *
 * @param all how many names were looked at
 * @param where the pattern
 */
export function unmappedProblem(
  unmapped: readonly Unmapped[],
  all: number,
  where: string,
  map: SourceMap,
): Problem {
  const names = [...new Set(unmapped.map(({ name }) => name))];
  const lines = names.map((name) => {
    const whys = unmapped.filter((one) => one.name === name).map(reason);
    return `  ${name}: ${whys.join(', and ')}`;
  });
  return {
    code: 'unmappedNames',
    what: `${names.length} of ${all} names cannot be mapped to a service and stage, so nothing was imported:\n${lines.join('\n')}`,
    where,
    fix: `Write a file like this one, with your own names (null leaves out), and pass it with --map=import-map.json:\n${JSON.stringify(mapOf(unmapped, map), null, 2)}`,
  };
}

const reason = ({ what, suggestion }: Unmapped): string =>
  suggestion === undefined ? what : `${what}; "${suggestion}"?`;

function mapOf(unmapped: readonly Unmapped[], map: SourceMap): object {
  const section = (wanted: Unmapped['section']) => {
    const entries = [
      ...[...map[wanted]].map(([name, to]) => [name, to ?? null] as const),
      ...unmapped.flatMap(({ section, entry, suggestion }) =>
        section === wanted ? [[entry, suggestion ?? null] as const] : [],
      ),
    ];
    return entries.length === 0 ? {} : { [wanted]: Object.fromEntries(entries) };
  };
  return { ...section('services'), ...section('stages'), ...section('names') };
}
