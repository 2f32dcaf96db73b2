import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as kms from '@aws-sdk/client-kms';
import * as secretsManager from '@aws-sdk/client-secrets-manager';

type Kind = 'text' | 'number' | 'list' | 'tags' | 'flag';

/** The commands of the aws CLI that messages advise, with the options that they take. Source: AWS CLI Command Reference. */
const commands: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  'kms cancel-key-deletion': { 'key-id': 'text' },
  'kms create-alias': { 'alias-name': 'text', 'target-key-id': 'text' },
  'kms delete-alias': { 'alias-name': 'text' },
  'kms enable-key': { 'key-id': 'text' },
  'kms put-key-policy': { 'key-id': 'text', 'policy-name': 'text', policy: 'text' },
  'kms schedule-key-deletion': { 'key-id': 'text', 'pending-window-in-days': 'number' },
  'kms tag-resource': { 'key-id': 'text', tags: 'tags' },
  'kms untag-resource': { 'key-id': 'text', 'tag-keys': 'list' },
  'kms update-alias': { 'alias-name': 'text', 'target-key-id': 'text' },
  'kms update-primary-region': { 'key-id': 'text', 'primary-region': 'text' },
  'secretsmanager cancel-rotate-secret': { 'secret-id': 'text' },
  'secretsmanager delete-secret': {
    'secret-id': 'text',
    'recovery-window-in-days': 'number',
    'force-delete-without-recovery': 'flag',
  },
  'secretsmanager remove-regions-from-replication': { 'secret-id': 'text', 'remove-replica-regions': 'list' },
  'secretsmanager replicate-secret-to-regions': {
    'secret-id': 'text',
    'add-replica-regions': 'tags',
    'force-overwrite-replica-secret': 'flag',
  },
  'secretsmanager restore-secret': { 'secret-id': 'text' },
  'secretsmanager stop-replication-to-replica': { 'secret-id': 'text' },
  'secretsmanager update-secret': { 'secret-id': 'text', 'kms-key-id': 'text' },
  'secretsmanager update-secret-version-stage': {
    'secret-id': 'text',
    'version-stage': 'text',
    'remove-from-version-id': 'text',
  },
  'secretsmanager tag-resource': { 'secret-id': 'text', tags: 'tags' },
};

/** `aws <service> <command> …` by the SDK, against the endpoint that the environment names. */
export async function awsCommand(
  [service = '', command = '', ...args]: readonly string[],
  directory: string,
): Promise<void> {
  const kinds = commands[`${service} ${command}`];
  if (!kinds) throw new Error(`aws ${service} ${command} is not in the table`);
  const given = optionsOf(args);
  const region = given.get('region')?.[0];
  if (region === undefined) throw new Error(`aws ${service} ${command}: no region, where another may be set`);
  given.delete('region');
  const input = Object.fromEntries(
    [...given].map(([name, values]) => {
      const kind = kinds[name];
      if (!kind) throw new Error(`aws ${service} ${command} has no option --${name}`);
      return [pascal(name), readers[kind](values.map((value) => textOf(value, directory)))];
    }),
  );
  const library = (service === 'kms' ? kms : secretsManager) as unknown as Record<
    string,
    new (input: object) => never
  >;
  const client =
    service === 'kms' ? new kms.KMSClient({ region }) : new secretsManager.SecretsManagerClient({ region });
  const Command = library[`${pascal(command)}Command`]!;
  try {
    await (client.send.bind(client) as (command: never) => Promise<unknown>)(new Command(input));
  } finally {
    client.destroy();
  }
}

/** `file://` names a file whose text is meant. */
const textOf = (value: string, directory: string): string =>
  value.startsWith('file://') ? readFileSync(join(directory, value.slice('file://'.length)), 'utf8') : value;

const readers: Readonly<Record<Kind, (values: readonly string[]) => unknown>> = {
  text: ([value]) => value,
  number: ([value]) => Number(value),
  list: (values) => values,
  flag: () => true,
  tags: (values) =>
    values.map((value) =>
      Object.fromEntries(value.split(',').map((pair) => pair.split('=') as [string, string])),
    ),
};

/** Each option has the words up to the next. */
function optionsOf(args: readonly string[]): Map<string, string[]> {
  const options = new Map<string, string[]>();
  let current: string[] = [];
  for (const arg of args) {
    if (arg.startsWith('--')) options.set(arg.slice(2), (current = []));
    else current.push(arg);
  }
  return options;
}

const pascal = (name: string) =>
  name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');
