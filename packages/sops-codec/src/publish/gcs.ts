import { SopsError, withExitCode } from '../model/sops-error';
import { gcpAuthClient } from '../recipients/gcp-kms';
import { inTime } from '../recipients/time-limit';
import { objectPath, uploadError, uploadTimeout, type ObjectStore } from './upload';

const fix = 'Check the credentials, the bucket, and that they allow storage.objects.create there.';

/**
 * Uploads a file to Google Cloud Storage, with the credentials that GCP KMS is called with; to `STORAGE_EMULATOR_HOST`
 * without credentials. Source: sops `publish/gcs.go`; Cloud Storage JSON API, "Simple uploads"
 *
 * @throws SopsError `publishFailed`, `badCredentials`, or `missingDependency`
 */
export async function uploadToGcs(store: ObjectStore, name: string, content: Uint8Array): Promise<void> {
  const where = objectPath(store, name);
  const emulator = process.env['STORAGE_EMULATOR_HOST'];
  const url = new URL(
    `${emulator ? hostOf(emulator) : 'https://storage.googleapis.com'}/upload/storage/v1/b/${encodeURIComponent(store.bucket)}/o`,
  );
  url.search = new URLSearchParams({ uploadType: 'media', name: store.prefix + name }).toString();
  try {
    const headers = {
      'content-type': 'text/plain; charset=utf-8',
      ...(emulator ? {} : { authorization: `Bearer ${await accessToken()}` }),
    };
    const signal = AbortSignal.timeout(uploadTimeout);
    const response = await fetch(url, { method: 'POST', headers, body: content, redirect: 'error', signal });
    await response.body?.cancel();
    if (response.ok) return;
    throw new SopsError('publishFailed', {
      what: `Google Cloud Storage answered with ${response.status}`,
      where,
      fix,
    });
  } catch (error) {
    throw withExitCode(uploadError('Google Cloud Storage', error, where, fix), 128, 1);
  }
}

const hostOf = (text: string): string =>
  (text.includes('://') ? text : `http://${text}`).replace(/\/+$/, '').replace(/\/storage\/v1$/, '');

async function accessToken(): Promise<string> {
  const authClient = await gcpAuthClient();
  const { token } = await inTime(authClient.getAccessToken(), uploadTimeout);
  if (token) return token;
  throw new SopsError('badCredentials', { what: 'no GCP access token found', fix, exitCode: 1 });
}
