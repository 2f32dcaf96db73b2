/** S3, Google Cloud Storage and Vault on loopback: see publish-server.cjs. */
export interface PublishServer {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly objects: Map<string, Buffer>;
  readonly secrets: Map<string, readonly string[]>;
  readonly requests: readonly {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: Buffer;
  }[];
  readonly faults: { status: number | undefined };
  readonly reset: () => void;
  readonly stop: () => Promise<void>;
}
export function startPublishServer(options?: {
  readonly buckets?: readonly string[];
  readonly accessKeyId?: string;
}): Promise<PublishServer>;
