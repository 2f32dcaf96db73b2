import { ProblemError } from '../../problem';
import { awsProblem } from '../aws-problem';
import type { Clients } from '../clients';

/** The text of a secret's policy; undefined where it has none. @throws ProblemError where AWS refuses */
export async function secretPolicyText(clients: Clients, secretId: string): Promise<string | undefined> {
  const { GetResourcePolicyCommand } = await import('@aws-sdk/client-secrets-manager');
  try {
    const client = await clients.secretsManager();
    const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: secretId }));
    return ResourcePolicy === '' ? undefined : ResourcePolicy;
  } catch (error) {
    throw new ProblemError(
      awsProblem(error, { action: 'secretsmanager:GetResourcePolicy', resource: secretId }),
    );
  }
}

/** Sets the policy of a secret; one that lets strangers in is refused by AWS. @throws ProblemError where AWS refuses */
export async function putSecretPolicy(clients: Clients, secretId: string, policy: string): Promise<void> {
  const { PutResourcePolicyCommand } = await import('@aws-sdk/client-secrets-manager');
  const command = new PutResourcePolicyCommand({
    SecretId: secretId,
    ResourcePolicy: policy,
    BlockPublicPolicy: true,
  });
  try {
    await (await clients.secretsManager()).send(command);
  } catch (error) {
    throw new ProblemError(
      awsProblem(error, { action: 'secretsmanager:PutResourcePolicy', resource: secretId }),
    );
  }
}
