import type { Directory } from '../iam/directory';
import type { Identity } from '../iam/identity';
import type { Session } from '../store/model';
import type { AccountStore, RegionStore } from '../store/account-store';
import { readInput, type StructureReader } from '../protocol/readers';

/** Who calls. The account decides which store is used; AWS names the ARN in its answers. */
export interface Caller {
  readonly account: string;
  readonly arn: string;
  readonly userId: string;
  /** The STS session that signed the request, where it is one. */
  readonly session?: Session;
  /** What policies go by; absent where none are evaluated, and the caller may do everything in its account. */
  readonly identity?: Identity;
}

/** What an operation gets besides its input. */
export interface Call {
  /** As IAM writes it: `kms:Encrypt`. */
  readonly action: string;
  readonly caller: Caller;
  readonly store: RegionStore;
  readonly accounts: AccountStore;
  /** Everybody there is; absent where no policies are evaluated. */
  readonly directory?: Directory;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** One operation of a service: takes the unchecked input, gives the output's members, throws AwsError. */
export interface Operation {
  (input: unknown, call: Call): object;
  /** The members of the input that it reads, refused ones included; all others are ignored, as AWS does. */
  readonly members: readonly string[];
}

/** The operations of a service by name. */
export type Operations = Readonly<Record<string, Operation>>;

/** An operation whose input is read and checked before it runs. */
export function operation<T>(reader: StructureReader<T>, run: (input: T, call: Call) => object): Operation {
  const { members } = reader;
  return Object.assign((input: unknown, call: Call) => run(readInput(reader, input), call), { members });
}

/** A date as AWS JSON carries it: seconds since 1970 as a number. */
export function seconds(milliseconds: number): number;
export function seconds(milliseconds: number | undefined): number | undefined;
export function seconds(milliseconds: number | undefined): number | undefined {
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

export const DAY = 24 * 60 * 60 * 1000;
