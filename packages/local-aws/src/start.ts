import type { LocalAws, LocalAwsOptions } from './local-aws';
import { listen, openLocalAws } from './open';

/**
 * Starts KMS, Secrets Manager, SSM Parameter Store and STS on loopback.
 * @throws DataFileError, IamError; Node's error (EADDRINUSE, EACCES) where it cannot listen on the port
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  return listen(await openLocalAws(options), options.port);
}
