import { resolve } from 'node:path';
import { startKeyService, type KeyServiceRequest } from '../key-service/server';
import { SopsError } from '../model/sops-error';
import { keyringOf } from './environment';
import { identityText } from '../recipients/recipient';
import { isLoopback } from '../recipients/transport';
import { textOf, type Flags } from './arguments/flag';
import { openConfirmation } from './confirmation';
import { escapeControlCharacters } from './escape-control-characters';

const log = (text: string) =>
  void process.stderr.write(`${escapeControlCharacters(text).replaceAll('\n', ' ')}\n`);

/** `sops-codec keyservice`: serves the keys of this machine until it gets SIGINT or SIGTERM. */
export async function keyServiceCommand(flags: Flags): Promise<void> {
  const { address, host, shown } = listenAddress(
    textOf(flags, 'network') ?? 'tcp',
    textOf(flags, 'address') ?? '',
  );
  const confirmation = flags['prompt'] === true ? openConfirmation() : undefined;
  const confirm = async (request: KeyServiceRequest) => {
    const question = `\nReceived ${request.action} request using ${describe(request)}. Respond to request? (y/n): `;
    return (await confirmation?.ask(question)) === true;
  };
  const onAnswer = (request: KeyServiceRequest, error: SopsError | undefined) =>
    log(`${request.action} with ${describe(request)}: ${error === undefined ? 'done' : error.what}`);
  const service = await startKeyService(address, {
    // It runs for long: access that is taken away is noticed at once.
    keyring: keyringOf({}, { rememberFor: 0 }),
    confirm: confirmation && confirm,
    onAnswer: flags['verbose'] === true ? onAnswer : undefined,
  }).catch((error: unknown) => {
    confirmation?.close();
    throw error;
  });
  if (host !== undefined && !isLoopback(host))
    log(
      'whoever can reach this address can use the keys of this machine, and the connection is not encrypted',
    );
  // A signal may come as soon as somebody reads that line.
  const end = stopped();
  log(`Listening on ${shown(service.port)}`);
  await end;
  service.stop();
  confirmation?.close();
}

interface ListenAddress {
  /** As gRPC takes it. */
  readonly address: string;
  /** The host of tcp. */
  readonly host: string | undefined;
  readonly shown: (port: number) => string;
}

/** The address of Go's `net.Listen`: without a host all addresses of this machine are meant. @throws SopsError `badUsage` */
function listenAddress(network: string, address: string): ListenAddress {
  if (network === 'unix' && address !== '')
    return {
      address: `unix:${resolve(address)}`,
      host: undefined,
      shown: () => `unix://${resolve(address)}`,
    };
  const [, named = '', port = ''] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(address) ?? [];
  if (/^tcp[46]?$/.test(network) && Number(port) <= 65_535 && port !== '') {
    const host = named === '' ? (network === 'tcp4' ? '0.0.0.0' : '[::]') : named;
    return { address: `${host}:${port}`, host, shown: (bound) => `${network}://${named}:${bound}` };
  }
  throw new SopsError('badUsage', {
    what: 'not an address to listen on',
    where: `--network ${network} --address ${address}`.slice(0, 200),
    fix: 'Pass --network tcp --address 127.0.0.1:5000, or --network unix --address <path>.',
  });
}

const kinds = {
  kms: 'AWS KMS key with ARN',
  pgp: 'PGP key with fingerprint',
  gcp_kms: 'GCP KMS key with resource ID',
  azure_kv: 'Azure Key Vault key with URL',
  hc_vault: 'Hashicorp Vault key with URI',
  age: 'age key with recipient',
  hckms: 'HuaweiCloud KMS key with ID',
};

const describe = ({ recipient }: KeyServiceRequest): string =>
  `${kinds[recipient.kind]} ${identityText(recipient).slice(0, 200)}`;

/** The listeners stay: libraries that clean up at a signal would end the process by it, were they the only ones. */
const stopped = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => done());
  });
