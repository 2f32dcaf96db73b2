import {
  ConstraintError,
  integer,
  list,
  number,
  oneOf,
  optional,
  type Reader,
  structure,
  text,
} from '../protocol/readers';
import { AwsError } from '../protocol/aws-error';
import { DataFileError } from '../persistence/data-file-error';
import type { CallCounts } from './call-counts';
import type { Fault, FaultKind, FaultQueue } from './faults';
import type { RateLimit, RateLimits } from './rate-limits';

/** What scripts can do over HTTP, besides calling AWS. */
export interface AdminActions {
  readonly calls: CallCounts;
  readonly faults: FaultQueue;
  readonly limits: RateLimits;
  reset(): void;
}

export const adminPrefix = '/_local-aws/';

/** An answer to a script: a status and JSON. */
export interface AdminAnswer {
  readonly status: number;
  readonly body: object;
}

/** Answers `GET|DELETE calls`, `POST|DELETE faults`, `POST|DELETE limits`, `POST reset` and `GET health` under the admin prefix. */
export function administer(actions: AdminActions, method: string, path: string, body: Buffer): AdminAnswer {
  switch (`${method} ${path.slice(adminPrefix.length)}`) {
    case 'GET health':
      return done({ status: 'ok' });
    case 'GET calls':
      return done(actions.calls.all());
    case 'DELETE calls':
      actions.calls.reset();
      return done();
    case 'POST faults':
      return taken(() => {
        actions.faults.inject(present(fault(JSON.parse(body.toString('utf8')), '')) satisfies Fault);
      });
    case 'DELETE faults':
      actions.faults.clear();
      return done();
    case 'POST limits':
      return taken(() => {
        actions.limits.add(present(limit(JSON.parse(body.toString('utf8')), '')) satisfies RateLimit);
      });
    case 'DELETE limits':
      actions.limits.clear();
      return done();
    case 'POST reset':
      return taken(() => {
        actions.reset();
      });
    default:
      return {
        status: 404,
        body: {
          message: 'Known: GET or DELETE calls, POST or DELETE faults or limits, POST reset, GET health.',
        },
      };
  }
}

const namedKind = oneOf('throttle', 'server-error', 'drop-before', 'drop-after');
const delay = structure({ latencyMs: number });
const error = structure({
  error: text({ min: 1 }),
  message: optional(text()),
  status: optional(integer({ min: 400, max: 599 })),
});
const kind: Reader<FaultKind> = (value, path) => {
  if (typeof value === 'string') return namedKind(value, path);
  if (typeof value === 'object' && value !== null && 'latencyMs' in value) return delay(value, path);
  return present(error(value, path));
};
const fault = structure({
  operation: text({ min: 1 }),
  count: optional(integer({ min: 1 })),
  skip: optional(integer({ min: 0 })),
  kind,
});

const limit = structure({
  operations: list(text({ min: 1 })),
  perSecond: number,
  burst: optional(number),
});

/** Answers for a step that may refuse what a script sent, or be unable to save it. */
function taken(take: () => void): AdminAnswer {
  try {
    take();
    return done();
  } catch (thrown) {
    const known =
      thrown instanceof ConstraintError || thrown instanceof AwsError || thrown instanceof SyntaxError;
    if (thrown instanceof DataFileError) return { status: 500, body: { message: thrown.message } };
    if (!known) throw thrown;
    return { status: 400, body: { message: thrown.message } };
  }
}

function done(body: object = {}): AdminAnswer {
  return { status: 200, body };
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without the members that have no value. */
function present<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Present<T>;
}
