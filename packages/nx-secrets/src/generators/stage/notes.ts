import { validNames } from '../../config/did-you-mean';
import { knownStages } from '../../config/services';
import { generate, generateHere, type Address } from '../../config/commands';
import type { Entry } from '../../report';
import type { Options } from '../../config/options';
import type { InitWorkspace } from '../init/init-service';
import type { StageKind } from './step';

const some = (entries: readonly Entry<StageKind>[], ...kinds: readonly StageKind[]): boolean =>
  entries.some(({ outcome }) => (kinds as readonly string[]).includes(outcome.kind));

/**
 * What follows an added stage.
 *
 * @param before as it was without the stage
 * @param now `options` with the stage; `owner`: the only service that gets it, undefined where all do
 */
export const addNotes = (
  entries: readonly Entry<StageKind>[],
  stages: readonly string[],
  { plugin: { options: before } }: InitWorkspace,
  { options, owner }: { readonly options: Options; readonly owner: Address | undefined },
): readonly string[] => [
  ...(some(entries, 'added', 'later') ? ['commit nx.json, .sops.yaml and secrets/ together'] : []),
  ...(some(entries, 'later')
    ? [
        `later: the pipeline makes the key (provision-keys); then run this again for the file: ${addCommand(stages, owner)}`,
      ]
    : []),
  ...(some(entries, 'added', 'later', 'would-add') && lacksRegion(unlisted(stages, before), options)
    ? [`nx.json has a region for other stages and none for ${stages.join(', ')}: --region sets it`]
    : []),
];

/** With `--all`, services would get the stage that were not to have it. */
const addCommand = (stages: readonly string[], owner: Address | undefined): string =>
  owner
    ? generate(owner, 'stage', 'add', stages.join(','))
    : generateHere('stage', 'add', stages.join(','), '--all');

const unlisted = (stages: readonly string[], { stages: listed }: Options): readonly string[] =>
  stages.filter((stage) => !listed.has(stage));

const lacksRegion = (stages: readonly string[], { stages: all }: Options): boolean =>
  [...all.values()].some(({ region }) => region !== undefined) &&
  stages.some((stage) => all.get(stage)?.region === undefined);

/** What follows a removed stage: what is left in AWS, and when it can go. */
export const removeNotes = (
  entries: readonly Entry<StageKind>[],
  stages: readonly string[],
  { plugin: { options }, services }: InitWorkspace,
): readonly string[] => {
  const known = knownStages(services, options);
  const unknown = stages.filter((stage) => !known.includes(stage));
  return [
    ...unknown.map(
      (stage) =>
        `no service has a stage "${stage}"${known.length === 0 ? '' : `. ${validNames(stage, known)}`}`,
    ),
    ...(some(entries, 'removed', 'would-remove')
      ? [
          'secrets and keys stay in AWS. Commit this; once it is on the default branch, and nobody reads the secret any more, this lists it and --delete schedules its deletion (30 days, can be restored):',
          `${generateHere('prune', `--stage=${stages.join(',')}`)}`,
          'keys stay after that: they decrypt the earlier revisions in Git',
        ]
      : []),
  ];
};
