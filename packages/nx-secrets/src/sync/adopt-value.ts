import { readVersion } from '../aws/secrets-manager/read-version';
import type { SecretValue } from '../aws/secrets-manager/secrets';
import type { Clients } from '../aws/clients';
import { generate, overwriteKeys, runTarget, shellWord } from '../config/commands';
import { throwProblem, toProblem, type Problem } from '../problem';
import type { Desired } from './states';
import { valueDifference, type ValueDifference } from './value-difference';

/**
 * The value that a secret gets when it is taken over: the deployed one to the byte, where it says the same as the file.
 * Whoever reads the secret notices nothing.
 *
 * @param from the version that is current
 * @param wanted the file's value
 * @throws ProblemError where it says something else, with the names of the keys that would be lost; and where it cannot be read
 */
export async function adoptedValue(
  from: string,
  wanted: SecretValue,
  desired: Desired,
  clients: Clients,
): Promise<SecretValue> {
  const { names, path } = desired;
  const deployed = await readVersion(clients, names.secretName, from).catch((error: unknown) =>
    throwProblem(unread(toProblem(error), desired, wanted)),
  );
  const difference = valueDifference(deployed, wanted);
  if (!difference) return deployed;
  return throwProblem({
    code: 'adoptionReplaces',
    what: `${names.secretName} has another value than the file: ${differenceText(difference)}`,
    where: `${path}, ${names.secretName}`,
    fix: [...importFix(desired, difference), ...replaceFix(desired, wanted)].join('\n'),
  });
}

/** What brings the deployed values into the file; nothing where the file has them all, and more. */
function importFix({ names }: Desired, { lost, changed, added }: ValueDifference): readonly string[] {
  if (lost !== undefined && lost.length + changed.length === 0 && added.length > 0) return [];
  return [
    'To take its values over into the file first:',
    generate(
      names.address,
      'import',
      '--from=aws',
      `--secret=${shellWord(names.secretName)}`,
      `--stage=${names.stage}`,
      ...overwriteKeys([...changed, ...shapeChanges(lost ?? [], added)]),
    ),
  ];
}

/** Keys that are a value on one side and a mapping on the other. */
const shapeChanges = (lost: readonly string[], added: readonly string[]): readonly string[] => [
  ...lost.filter((name) => added.some((other) => isWithin(other, name))),
  ...added.filter((name) => lost.some((other) => isWithin(other, name))),
];

const isWithin = (name: string, outer: string): boolean =>
  name.startsWith(`${outer}.`) || name.startsWith(`${outer}[`);

function differenceText({ lost, changed, added, inexact }: ValueDifference): string {
  if (inexact)
    return 'it has numbers or text that no file holds exactly, or something behind the JSON object';
  if (lost === undefined) return 'a text or bytes without keys, all of which would be lost';
  const parts = [
    [lost, 'would be lost'],
    [changed, 'would be changed'],
    [added, 'would be added'],
  ] as const;
  return parts
    .filter(([keys]) => keys.length > 0)
    .map(([keys, what]) => `${keys.join(', ')} ${what}`)
    .join('; ');
}

const replaceFix = ({ names }: Desired, wanted: SecretValue): readonly string[] => [
  "To replace it by the file's value anyway:",
  runTarget(
    names.address,
    'sync-secrets',
    `--stage=${names.stage}`,
    `--adopt=${shellWord(names.secretName)}`,
    `--overwrite=${shellWord(names.secretName)}`,
    ...(isEmpty(wanted) ? [`--allow-empty=${shellWord(names.secretName)}`] : []),
  ),
];

/** Whether a push has to be allowed to be empty. */
const isEmpty = (wanted: SecretValue): boolean => wanted.kind === 'string' && wanted.text === '{}';

/** The role that syncs may not read secrets (least-privilege.md): whoever may read this one takes it over. */
function unread(problem: Problem, desired: Desired, wanted: SecretValue): Problem {
  return {
    ...problem,
    what: `${desired.names.secretName} cannot be read, so the keys that it would lose are unknown: ${problem.what}`,
    where: `${desired.path}, ${desired.names.secretName}`,
    fix: [problem.fix, ...replaceFix(desired, wanted)].join('\n'),
  };
}
