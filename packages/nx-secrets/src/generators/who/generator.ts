import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import pLimit from 'p-limit';
import { accessReport } from '../../access/access-report';
import { accessText } from '../../access/access-text';
import { partitionOf } from '../../aws/arn';
import { createClients, type Clients } from '../../aws/clients';
import { callerAccount } from '../../aws/identity';
import { generate, generateHere } from '../../config/commands';
import { didYouMean } from '../../config/did-you-mean';
import { readPlugin } from '../../config/plugin';
import {
  locateProject,
  projectNames,
  serviceRoots,
  type LocationOptions,
} from '../../config/project-location';
import { knownStages, readServices } from '../../config/services';
import { stageList } from '../../config/stage-list';
import { isDryRun } from '../../output/dry-run';
import { writeJson } from '../../output/publish';
import type { PolicySubject } from '../../policies/subject';
import { throwProblem } from '../../problem';
import { subjectsOf } from '../policy/subjects';
import { identitiesOf, type Identities } from './read-identities';
import { readStage } from './read-stage';

/** Options of `nx g secrets:who`, as in schema.json. */
export interface WhoOptions extends LocationOptions {
  readonly stage?: string | readonly string[];
  readonly key?: string;
  readonly json?: string;
}

/** Stages that are read at once. */
const stagesAtOnce = 8;

/**
 * Says who may read, write and administer a stage's file, secret and key today. Changes nothing, in the workspace and in
 * AWS; calls are made as whoever runs it, never as a role that nx.json names.
 */
export default async function who(tree: Tree, given: WhoOptions): Promise<GeneratorCallback> {
  const place = await locateProject(tree, given);
  const { options } = readPlugin(tree.root, readNxJson(tree) ?? {}, projectNames(tree));
  const roots = place.kind === 'service' ? [place.root] : await serviceRoots(tree);
  const services = await readServices(tree.root, roots, options);
  if (services.length === 0) throwProblem(noService(place, options.projects));
  const stages = stageList(given.stage);
  const known = knownStages(services, options);
  const missing = stages.find((stage) => !known.includes(stage));
  if (missing !== undefined) throwProblem(unknownStage(missing, known));
  const asked = services.flatMap((service) =>
    subjectsOf(tree, service, stages, options).map((subject) => ({ service, subject })),
  );
  if (asked.length === 0) throwProblem(nothingAsked(stages));
  if (given.key !== undefined && new Set(asked.map(({ service }) => service.root)).size > 1)
    throwProblem(keyOfWhich(given.key, services[0]?.root ?? '.'));
  const run = async () => {
    const begun = performance.now();
    const asks = openAsks();
    const limit = pLimit(stagesAtOnce);
    try {
      const found = await Promise.all(
        asked.map(({ service, subject }) =>
          limit(() =>
            readStage({ workspaceRoot: tree.root, options, service, subject, key: given.key, ...asks }),
          ),
        ),
      );
      process.stdout.write(accessText(found));
      if (given.json !== undefined)
        await writeJson(tree.root, given.json, accessReport(found, performance.now() - begun));
    } finally {
      asks.close();
    }
  };
  // Nx does not call what a generator gives back under --dry-run, and this changes nothing.
  if (isDryRun()) await run();
  return run;
}

/** Clients by region, and what is asked once: the caller's account, and the identities of each account. */
function openAsks() {
  const clients = new Map<string, Clients>();
  const clientsIn = (region: string): Clients => {
    const there = clients.get(region) ?? createClients({ region });
    clients.set(region, there);
    return there;
  };
  let caller: Promise<string> | undefined;
  const identities = new Map<string, Promise<Identities>>();
  return {
    clientsIn,
    assertAccount: async ({ accountId, region }: PolicySubject): Promise<void> => {
      const account = await (caller ??= callerAccount(clientsIn(region), 'who'));
      if (account !== accountId) throwProblem(otherAccount(account, accountId));
    },
    identities: ({ accountId, region }: PolicySubject): Promise<Identities> => {
      const asked =
        identities.get(accountId) ?? identitiesOf(clientsIn(region), accountId, partitionOf(region));
      identities.set(accountId, asked);
      return asked;
    },
    close: () => clients.forEach((one) => one.destroy()),
  };
}

const otherAccount = (account: string, wanted: string) => ({
  what: `it takes credentials of account ${wanted}; those in use are of account ${account}`,
  where: 'sts:GetCallerIdentity',
  fix: `Sign in to account ${wanted}, with AWS_PROFILE naming a profile there.`,
});

const noService = (
  place: Awaited<ReturnType<typeof locateProject>>,
  projects: ReadonlyMap<string, string>,
) =>
  place.kind === 'service'
    ? {
        what: `${place.root} is no service: it has no .sops.yaml`,
        where: place.root,
        fix: `Make it one:\n${generate({ root: place.root, project: projects.get(place.root) }, 'init')}`,
      }
    : {
        what: 'there are no services',
        where: '.',
        fix: `Make one first, in the service's folder:\n${generateHere('init')}`,
      };

const unknownStage = (stage: string, known: readonly string[]) => ({
  what: `no service here has stage ${stage}`,
  where: '--stage',
  fix: `${didYouMean(stage, known)}There are: ${known.join(', ')}.`,
});

const nothingAsked = (stages: readonly string[]) => ({
  what: stages.length > 0 ? `no service here has stage ${stages.join(', ')}` : 'no service here has a stage',
  where: '--stage',
  fix: `Make its files first, in the service's folder:\n${generateHere('init', `--stages=${stages.join(',') || 'dev,prod'}`)}`,
});

const keyOfWhich = (key: string, root: string) => ({
  what: `--key=${key} is about one service, and here are several`,
  where: '--key',
  fix: `Run it in the service's folder, or pass --project, as in:\n${generate({ root }, 'who', `--key=${key}`)}`,
});
