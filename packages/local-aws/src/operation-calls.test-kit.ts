import { kmsOperations } from './kms';
import { validateIamInput } from './iam/validate-iam-input';
import type { Identity } from './iam/identity';
import { AwsError } from './protocol/aws-error';
import { type Caller, DAY } from './operation/operation';
import { secretsManagerOperations } from './secrets-manager';
import { administrator } from './server/caller';
import { ssmOperations } from './ssm';
import { stsOperations } from './sts';
import { type Change, createAccountStore, type AccountStore } from './store/account-store';

const services = {
  kms: kmsOperations,
  secretsmanager: secretsManagerOperations,
  ssm: ssmOperations,
  sts: stsOperations,
};

const nobody = validateIamInput({ accounts: {} });

/** Calls operations directly, with a clock that only moves when told to. */
export interface OperationCalls {
  readonly accounts: AccountStore;
  /** As `call`, by somebody whose policies count. */
  readonly callAs: (identity: Identity, action: string, input?: object, region?: string) => void;
  /** Runs `kms:Encrypt` or the like and gives its output. */
  readonly call: (action: string, input?: object, region?: string) => Record<string, unknown>;
  /** The code of the AWS error that a call must end with. */
  readonly errorOf: (action: string, input?: object, region?: string) => string;
  readonly passDays: (days: number) => void;
}

export function operationCalls(onChange?: (change: Change) => void): OperationCalls {
  const accounts = createAccountStore(onChange);
  let now = Date.UTC(2026, 0, 1);
  const run = (caller: Caller, action: string, input: object, region: string): object => {
    const [service, name] = action.split(':') as [keyof typeof services, string];
    const store = accounts.region(caller.account, region);
    const directory = caller.identity === undefined ? {} : { directory: nobody };
    return services[service][name]!(input, { action, caller, store, accounts, ...directory, now });
  };
  const call: OperationCalls['call'] = (action, input = {}, region = 'eu-west-1') => {
    const output = run(administrator('123456789012', region), action, input, region);
    return JSON.parse(JSON.stringify(output)) as Record<string, unknown>;
  };
  return {
    accounts,
    callAs: (identity, action, input = {}, region = 'eu-west-1') => {
      run({ ...administrator('123456789012', region), identity }, action, input, region);
    },
    call,
    errorOf: (action, input, region) => {
      try {
        call(action, input, region);
      } catch (error) {
        if (error instanceof AwsError) return error.code;
        throw error;
      }
      return 'no error';
    },
    passDays: (days) => {
      now += days * DAY;
    },
  };
}
