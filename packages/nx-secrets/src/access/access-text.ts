import { generate } from '../config/commands';
import { escapeControlCharacters } from '../problem';
import type { Access } from './access';
import { actorName } from './actor';
import type { Capability } from './capability';
import { block, few, inColumns, type Row } from './columns-text';
import type { Source } from './decide';
import { capabilityId, capabilityText } from './capability-text';
import { differenceLines } from './difference-text';
import type { FileReading, FileRecipient } from './recipients';
import { kindsInNxJson, neverKnown, type StageAccess } from './stage-access';

const headings = { read: 'may read', write: 'may write', administer: 'may administer' } as const;

/** Who may do what, as text for a terminal. */
export function accessText(stages: readonly StageAccess[]): string {
  const last = ['Not covered, for any stage:', ...neverKnown.map((one) => `  ${one}`)];
  return [...stages.flatMap((stage) => [...stageLines(stage), '']), ...last].map(line).join('\n') + '\n';
}

/** Names come from whoever wrote a policy or a file: one line, without escape codes. */
const line = (text: string): string => escapeControlCharacters(text.replaceAll('\n', '\\u{a}'));

function stageLines(stage: StageAccess): readonly string[] {
  const { service, secretName, keyAlias, account, regions, key } = stage;
  return [
    `${service}  ${stage.stage}  ${secretName}  (${keyAlias}, account ${account}, ${regions.join(', ')})`,
    ...(key === undefined ? [] : [`  the value of ${key}:`]),
    ...stage.notes.map((note) => `  note: ${note}`),
    ...(['read', 'write', 'administer'] as const).flatMap((access) => section(stage, access)),
    ...differenceLines(stage),
    ...block('not known', unknownLines(stage)),
  ];
}

/** What is refused has one way out, the policy for audits; the others have each their own. */
function unknownLines({ unknown, address, stage }: StageAccess): readonly string[] {
  const lines = unknown.flatMap(({ what, needs, why, fix }) =>
    needs === undefined
      ? [`${what}: ${why}`, ...fix.split('\n').map((one) => `  ${one}`)]
      : [`${what}: needs ${needs}`],
  );
  return unknown.some(({ needs }) => needs !== undefined)
    ? [
        ...lines,
        `the policy that allows all of it: ${generate(address, 'policy', '--for=audit', `--stage=${stage}`)}`,
      ]
    : lines;
}

function section(stage: StageAccess, access: Capability['access']): readonly string[] {
  // Of one key it matters who reads it, or replaces it.
  if (stage.key !== undefined && access === 'administer') return [];
  const grouped = new Map<string, Access[]>();
  for (const one of stage.accesses.filter(({ capability }) => capability.access === access)) {
    const { actor, capability, sources, conditions, needs } = one;
    const id = JSON.stringify([actor.kind, actor.arn, capabilityId(capability), sources, conditions, needs]);
    grouped.set(id, [...(grouped.get(id) ?? []), one]);
  }
  const rows = [
    ...[...grouped.values()].flatMap((accesses) => accessRow(accesses, stage)),
    ...(access === 'read' ? recipientRows(stage.file) : []),
  ];
  const { needed = 1, all = 1 } = stage.file?.groups ?? {};
  return [
    ...block(headings[access], rows.length > 0 ? inColumns(rows) : ['nobody, as far as it is known']),
    ...(access === 'read' && needed > 1
      ? [`    the file opens with ${needed} of its ${all} key groups together only`]
      : []),
  ];
}

function accessRow(accesses: readonly Access[], stage: StageAccess): readonly Row[] {
  const [first] = accesses;
  if (!first) return [];
  const { actor, capability, sources, conditions, needs } = first;
  const actions = accesses.flatMap(({ capability: { action } }) => action ?? []);
  const regions = [...new Set(accesses.flatMap((one) => one.regions))];
  const names = kindsInNxJson(actor, stage);
  const by = [...bySource(sources), ...needs.map((one) => `${one} (not known)`)];
  return [
    {
      cells: [
        actorName(actor, stage.account),
        capabilityText(capability, actions),
        [
          `by ${by.join(' and ')}`,
          ...(names.length > 0 ? [`nx.json: ${names.join(', ')}`] : []),
          ...(regions.length < stage.regions.length ? [`in ${regions.join(', ')} only`] : []),
        ].join('; '),
      ],
      more: [
        ...conditions.map((one) => (one.startsWith('unless ') ? one : `if ${one}`)),
        ...(actor.assumableBy && actor.assumableBy.length > 0 && capability.access === 'read'
          ? [`may be assumed by ${few(actor.assumableBy)}`]
          : []),
      ],
    },
  ];
}

/** `key policy SyncOpensFile, FindKey` */
function bySource(sources: readonly Source[]): readonly string[] {
  const byKind = new Map<string, string[]>();
  for (const { kind, name } of sources) byKind.set(kind, [...(byKind.get(kind) ?? []), name]);
  // Which kind of IAM policy it is, its name says.
  return [...byKind].map(([kind, names]) => `${kind === 'IAM policy' ? 'IAM' : kind} ${few(names)}`);
}

function recipientRows(file: FileReading | undefined): readonly Row[] {
  if (!file) return [];
  return [
    ...file.recipients.filter(({ status }) => status !== 'own').map(recipientRow),
    ...(file.unencrypted.length > 0
      ? [
          {
            cells: [
              'everybody who can read the repository',
              `reads ${few(file.unencrypted)}`,
              'not encrypted in the file',
            ],
            more: [],
          },
        ]
      : []),
  ];
}

const recipientRow = ({ kind, identity, opens, keys, status }: FileRecipient): Row => ({
  cells: [
    `${kind} ${identity}`,
    opens === 'the file' ? 'opens the file' : `opens pending values: ${few(keys)}`,
    status === 'listed' ? `by the file; nx.json: recipients.${kind}` : 'by the file alone',
  ],
  more: kind === 'kms' ? ['whoever may use that key: its policy is not looked at'] : [],
});
