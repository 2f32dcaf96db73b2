import { kmsOperations } from './kms';
import { AwsError } from './protocol/aws-error';
import { DAY } from './protocol/operation';
import { secretsManagerOperations } from './secrets-manager';
import { administrator } from './server/caller';
import { stsOperations } from './sts';
import { createUniverse, type Universe } from './world/universe';

const services = { kms: kmsOperations, secretsmanager: secretsManagerOperations, sts: stsOperations };

/** Calls operations directly, with a clock that only moves when told to. */
export interface WorldCalls {
  readonly universe: Universe;
  /** Runs `kms:Encrypt` or the like and gives its output. */
  readonly call: (action: string, input?: object, region?: string) => Record<string, unknown>;
  /** The code of the AWS error that a call must end with. */
  readonly errorOf: (action: string, input?: object, region?: string) => string;
  readonly passDays: (days: number) => void;
}

export function worldCalls(): WorldCalls {
  const universe = createUniverse();
  let now = Date.UTC(2026, 0, 1);
  const call: WorldCalls['call'] = (action, input = {}, region = 'eu-west-1') => {
    const [service, name] = action.split(':') as [keyof typeof services, string];
    const caller = administrator('123456789012', region);
    const world = universe.world(caller.account, region);
    const output = services[service][name]!(input, { action, caller, world, universe, now });
    return JSON.parse(JSON.stringify(output)) as Record<string, unknown>;
  };
  return {
    universe,
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
