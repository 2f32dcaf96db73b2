import { generate, runTarget } from '../config/commands';
import { escapeControlCharacters } from '../problem';
import type { Access } from './access';
import type { Capability } from './capability';
import type { Source } from './decide';
import { actorName, type Difference } from './differences';
import type { FileReading, FileRecipient } from './recipients';
import { neverKnown, type StageAccess } from './stage-access';

/** The most lines of a list; the others are counted, and are in the JSON. */
const linesShown = 200;

const headings = { read: 'may read', write: 'may write', administer: 'may administer' } as const;

/** Who may do what, as text for a terminal. */
export function accessText(stages: readonly StageAccess[]): string {
  const last = ['Not told here, for any stage:', ...neverKnown.map((one) => `  ${one}`)];
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
    const id = JSON.stringify([actor.kind, actor.arn, deedId(capability), sources, conditions, needs]);
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

/** One of those who may do something: cells of a line, and lines below it. */
interface Row {
  readonly cells: readonly string[];
  readonly more: readonly string[];
}

function inColumns(rows: readonly Row[]): readonly string[] {
  const widths = [0, 1].map((column) =>
    rows.reduce((width, { cells }) => Math.max(width, Math.min(cells[column]?.length ?? 0, widestCell)), 0),
  );
  return rows.flatMap(({ cells, more }) => [
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
    ...more.map((one) => `  ${one}`),
  ]);
}

/** Longer ones push their line out, not all lines. */
const widestCell = 60;

function accessRow(accesses: readonly Access[], stage: StageAccess): readonly Row[] {
  const [first] = accesses;
  if (!first) return [];
  const { actor, capability, sources, conditions, needs } = first;
  const actions = accesses.flatMap(({ capability: { action } }) => action ?? []);
  const regions = [...new Set(accesses.flatMap((one) => one.regions))];
  const names = stage.named?.get(actor.arn);
  const by = [...bySource(sources), ...needs.map((one) => `${one} (not known)`)];
  return [
    {
      cells: [
        actorName(actor, stage.account),
        deedText(capability, actions),
        [
          `by ${by.join(' and ')}`,
          ...(names ? [`nx.json: ${names.join(', ')}`] : []),
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

/** Administrative actions are one deed; each other capability is its own. */
const deedId = ({ access, of, action }: Capability): string =>
  access === 'administer' || action === undefined ? `${access} ${of}` : `${access} ${of} ${action}`;

/** `key policy SyncOpensFile, FindKey` */
function bySource(sources: readonly Source[]): readonly string[] {
  const byKind = new Map<string, string[]>();
  for (const { kind, name } of sources) byKind.set(kind, [...(byKind.get(kind) ?? []), name]);
  return [...byKind].map(([kind, names]) => `${kind} ${few(names)}`);
}

const few = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

/** What somebody may do, in words: `reads the secret`. */
export function deedText(
  { access, of }: Pick<Capability, 'access' | 'of'>,
  actions: readonly string[],
): string {
  switch (access) {
    case 'read':
      return of === 'file' ? 'opens the file' : 'reads the secret';
    case 'write':
      if (actions.length > 0) return 'makes another version of the secret the current one';
      return of === 'file' ? 'encrypts for the file' : 'writes the secret';
    case 'administer':
      return `administers the ${of}: ${actions.join(', ')}`;
  }
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

function differenceLines(stage: StageAccess): readonly string[] {
  const { differences, file, account } = stage;
  const extra = differences.flatMap((one) => (one.kind === 'allowed, not in nx.json' ? [one.access] : []));
  const isSure = ({ needs }: Access) => needs.length === 0;
  const unlisted = (file?.recipients ?? []).filter(({ status }) => status === 'not listed');
  const told = (accesses: readonly Access[]) =>
    inColumns(byActor(accesses).map(([name, of]) => ({ cells: [name, of.join('; ')], more: [] })));
  const byActor = (accesses: readonly Access[]) =>
    gather(accesses.map(({ actor, capability }) => [actorName(actor, account), capability] as const));
  const missing = differences.flatMap((one) => (one.kind === 'in nx.json, not allowed' ? [one] : []));
  return [
    ...block('allowed today, but not in nx.json', [
      ...told(extra.filter(isSure)),
      ...unlisted.map(
        (one) =>
          `${one.kind} ${one.identity}  ${one.opens === 'the file' ? 'opens the file' : `opens pending values: ${few(one.keys)}`}`,
      ),
    ]),
    ...block(
      'not in nx.json, and allowed where IAM policies that are not known say so',
      told(extra.filter((one) => !isSure(one))),
    ),
    ...block('in nx.json, but not allowed today', [
      ...missingLines(missing, account),
      ...(file?.absent ?? []).map(
        ({ kind, identity }) =>
          `${kind} ${identity}  opens the file: it is not among the recipients of the file`,
      ),
    ]),
    ...keyPolicyFix(stage),
  ];
}

/** Where somebody comes in by the key's policy, or is kept out by it, there is a command that sets it. */
function keyPolicyFix({ differences, address, stage }: StageAccess): readonly string[] {
  const isOfKeyPolicy = (one: Difference) =>
    one.kind === 'allowed, not in nx.json'
      ? one.access.sources.some(({ kind }) => kind === 'key policy')
      : / of the key policy | by key policy /.test(`${one.why} `);
  return differences.some(isOfKeyPolicy)
    ? [`  the key policy as nx.json has it: ${runTarget(address, 'provision-keys', `--stage=${stage}`)}`]
    : [];
}

type Missing = Extract<Difference, { kind: 'in nx.json, not allowed' }>;

/** One line for each that lacks something, for one reason. */
function missingLines(all: readonly Missing[], account: string): readonly string[] {
  const grouped = new Map<string, Missing[]>();
  for (const one of all) {
    // The reason names the action.
    const why = one.why.replace(one.capability.action ?? '', '');
    const id = JSON.stringify([one.actor.arn, deedId(one.capability), why]);
    grouped.set(id, [...(grouped.get(id) ?? []), one]);
  }
  return [...grouped.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const actions = group.flatMap(({ capability: { action } }) => action ?? []);
    const why = group.length > 1 ? first.why.replace(/kms:\w+$/, 'them') : first.why;
    return [`${actorName(first.actor, account)}  ${deedText(first.capability, actions)}: ${why}`];
  });
}

/** The deeds of each, administrative actions on one line. */
function gather(pairs: readonly (readonly [name: string, capability: Capability])[]) {
  const byName = new Map<string, Map<string, { capability: Capability; actions: string[] }>>();
  for (const [name, capability] of pairs) {
    const deeds = byName.get(name) ?? new Map<string, { capability: Capability; actions: string[] }>();
    const id = deedId(capability);
    const known = deeds.get(id) ?? { capability, actions: [] };
    if (capability.action !== undefined) known.actions.push(capability.action);
    byName.set(name, deeds.set(id, known));
  }
  return [...byName].map(
    ([name, deeds]) =>
      [name, [...deeds.values()].map(({ capability, actions }) => deedText(capability, actions))] as const,
  );
}

const block = (heading: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0
    ? []
    : [
        `  ${heading}`,
        ...lines.slice(0, linesShown).map((one) => `    ${one}`),
        ...(lines.length > linesShown
          ? [`    and ${lines.length - linesShown} more lines: --json=FILE has all`]
          : []),
      ];
