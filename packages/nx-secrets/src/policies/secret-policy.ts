import { throwProblem } from '../problem';
import { partitionOf, rootArn } from '../aws/arn';
import { stageFields } from '../config/stage-fix';
import { policyDocument, type Conditions, type PolicyDocument, type Statement } from './document';
import type { PolicySubject } from './subject';

/**
 * The resource policy of a secret: whatever IAM policies say, only the service reads it and only the sync writes it.
 * Administrators, where the stage names them, may change what they like except read; where it names none, whoever the
 * account's IAM policies let may still change or remove this policy, so that nobody is locked out.
 *
 * @throws ProblemError where the stage names no principals: a deny for everybody else has nobody else to spare
 */
export function secretPolicy({ names, accountId, region, principals, roles }: PolicySubject): PolicyDocument {
  if (principals === undefined) {
    const roles = `arn:${partitionOf(region)}:iam::${accountId}:role`;
    return throwProblem({
      code: 'noPrincipals',
      what: `stage ${names.stage} has no principals, so a secret policy would deny everybody`,
      where: 'nx.json, options of the secrets plugin',
      fix: `Name them:${stageFields(names.stage, { principals: { sync: `${roles}/…`, runtime: `${roles}/{service}-{stage}` } })}`,
    });
  }
  const { sync, runtime, rotate, prune, administrators } = principals;
  const provision = roles.provision === undefined ? [] : [roles.provision];
  const root = rootArn(partitionOf(region), accountId);
  return policyDocument([
    deny(readSid, ['secretsmanager:GetSecretValue'], runtime),
    deny(
      writeSid,
      [
        'secretsmanager:PutSecretValue',
        'secretsmanager:RotateSecret',
        ...(rotate.length > 0 ? [] : [updateSecret]),
        'secretsmanager:UpdateSecretVersionStage',
      ],
      [...sync, ...(administrators ?? [])],
    ),
    // Rotation puts the secret under another key by the same call.
    ...(rotate.length > 0
      ? [deny(updateSid, [updateSecret], [...sync, ...rotate, ...(administrators ?? [])])]
      : []),
    ...(administrators === undefined
      ? []
      : [
          deny(
            denyAllSid,
            ['secretsmanager:*'],
            // Whoever sets this policy has to be able to set it again.
            [...sync, ...runtime, ...rotate, ...prune, ...provision, ...administrators, root],
          ),
        ]),
  ]);
}

const readSid = 'OnlyTheServiceReads';
const writeSid = 'OnlyTheSyncWrites';
const updateSid = 'OnlySyncAndRotateUpdate';

/** The statement that leaves a stage with administrators to those whom nx.json names. */
export const denyAllSid = 'NobodyElse';

/** Names of the statements that are ours: whatever else they say, they are replaced. */
export const ownSids: ReadonlySet<string> = new Set([readSid, writeSid, updateSid, denyAllSid]);

const updateSecret = 'secretsmanager:UpdateSecret';

/** Denies actions to everybody but those named, and AWS's own services. */
const deny = (Sid: string, actions: readonly string[], except: readonly string[]): Statement => ({
  Sid,
  Effect: 'Deny',
  Principal: { AWS: ['*'] },
  Action: actions,
  Resource: ['*'],
  Condition: { ...notAService, ...(except.length > 0 ? { ArnNotLike: { 'aws:PrincipalArn': except } } : {}) },
});

/** Source: IAM User Guide, aws:PrincipalIsAWSService. */
const notAService: Conditions = { Bool: { 'aws:PrincipalIsAWSService': ['false'] } };
