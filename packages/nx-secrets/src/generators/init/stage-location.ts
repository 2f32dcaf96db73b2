import { throwProblem } from '../../problem';
import type { Options, StageOptions } from '../../config/options';
import { isAccountId, isRegion } from '../../config/stage-options';

/** Region and account as options give them. */
export interface LocationGiven {
  readonly region?: string;
  /** Twelve digits; Nx makes a number of them. */
  readonly account?: string | number;
}

/** Region and account as the user gives them for all stages. */
export function locationOf({ region, account }: LocationGiven): StageOptions {
  const accountId = account === undefined ? undefined : String(account);
  if (accountId !== undefined && !isAccountId(accountId)) {
    throwProblem({
      code: 'badAccountId',
      what: `"${accountId}" is not an AWS account ID`,
      where: '--account',
      fix: 'Pass its twelve digits. To see your current account:\naws sts get-caller-identity',
    });
  }
  if (region !== undefined && !isRegion(region)) {
    throwProblem({
      code: 'badRegion',
      what: `"${region}" is not an AWS region`,
      where: '--region',
      fix: 'Pass one like eu-west-1.',
    });
  }
  return { ...(region ? { region } : {}), ...(accountId ? { accountId } : {}) };
}

/** What nx.json says of a stage, with the region and account that are passed. @throws ProblemError where its roles are elsewhere */
export function stageAt(stage: string, location: StageOptions, { stages }: Options): StageOptions {
  const configured = stages.get(stage) ?? {};
  const { accountId = configured.accountId } = location;
  const hasRole = configured.roleArn !== undefined || configured.roles !== undefined;
  if (hasRole && accountId !== configured.accountId) {
    throwProblem({
      code: 'roleElsewhere',
      what: `stage ${stage} has its roles in account ${configured.accountId ?? ''}, not in ${accountId ?? ''}`,
      where: '--account',
      fix: 'Leave --account out. If the account is right, name roles of it in nx.json.',
    });
  }
  return { ...configured, ...location };
}
