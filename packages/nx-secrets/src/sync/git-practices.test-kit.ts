import {
  DescribeSecretCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { NxJsonConfiguration } from '@nx/devkit';
import { outcomes, problems, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { readPlugin } from '../config/plugin';
import type { SyncRequest } from './run-sync';

export const root = 'services/user-service';
export const secretName = '/services/users/dev';
const file = `${root}/secrets/dev.enc.yaml`;

/** A repository of a service whose name, project and folder differ, with one deployed commit on main. */
export function useRepository() {
  const workspace = useAwsWorkspace();
  let values = 0;

  workspace.prepare(async () => {
    await workspace.write({
      '.gitignore': 'tmp\n',
      [`${root}/project.json`]: '{"name": "@acme/users-api"}',
      'nx.json': JSON.stringify({
        plugins: [{ plugin: 'nx-secrets', options: { services: { [root]: 'users' } } }],
      }),
    });
    await workspace.init({ directory: root, stages: 'dev' });
    await change();
    await expectSync('created');
  });

  /** Changes the file; a value that was not there yet. */
  const changeOnly = () => workspace.set(root, 'dev', 'URL', `value-${(values += 1)}`);
  /** A commit that changes the file. */
  const change = async (): Promise<void> => {
    await changeOnly();
    await workspace.commit();
  };
  /** A commit on something else. */
  const work = async (): Promise<void> => {
    await workspace.write({ [`src/file-${(values += 1)}.ts`]: '' });
    await workspace.commit();
  };

  const syncWith = (request: Partial<SyncRequest> = {}) => {
    const nxJson = JSON.parse(workspace.read('nx.json')) as NxJsonConfiguration;
    const projects = new Map([[root, '@acme/users-api']]);
    return workspace.sync([root], {
      options: readPlugin(workspace.directory(), nxJson, projects).options,
      ...request,
    });
  };
  const overwriting = { overrides: { overwrite: new Set([secretName]), adopt: new Set<string>() } };

  /** Syncs what is checked out, and expects an outcome. */
  const expectSync = async (outcome: string, request: Partial<SyncRequest> = {}): Promise<void> => {
    const report = await syncWith(request);
    expect([outcomes(report), problems(report)]).toEqual([[`users dev ${outcome}`], []]);
  };
  /** Syncs what is checked out, and expects that it is refused with a text in the reason. */
  const expectRefusal = async (says: string): Promise<void> => {
    const [problem] = problems(await syncWith());
    expect(problem?.what).toContain(says);
  };
  /** Syncs as the pipeline of another commit does, once more. */
  const atCommit = async (commit: string, run: () => Promise<void>): Promise<void> => {
    const here = (await workspace.git('rev-parse', '--abbrev-ref', 'HEAD')).stdout;
    await workspace.git('checkout', '-q', '--detach', commit);
    await run();
    await workspace.git('checkout', '-q', here);
  };

  /** Ends a merge, a rebase or a pick that stopped: with a value that neither side has. */
  const resolve = async (goOn: 'merge' | 'rebase' | 'cherry-pick'): Promise<void> => {
    await workspace.git('checkout', '-q', '--ours', file);
    await changeOnly();
    await workspace.git('add', '.');
    await workspace.git('-c', 'core.editor=true', goOn, '--continue');
  };
  const idOf = async (name: string) => (await workspace.git('rev-parse', '--short', name)).stdout;

  return {
    ...workspace,
    change,
    changeOnly,
    work,
    expectSync,
    expectRefusal,
    expectOverwrite: (outcome: string) => expectSync(outcome, overwriting),
    atCommit,
    resolve,
    idOf,
    syncWith,
    rollBack: () => rollBack(workspace.client()),
  };
}

export type Repository = ReturnType<typeof useRepository>;

/** Moves AWSCURRENT to AWSPREVIOUS, as a person does. */
async function rollBack(client: SecretsManagerClient): Promise<void> {
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: secretName }));
  const labelled = (label: string) =>
    Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0];
  await client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: secretName,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: labelled('AWSPREVIOUS'),
      RemoveFromVersionId: labelled('AWSCURRENT'),
    }),
  );
}
