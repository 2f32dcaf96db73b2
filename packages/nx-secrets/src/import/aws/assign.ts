import { didYouMean } from '../../config/did-you-mean';
import { partsOfName, type NamePattern } from './name-pattern';
import type { MappedName, SourceMap } from './source-map';

/** A secret or parameter by its name; nothing of its value. */
export interface SourceName {
  readonly name: string;
  /** Why it cannot be taken over, where AWS says so. */
  readonly leftOut?: string;
}

/** A project that values can go to. */
export interface Target {
  /** The service's name, as secrets are named after it. */
  readonly name: string;
  readonly root: string;
  /** Name of the Nx project, where Nx knows it. */
  readonly project?: string | undefined;
}

/** Where names go. */
export interface AssignRules {
  readonly pattern: NamePattern;
  readonly map: SourceMap;
  readonly targets: readonly Target[];
  /** Stages of nx.json and of secret files; any stage will do where there are none. */
  readonly stages: readonly string[];
  /** The service and stage that the user named: nothing else is looked at. */
  readonly root?: string | undefined;
  readonly stage?: string | undefined;
}

/** A name with its place. */
export interface Assignment<S extends SourceName> {
  readonly source: S;
  readonly target: Target;
  readonly stage: string;
  /** The key that its text is the value of; undefined where it holds all keys. */
  readonly key: string | undefined;
}

/** A name without a place, why, and what a mapping file could say of it. */
export interface Unmapped {
  readonly name: string;
  readonly what: string;
  readonly section: keyof SourceMap;
  readonly entry: string;
  /** `undefined`: nothing comes to mind, and leaving it out does. */
  readonly suggestion: string | undefined;
}

/** What became of all names. */
export interface Assigned<S extends SourceName> {
  readonly assignments: readonly Assignment<S>[];
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  readonly unmapped: readonly Unmapped[];
}

type Placed<S extends SourceName> =
  | { readonly kind: 'assigned'; readonly assignment: Assignment<S> }
  | { readonly kind: 'left-out'; readonly why: string }
  | { readonly kind: 'unmapped'; readonly unmapped: readonly Unmapped[] }
  /** The user named another service or stage. */
  | { readonly kind: 'not-asked' };

type Nowhere = Exclude<Placed<never>, { kind: 'assigned' }>;

/** Finds out which service and stage each name is for; what does not fit is reported all at once. */
export function assignNames<S extends SourceName>(names: readonly S[], rules: AssignRules): Assigned<S> {
  const placed = names.map((source) => ({ source, outcome: place(source, rules) }));
  const assignments = placed.flatMap(({ outcome }) =>
    outcome.kind === 'assigned' ? [outcome.assignment] : [],
  );
  return {
    assignments,
    leftOut: placed.flatMap(({ source, outcome }) =>
      outcome.kind === 'left-out' ? [{ name: source.name, why: outcome.why }] : [],
    ),
    unmapped: [
      ...placed.flatMap(({ outcome }) => (outcome.kind === 'unmapped' ? outcome.unmapped : [])),
      ...clashes(assignments),
    ],
  };
}

function place<S extends SourceName>(source: S, rules: AssignRules): Placed<S> {
  const { map, targets, stages } = rules;
  const { name } = source;
  const mapped = map.names.get(name);
  if (map.names.has(name) && mapped === undefined)
    return { kind: 'left-out', why: 'the mapping leaves it out' };
  const parts = partsOfName(rules.pattern, name, {
    services: [...map.services.keys(), ...targets.map((target) => target.name)],
    stages: [...map.stages.keys(), ...stages],
  });
  if (parts === undefined && mapped === undefined)
    return { kind: 'left-out', why: `its name does not match ${rules.pattern.text}` };
  const wanted: MappedName = {
    service: mapped?.service ?? parts?.service,
    stage: mapped?.stage ?? parts?.stage,
    key: mapped?.key ?? parts?.key,
  };
  const stage = stageFor(name, wanted.stage, rules);
  const target = targetFor(name, wanted.service, rules);
  // What is left out by its service needs no stage, and the other way round.
  if ('kind' in target && target.kind !== 'unmapped') return target;
  if (typeof stage !== 'string') return bothUnmapped(stage, target);
  if ('kind' in target) return target;
  if (source.leftOut !== undefined) return { kind: 'left-out', why: source.leftOut };
  return { kind: 'assigned', assignment: { source, target, stage, key: wanted.key } };
}

function stageFor(name: string, written: string | undefined, rules: AssignRules): string | Nowhere {
  const { map, stages } = rules;
  if (written === undefined) return rules.stage ?? unmapped(name, 'it says no stage', 'names', name);
  const stage = map.stages.has(written) ? map.stages.get(written) : written;
  if (stage === undefined) return { kind: 'left-out', why: `the mapping leaves stage ${written} out` };
  if (rules.stage !== undefined && stage !== rules.stage) return { kind: 'not-asked' };
  if (stages.length > 0 && !stages.includes(stage)) {
    return unmapped(name, `there is no stage "${stage}"`, 'stages', written, close(stage, stages));
  }
  return stage;
}

function targetFor(
  name: string,
  written: string | undefined,
  { map, targets, root }: AssignRules,
): Target | Nowhere {
  const named = targets.find((target) => target.root === root);
  if (written === undefined) return named ?? unmapped(name, 'it says no service', 'names', name);
  const service = map.services.has(written) ? map.services.get(written) : written;
  if (service === undefined) return { kind: 'left-out', why: `the mapping leaves service ${written} out` };
  const [found, ...others] = targetsNamed(service, targets);
  if (root !== undefined && found?.root !== root) return { kind: 'not-asked' };
  if (found === undefined) {
    const known = targets.map((target) => target.name);
    return unmapped(name, `there is no service "${service}"`, 'services', written, close(service, known));
  }
  if (others.length > 0) {
    const roots = [found, ...others].map((one) => one.root);
    return unmapped(name, `"${service}" can be ${roots.join(' or ')}`, 'services', written, found.root);
  }
  return found;
}

/** By the service's name, else by the name of the Nx project, else by its folder. */
function targetsNamed(wanted: string, targets: readonly Target[]): readonly Target[] {
  for (const of of [
    ({ name }: Target) => name,
    ({ project }: Target) => project,
    ({ root }: Target) => root,
  ]) {
    const found = targets.filter((target) => of(target) === wanted);
    if (found.length > 0) return found;
  }
  return [];
}

/** Names that would fill the same file, or the same key of it. */
function clashes<S extends SourceName>(assignments: readonly Assignment<S>[]): readonly Unmapped[] {
  return assignments.flatMap(({ source, target, stage, key }, index) => {
    const first = assignments
      .slice(0, index)
      .find(
        (one) =>
          one.target.root === target.root &&
          one.stage === stage &&
          (one.key === undefined || key === undefined || one.key === key),
      );
    if (first === undefined) return [];
    const what = `${target.name}, stage ${stage}${key === undefined ? '' : `, key ${key}`} is also what ${first.source.name} is for`;
    return [{ name: source.name, what, section: 'names', entry: source.name, suggestion: undefined }];
  });
}

const unmapped = (
  name: string,
  what: string,
  section: keyof SourceMap,
  entry: string,
  suggestion?: string,
): { readonly kind: 'unmapped'; readonly unmapped: readonly Unmapped[] } => ({
  kind: 'unmapped',
  unmapped: [{ name, what, section, entry, suggestion }],
});

/** A name with neither stage nor service is reported once, with both. */
const bothUnmapped = (stage: Nowhere, target: Target | Nowhere): Nowhere =>
  stage.kind === 'unmapped' && 'kind' in target && target.kind === 'unmapped'
    ? { kind: 'unmapped', unmapped: [...stage.unmapped, ...target.unmapped] }
    : stage;

/** The known name that is close to one, if there is one. */
const close = (typed: string, known: readonly string[]): string | undefined =>
  /"(.+)"/.exec(didYouMean(typed, known))?.[1];
