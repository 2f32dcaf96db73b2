import { SopsError } from '../model/sops-error';
import { sdkError } from '../recipients/cloud-sdk';
import { objectPath, uploadError, uploadTimeout, type ObjectStore } from './upload';

/**
 * Uploads a file to S3, with the region, credentials and endpoint of the SDK's ordinary chain. Source: sops `publish/s3.go`
 *
 * @throws SopsError `publishFailed`, or `missingDependency`
 */
export async function uploadToS3(store: ObjectStore, name: string, content: Uint8Array): Promise<void> {
  const { S3Client, PutObjectCommand } = await loadSdk();
  const client = new S3Client({
    requestHandler: { connectionTimeout: 10_000, requestTimeout: uploadTimeout, throwOnRequestTimeout: true },
  });
  try {
    const input = { Bucket: store.bucket, Key: store.prefix + name, Body: content };
    await client.send(new PutObjectCommand(input), { abortSignal: AbortSignal.timeout(3 * uploadTimeout) });
  } catch (error) {
    throw uploadError(
      'S3',
      error,
      objectPath(store, name),
      'Check AWS_REGION, the credentials, the bucket, and that they allow s3:PutObject there.',
    );
  } finally {
    client.destroy();
  }
}

async function loadSdk() {
  try {
    return await import('@aws-sdk/client-s3');
  } catch (error) {
    const missing = sdkError(error, '@aws-sdk/client-s3', 'publishing to S3');
    if (!(missing instanceof SopsError)) throw error;
    throw new SopsError(missing.code, { what: missing.what, fix: missing.fix, exitCode: 1 });
  }
}
