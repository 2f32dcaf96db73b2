import type { GeneratorCallback, Tree } from '@nx/devkit';
import pLimit from 'p-limit';
import { accessReport } from '../../access/access-report';
import { accessText } from '../../access/access-text';
import { partitionOf } from '../../aws/arn';
import { createClients, type Clients } from '../../aws/clients';
import { callerAccount } from '../../aws/identity';
import { nameInCommands } from '../../config/short-name';
import { generate } from '../../config/commands';
import { textAsInstalled } from '../../config/plugin-name';
import type { LocationOptions } from '../../config/project-location';
import { isDryRun } from '../../output/dry-run';
import { writeJson } from '../../output/publish';
import { writeOut } from '../../output/stdout';
import type { PolicySubject } from '../../policies/subject';
import { throwProblem, type Problem } from '../../problem';
import { asInstalled } from '../as-installed';
import { reportedWhenStopped } from '../reported';
import { selectedStages } from '../policy/selected-stages';
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
export default asInstalled(reportedWhenStopped(who));

async function who(tree: Tree, given: WhoOptions): Promise<GeneratorCallback> {
  const { options, selected } = await selectedStages(tree, given);
  if (given.key !== undefined && new Set(selected.map(({ service }) => service.root)).size > 1)
    throwProblem(keyOfWhich(given.key, selected[0]?.service.root ?? '.'));
  const run = async () => {
    const begun = performance.now();
    const clients = openClients();
    const limit = pLimit(stagesAtOnce);
    try {
      const found = await Promise.all(
        selected.map(({ service, subject }) =>
          limit(() =>
            readStage({ workspaceRoot: tree.root, options, service, subject, key: given.key, ...clients }),
          ),
        ),
      );
      await writeOut(textAsInstalled(accessText(found), nameInCommands(tree.root, options.pluginName)));
      if (given.json !== undefined)
        await writeJson(tree.root, given.json, accessReport(found, performance.now() - begun));
    } finally {
      clients.close();
    }
  };
  // Nx does not call what a generator gives back under --dry-run, and this changes nothing.
  if (isDryRun()) await run();
  return run;
}

/** Clients by region, and what is read once: the caller's account, and the identities of each account. */
function openClients() {
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
      const read =
        identities.get(accountId) ?? identitiesOf(clientsIn(region), accountId, partitionOf(region));
      identities.set(accountId, read);
      return read;
    },
    close: () => clients.forEach((one) => one.destroy()),
  };
}

const otherAccount = (account: string, wanted: string): Problem => ({
  code: 'wrongAccount',
  what: `it takes credentials of account ${wanted}; those in use belong to account ${account}`,
  where: 'sts:GetCallerIdentity',
  fix: `Sign in to account ${wanted}, with AWS_PROFILE naming a profile there.`,
});

const keyOfWhich = (key: string, root: string): Problem => ({
  code: 'noService',
  what: `--key=${key} is about one service, and here are several`,
  where: '--key',
  fix: `Run it in the service's folder, or pass --project, as in:\n${generate({ root }, 'who', `--key=${key}`)}`,
});
