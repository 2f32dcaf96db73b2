import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KMSClient } from '@aws-sdk/client-kms';
import { toProblem, type Problem } from '../problem';
import { region, useAwsWorkspace } from '../testing/aws-workspace.test-kit';
import { commandsOf, pasteInto, type Filled } from '../testing/pasted.test-kit';

/** A service whose name, project name and folder all differ; a project name that a shell has to quote. */
export const users = { root: 'services/users', project: '@acme/users', service: 'user-service' } as const;
export const payment = { root: 'services/pay', project: 'pay-app', service: 'payment-service' } as const;

/** The service at the root of a repository of its own. */
export const atRoot = { root: '.', project: '@acme/shop', service: 'shop-service' } as const;

/** Where a service is, and what it is called. */
export interface NamedService {
  readonly root: string;
  readonly project: string;
  readonly service: string;
}

/** A path of a service's, relative to the workspace. */
export const pathIn = ({ root }: NamedService, path: string) => (root === '.' ? path : `${root}/${path}`);

const report = 'tmp-report.json';

/** A workspace whose services go by three names each, with Nx's commands as a user gives them. */
export function useFixes() {
  const workspace = useAwsWorkspace();
  const { paste, run } = pasteInto(workspace);
  let kms: KMSClient;
  let printed: string[];
  beforeEach(() => {
    kms = new KMSClient({ endpoint: workspace.aws().endpoint });
    printed = [];
    jest.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
    jest.spyOn(console, 'error').mockImplementation((text: string) => void printed.push(text));
    return configure();
  });
  afterEach(() => kms.destroy());

  const configure = async (options: object = {}, services: readonly NamedService[] = [users, payment]) => {
    const names = Object.fromEntries(services.map(({ root, service }) => [root, service]));
    await workspace.write({
      '.gitignore': '/tmp-*\n/tmp/\n',
      'nx.json': JSON.stringify({
        plugins: [{ plugin: 'nx-secrets', options: { services: names, ...options } }],
      }),
      ...Object.fromEntries(
        services.map((one) => [pathIn(one, 'project.json'), JSON.stringify({ name: one.project })]),
      ),
    });
  };

  /** Runs a target; gives the problems that it reports, or what is wrong with the request. */
  const target = async (
    { project }: NamedService,
    name: string,
    options: object = {},
  ): Promise<readonly Problem[]> => {
    printed.length = 0;
    await rm(join(workspace.directory(), report), { force: true });
    const { success } = await run(project, name, { ...options, json: report });
    try {
      const { entries } = JSON.parse(readFileSync(join(workspace.directory(), report), 'utf8')) as {
        entries: readonly { readonly problem?: Problem }[];
      };
      const problems = entries.flatMap(({ problem }) => problem ?? []);
      expect(problems.length === 0).toBe(success);
      return problems;
    } catch (error) {
      if (success) throw error;
      const text = printed.join('\n');
      return [
        {
          code: 'unexpectedError',
          what: text,
          fix: text
            .replace(/^[^]*\n(?=fix: )/, '')
            .replace(/\ncode: [^]*$/, '')
            .replaceAll(/^ {7}|^fix: +/gm, ''),
        },
      ];
    }
  };

  /** Runs a command of Nx as it is typed, which is to fail; gives the problem. */
  const refused = async (line: string, filled?: Filled): Promise<Problem> => {
    const error: unknown = await paste(line, filled).then(
      () => new Error(`should have failed: ${line}`),
      (thrown: unknown) => thrown,
    );
    const problem = toProblem(error);
    if (problem.code === 'unexpectedError') throw error;
    return problem;
  };

  return {
    ...workspace,
    kms: () => kms,
    configure,
    target,
    refused,
    paste,
    /** Pastes the commands of a problem's fix, all of them or those that `which` picks, in their order. */
    pasteFix: async (
      problem: Problem | undefined,
      filled: Filled = {},
      which: (line: string, index: number) => boolean = () => true,
    ): Promise<void> => {
      const lines = commandsOf(problem?.fix ?? '').filter(which);
      if (lines.length === 0) throw new Error(`nothing to paste in: ${problem?.fix ?? 'no problem'}`);
      for (const line of lines) await paste(line, filled);
    },
    setUp: async (
      one: NamedService,
      stages: string,
      values: Readonly<Record<string, string>> = { A: 'one' },
    ) => {
      await paste(`npx nx g nx-secrets:init --stages=${stages} --project=${one.project}`);
      for (const stage of stages.split(',')) {
        for (const [key, value] of Object.entries(values))
          await paste(`npx nx g nx-secrets:set ${key} --stage=${stage} --project=${one.project}`, {
            values: { [key]: value },
          });
      }
      await workspace.commit();
    },
  };
}

export { region };
