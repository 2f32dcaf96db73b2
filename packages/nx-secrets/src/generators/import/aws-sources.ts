import type { LimitFunction } from 'p-limit';
import type { Clients } from '../../aws/clients';
import type { SecretValue } from '../../aws/secrets-manager/secrets';
import { listSourceSecrets, readSourceSecret } from '../../aws/secrets-manager/source-secrets';
import { readParameter, readParametersUnder, type SourceParameter } from '../../aws/ssm/source-parameters';
import type { Options } from '../../config/options';
import { contentOf } from '../../import/aws/content';
import { joined, sourceText, type SourceGroup } from '../../import/aws/group';
import { sourcePolicy } from '../../import/aws/source-policy';
import type { Imported } from '../../import/imported';
import { ProblemError, toProblem } from '../../problem';
import type { AwsRequest } from './aws-request';

/** Where the source is. */
export interface AwsPlace {
  readonly region: string;
  readonly accountId: string;
}

/** A secret or parameter by its name, and how its value is read. */
export interface AwsSource {
  readonly name: string;
  readonly place: AwsPlace;
  readonly leftOut?: string;
  readonly notes: readonly string[];
  readonly normalised?: string;
  /** Reads it; a parameter comes with its name. */
  readonly read: (clients: Clients) => Promise<SecretValue>;
}

/** Values that are read at once. */
export const readsAtOnce = 8;

/** What one of them is called, and several. */
export const nounsOf = (from: 'aws' | 'ssm'): readonly [one: string, several: string] =>
  from === 'aws' ? ['secret', 'secrets'] : ['parameter', 'parameters'];

/**
 * The secrets or parameters that a pattern may mean.
 *
 * @throws ProblemError where AWS does not tell; a refusal comes with the policy that allows it
 */
export async function listSources(
  clients: Clients,
  place: AwsPlace,
  request: AwsRequest,
): Promise<readonly AwsSource[]> {
  const only = request.pattern.placeholders.size === 0 ? request.pattern.text : undefined;
  return withPolicy(request, place, async () => {
    const { region } = place;
    if (request.from === 'aws') {
      const found =
        only === undefined
          ? await listSourceSecrets(clients, region, request.pattern.prefix)
          : [{ name: only, arn: only }];
      return found.map(({ name, arn, ...told }) => ({
        name,
        place,
        ...(told.leftOut === undefined ? {} : { leftOut: told.leftOut }),
        notes: told.note === undefined ? [] : [told.note],
        read: async (there: Clients) => (await readSourceSecret(there, region, arn)).value,
      }));
    }
    const path = request.pattern.prefix.replace(/\/[^/]*$/, '') || '/';
    const found =
      only === undefined
        ? await readParametersUnder(clients, region, path)
        : [await readParameter(clients, region, only)];
    return found.map((parameter) => parameterSource(parameter, place, only));
  });
}

const parameterSource = (
  { name, type, text }: SourceParameter,
  place: AwsPlace,
  only: string | undefined,
): AwsSource => ({
  name: only ?? name,
  place,
  notes: [],
  ...(type === 'StringList' ? { normalised: 'a StringList; taken as its text, with commas' } : {}),
  read: () => Promise.resolve({ kind: 'string', text }),
});

/**
 * Reads the values of a group, and puts them together.
 *
 * @param clients by region
 * @throws ProblemError where a value cannot be read, or cannot be kept as it is
 */
export async function readGroup(
  group: SourceGroup<AwsSource>,
  request: AwsRequest,
  options: Options,
  { clients, limit }: { readonly clients: ReadonlyMap<string, Clients>; readonly limit: LimitFunction },
): Promise<Imported> {
  const { root } = group.target;
  const output = options.outputs.get(root) ?? 'json';
  const contents = await Promise.all(
    group.assignments.map(({ source, key }) =>
      limit(async () => {
        const there = clients.get(source.place.region);
        if (there === undefined) throw new Error(`no clients in ${source.place.region}`);
        const value = await withPolicy(request, source.place, () => source.read(there));
        const called = `the ${nounsOf(request.from)[0]} ${source.name}`;
        const name = request.pattern.placeholders.size === 0 ? undefined : source.name;
        return contentOf(value, { source: called, name, root, output, key: key ?? request.key });
      }),
    ),
  );
  const said = group.assignments.map(({ source, key }) => ({ source, key: key ?? request.key }));
  return joined(sourceText(group, nounsOf(request.from)), contents, {
    notes: said.flatMap(({ source }) => source.notes),
    normalised: said.flatMap(({ source, key }) =>
      source.normalised === undefined || key === undefined ? [] : [{ key, what: source.normalised }],
    ),
  });
}

/** Runs a step; where AWS refuses it, the problem has the policy that an import needs. */
async function withPolicy<T>(
  { from, pattern }: AwsRequest,
  place: AwsPlace,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    const problem = toProblem(error);
    if (problem.denied === undefined || problem.code !== 'accessDenied') throw error;
    const isName = pattern.placeholders.size === 0;
    const prefix = pattern.prefix.replace(/^arn:.*?:(?:secret:|parameter)/, '');
    const policy = sourcePolicy({ from, ...place, prefix, isName });
    throw new ProblemError({
      ...problem,
      fix: `${problem.fix}\nThis policy allows what the import needs, and nothing else:\n${JSON.stringify(policy, null, 2)}`,
    });
  }
}
