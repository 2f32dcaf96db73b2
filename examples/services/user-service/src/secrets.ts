import { getSecret } from '@aws-lambda-powertools/parameters/secrets';

/** What `secrets/<stage>.enc.yaml` holds. */
export interface Secrets {
  readonly DATABASE_URL: string;
}

/**
 * The secrets of the stage that runs. Powertools keeps them for five minutes, so that a warm function asks Secrets
 * Manager rarely, and a value that was pushed meanwhile still arrives without a deployment.
 */
export async function readSecrets(stage = process.env.STAGE ?? 'dev'): Promise<Secrets> {
  const secrets = await getSecret<Secrets>(`/services/user-service/${stage}`, {
    maxAge: 300,
    transform: 'json',
  });
  if (!secrets) throw new Error(`/services/user-service/${stage} has no value`);
  return secrets;
}
