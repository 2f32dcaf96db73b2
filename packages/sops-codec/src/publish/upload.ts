import { SopsError } from '../model/sops-error';
import { withoutMessage } from '../recipients/cloud-sdk';
import type { Destination } from '../rules/destination-rules';

/** A destination that takes the encrypted file as it is. */
export type ObjectStore = Extract<Destination, { readonly kind: 's3' | 'gcs' }>;

/** Milliseconds that a destination has to take a file. */
export const uploadTimeout = 60_000;

/** Where a file is uploaded, as sops shows it. */
export const objectPath = ({ kind, bucket, prefix }: ObjectStore, name: string): string =>
  `${kind}://${bucket}/${prefix}${name}`;

/** The error of an upload: names and codes, never the text of the service, which may quote the request. */
export function uploadError(service: string, error: unknown, where: string, fix: string): SopsError {
  if (error instanceof SopsError) return error;
  const cause = withoutMessage(error);
  const { name, code } = cause as Error & { readonly code?: string | number };
  return new SopsError('publishFailed', {
    what: `${service} did not take the file: ${[name, code].filter(Boolean).join(' ')}`,
    where,
    fix,
    cause,
  });
}
