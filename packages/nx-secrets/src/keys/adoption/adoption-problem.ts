import type { Format } from 'sops-codec';
import type { Problem } from '../../problem';
import { runTarget, shellWord, updateKeys } from '../../config/commands';
import type { Names } from '../../config/names';
import { aliasArn } from '../../aws/arn';
import type { DesiredKey, KeyIdentity } from '../states';
import type { LockedFile, Loss, NamedKey } from './loss';

/** A service's secret file, with what its creation rule names. */
export interface ServiceFile {
  readonly names: Names;
  /** Path of the `.sops.yaml` that has its rule. */
  readonly config: string;
  /** Whether the rule names the stage's own key with the stage's encryption context, and so a command suffices. */
  readonly ruleIsRight: boolean;
}

/**
 * Why a key is not taken over, with the steps in the order in which nobody loses access: files first, while the key opens
 * them still; then secrets, then those whom the policy names, then the key.
 *
 * @param serviceFile what a path is to the services of the workspace; undefined for a file of nobody's
 */
export function adoptionProblem(
  desired: DesiredKey,
  key: KeyIdentity,
  loss: Loss,
  serviceFile: (path: string) => ServiceFile | undefined,
): Problem {
  const { names, where, scope } = desired;
  const steps = [
    ...loss.files.flatMap((file) => fileSteps(file, desired, serviceFile(file.path))),
    ...secretSteps(loss),
    ...statementSteps(loss, key),
  ];
  const adopt = runTarget(
    names.address,
    'provision-keys',
    `--stage=${names.stage}`,
    `--adopt=${names.keyAlias}`,
  );
  return {
    code: 'adoptionLocksOut',
    what: `key ${key.id} behind ${names.keyAlias} is used by others, whom this stage's policy would lock out: ${lockedOut(loss).join('; ')}`,
    where: `${where}, ${names.keyAlias} in ${scope.region}`,
    fix: [
      ...(steps.length > 0 ? ['In this order:', ...steps] : []),
      loss.unlisted.length > 0
        ? 'Then adopt it as somebody who may list secrets (secretsmanager:ListSecrets), such as an administrator:'
        : 'Then adopt it:',
      adopt,
      `Or point the alias at a key of the stage's own; then nothing changes for them.`,
    ].join('\n'),
  };
}

function lockedOut({ files, secrets, unlisted, statements }: Loss): readonly string[] {
  const some = (count: number, one: string, more: string, all: readonly string[]) =>
    count === 0 ? [] : [`${count} ${count === 1 ? one : more} (${all.join(', ')})`];
  return [
    ...some(
      files.length,
      'file without its encryption context',
      'files without its encryption context',
      files.map(({ path }) => path),
    ),
    ...some(
      secrets.length,
      'secret',
      'secrets',
      secrets.map(({ name, region }) => `${name} in ${region}`),
    ),
    ...(unlisted.length > 0 ? [`secrets that AWS refuses to list (${unlisted.join(', ')})`] : []),
    ...some(
      statements.length,
      "statement of the key's policy",
      "statements of the key's policy",
      statements.map(({ text }) => text),
    ),
  ];
}

function fileSteps(
  { path, named, format }: LockedFile,
  { names, scope }: DesiredKey,
  file: ServiceFile | undefined,
): readonly string[] {
  if (named === undefined) return [`${path} names the key and cannot be read: repair it first.`];
  if (file) {
    const isOwn = file.names.keyAlias === names.keyAlias;
    return [
      ...(file.ruleIsRight ? [] : ruleSteps(file, scope.region, scope.accountId ?? '')),
      ...(isOwn
        ? [`Encrypt ${path} for the key with its context:`]
        : [
            `Encrypt ${path} for the key of its own stage:`,
            runTarget(file.names.address, 'provision-keys', `--stage=${file.names.stage}`),
          ]),
      updateKeys(path),
    ];
  }
  const context = { service: names.service, stage: names.stage };
  const target = fileArguments(path, format);
  const remove = removal(target, named);
  return remove === undefined
    ? [`Encrypt ${path} for another key: its encryption context cannot be written on a command line.`]
    : [
        `Encrypt ${path} for the key with the stage's context; for another key where it is not this service's:`,
        `npx sops-codec rotate --in-place --add-kms ${named.arn} --encryption-context ${pairs(context)} ${target}`,
        remove,
      ];
}

/** What the rule has to say, to be put into the file. */
const ruleSteps = ({ names, config }: ServiceFile, region: string, accountId: string): readonly string[] => [
  `In ${config}, let the rule of stage ${names.stage} name the key with its context, in place of "kms: …" or of its "kms" list:`,
  '    key_groups:',
  '      - kms:',
  `          - arn: ${aliasArn(region, accountId, names.keyAlias)}`,
  `            context: {service: ${names.service}, stage: ${names.stage}}`,
];

/** Removes a key as a file names it. Undefined where its context cannot be given: the option knows no escapes. */
function removal(target: string, { arn, role, context = {}, awsProfile }: NamedKey): string | undefined {
  if (
    Object.entries(context)
      .flat()
      .some((text) => /[:,\s]/.test(text) || text === '')
  )
    return undefined;
  return [
    'npx sops-codec rotate --in-place --rm-kms',
    shellWord(!role ? arn : `${arn}+${role}`),
    ...(Object.keys(context).length > 0 ? ['--encryption-context', shellWord(pairs(context))] : []),
    ...(!awsProfile ? [] : ['--aws-profile', shellWord(awsProfile)]),
    target,
  ].join(' ');
}

/** The file on a command line, with its format where its name says another. */
const fileArguments = (path: string, format: Format | undefined): string =>
  [...(format === undefined ? [] : ['--input-type', format, '--output-type', format]), shellWord(path)].join(
    ' ',
  );

const pairs = (context: Readonly<Record<string, string>>): string =>
  Object.entries(context)
    .map(([name, value]) => `${name}:${value}`)
    .join(',');

const secretSteps = ({ secrets }: Loss): readonly string[] =>
  secrets.length === 0
    ? []
    : [
        'Move the secrets to another key, as their writer; a key of their own is better than the default:',
        ...secrets.map(
          ({ name, region }) =>
            `aws secretsmanager update-secret --region ${region} --secret-id ${shellWord(name)} --kms-key-id alias/aws/secretsmanager`,
        ),
      ];

const statementSteps = ({ remaining }: Loss, { id }: KeyIdentity): readonly string[] =>
  remaining.length === 0
    ? []
    : [
        'Make sure that the principals of the policy no longer need the key, or list them in nx.json ("principals"); then remove their statements:',
        ...remaining.map(
          ({ region, text }) =>
            `aws kms put-key-policy --region ${region} --key-id ${id} --policy-name default --policy ${shellWord(text)}`,
        ),
      ];
