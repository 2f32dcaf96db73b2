import type { Address } from '../config/commands';
import type { Problem } from '../problem';
import type { Access } from './access';
import type { Actor } from './actor';
import type { Difference } from './differences';
import { covers } from './glob';
import type { FileReading } from './recipients';

/** Something that is not known, and what it takes to know it. */
export interface Unknown {
  /** "the policy of key alias/user-service-prod in eu-west-1" */
  readonly what: string;
  /** The IAM action that was refused; undefined where something else is in the way. */
  readonly needs?: string;
  /** The code of the problem (docs/errors.md). */
  readonly code: Problem['code'];
  readonly why: string;
  readonly fix: string;
}

/** Who may do what with a stage's file, secret and key, as far as it is known. Holds no values. */
export interface StageAccess {
  readonly service: string;
  readonly stage: string;
  /** How commands name the service. */
  readonly address: Address;
  readonly secretName: string;
  /** The alias of the key, or `key/…` where somebody else makes it. */
  readonly keyAlias: string;
  /** The key that somebody else makes. */
  readonly kmsKeyArn?: string | undefined;
  readonly account: string;
  readonly regions: readonly string[];
  /** The one key that was asked about. */
  readonly key?: string | undefined;
  readonly accesses: readonly Access[];
  /** What the file says of its recipients; undefined where there is no file, or it cannot be read. */
  readonly file: FileReading | undefined;
  readonly differences: readonly Difference[];
  /** `principals` of nx.json by ARN: `sync`, `runtime`, …; undefined where nx.json names none. */
  readonly named: ReadonlyMap<string, readonly string[]> | undefined;
  readonly unknown: readonly Unknown[];
  readonly notes: readonly string[];
}

/** As what nx.json names an actor, by its name or by a pattern that it is one of: `sync`, `runtime`, … */
export const kindsInNxJson = (
  { kind, arn }: Pick<Actor, 'kind' | 'arn'>,
  { named = new Map() }: Pick<StageAccess, 'named'>,
): readonly string[] =>
  kind === 'AWS'
    ? [...new Set([...named].flatMap(([pattern, kinds]) => (covers(pattern, arn) ? kinds : [])))]
    : [];

/** What no reading call tells, whoever asks. */
export const neverKnown: readonly string[] = [
  'policies of the organisation (SCPs, RCPs) and of sessions: they can only narrow what is listed',
  'who may change IAM policies or assume roles, beyond what trust policies say',
  'who may push to the Git repository, and who holds copies of values or of private keys',
  'earlier revisions of the file in Git: they may be under other keys',
];
