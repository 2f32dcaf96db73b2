import type { Assignment, SourceName, Target } from './assign';
import type { Content } from './content';
import type { Imported, KeyNote } from '../imported';

/** Names whose values go into one secret file. */
export interface SourceGroup<S extends SourceName> {
  readonly target: Target;
  readonly stage: string;
  readonly assignments: readonly Assignment<S>[];
}

/** Puts names together by service and stage, in the order of services and stages. */
export function groupByFile<S extends SourceName>(
  assignments: readonly Assignment<S>[],
): readonly SourceGroup<S>[] {
  const groups = new Map<string, SourceGroup<S>>();
  for (const assignment of assignments) {
    const { target, stage } = assignment;
    const id = JSON.stringify([target.root, stage]);
    const known = groups.get(id)?.assignments ?? [];
    groups.set(id, { target, stage, assignments: [...known, assignment] });
  }
  const idOf = ({ target, stage }: SourceGroup<S>) => `${target.root}\0${stage}`;
  return [...groups.values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

/** What messages call the source of a group. */
export function sourceText<S extends SourceName>(
  { assignments }: SourceGroup<S>,
  [one, several]: readonly [one: string, several: string],
): string {
  const names = assignments.map(({ source }) => source.name);
  const [first = ''] = names;
  if (names.length === 1) return `the ${one} ${first}`;
  let common = first;
  while (!names.every((name) => name.startsWith(common))) common = common.slice(0, -1);
  return `${names.length} ${several} under ${common.replace(/(?<=.)\/[^/]*$/, '')}`;
}

/** The contents of a group as one. */
export function joined(
  source: string,
  contents: readonly Content[],
  said: { readonly normalised: readonly KeyNote[]; readonly notes: readonly string[] },
): Imported {
  const items = contents.flatMap(({ documents }) => documents).flatMap((document) => document.items);
  const extension = contents.find((content) => content.extension !== undefined)?.extension;
  return {
    source,
    documents: [{ kind: 'map', items }],
    normalised: [...said.normalised, ...contents.flatMap(({ normalised }) => normalised ?? [])],
    leftOut: [],
    notes: said.notes,
    ...(extension === undefined ? {} : { extension }),
  };
}
