import { join } from 'node:path';
import { parse } from 'yaml';
import { within } from '../testing/within.test-kit';
import type { company } from './company.test-kit';

interface Step {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
}
interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy: {
          readonly matrix: { readonly include: readonly Readonly<Record<string, string>>[] };
        };
        readonly environment: string;
        readonly steps: readonly Step[];
      }
    >
  >;
}

const github = 'https://token.actions.githubusercontent.com';

/** What a pipeline needs of the workspace. */
interface Place {
  readonly directory: string;
  readonly read: (path: string) => string;
  readonly write: (files: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly company: ReturnType<typeof company>;
  /** Runs a line of a shell. */
  readonly run: (line: string) => Promise<void>;
}

/** The jobs of the workflow, one after the other, each as the role that its tokens let it be. */
export const runPipeline = async (place: Place): Promise<void> => {
  const workflow = parse(place.read('.github/workflows/secrets.yml')) as Workflow;
  for (const { strategy, environment, steps } of Object.values(workflow.jobs)) {
    for (const matrix of strategy.matrix.include) {
      const filled = (text: string) =>
        text.replaceAll(/\$\{\{ matrix\.(\w+) \}\}/g, (_, name: string) => matrix[name] ?? '');
      let signedIn = {};
      for (const step of steps) {
        if (step.uses?.startsWith('aws-actions/configure-aws-credentials@'))
          signedIn = await signIn(
            place,
            filled(environment),
            filled(String(step.with?.['role-to-assume'])),
            String(step.with?.['aws-region']),
          );
        if (step.run !== undefined && step.run !== 'npm ci')
          await within({ CI: 'true', AWS_PROFILE: undefined, ...signedIn }, () =>
            place.run(filled(step.run ?? '')),
          );
      }
    }
  }
};

/** What `aws-actions/configure-aws-credentials` does with the token of the job. */
const signIn = async (place: Place, environment: string, role: string, region: string) => {
  const account = role.split(':')[4] ?? '';
  if (!place.company.hasProvider(account, github))
    throw new Error(`GitHub is not an identity provider in ${account}`);
  const claims = {
    iss: github,
    aud: 'sts.amazonaws.com',
    sub: `repo:acme/shop:environment:${environment}`,
  };
  const part = (data: object) => Buffer.from(JSON.stringify(data)).toString('base64url');
  const file = 'tmp-token';
  await place.write({ [file]: `${part({ alg: 'RS256' })}.${part(claims)}.${part({})}` });
  return {
    AWS_REGION: region,
    AWS_ROLE_ARN: role,
    AWS_WEB_IDENTITY_TOKEN_FILE: join(place.directory, file),
    AWS_CONFIG_FILE: '/dev/null',
  };
};
