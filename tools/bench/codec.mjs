import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { inTurn, processorTime } from './measure.mjs';

const require = createRequire(import.meta.url);
const { createKeyring, decrypt, parse, writePlain } = require('sops-codec');
const { startLocalAws } = require('local-aws-secrets');
const { CreateKeyCommand, KMSClient } = require('@aws-sdk/client-kms');
const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'packages/sops-codec/bin/sops-codec.js');
const identityFile = join(root, 'packages/sops-codec/test/vectors/sops-3.13.3/keys/age-a.txt');
const identity = readFileSync(identityFile, 'utf8').match(/AGE-SECRET-KEY-\S+/)[0];
const recipient = readFileSync(identityFile, 'utf8').match(/age1[a-z0-9]+/)[0];

const yaml = (keys) =>
  Array.from(
    { length: keys },
    (_, index) => `key_${index}: value number ${index}, of a length as they have it in practice\n`,
  ).join('');

/** A megabyte that is the same every time: a chain of hashes. */
function megabyte() {
  const blocks = [createHash('sha256').update('bench').digest()];
  while (blocks.length < 32_768) blocks.push(createHash('sha256').update(blocks.at(-1)).digest());
  return Buffer.concat(blocks);
}

/** Processes that one step starts: the system counts their processor time in steps of 10 ms. */
const batch = 5;

/**
 * Decrypting, against the sops program as a process in the same run, in processor time of user and system.
 *
 * @param {string} sops the program
 * @returns rows of a table
 */
export async function benchCodec(sops) {
  const directory = mkdtempSync(join(tmpdir(), 'sops-codec-bench-'));
  const aws = await startLocalAws();
  // Nothing else of the environment: NODE_EXTRA_CA_CERTS alone doubles what Node 20 takes to start.
  const env = {
    PATH: process.env.PATH,
    HOME: directory,
    SOPS_AGE_KEY: identity,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'bench',
    AWS_SECRET_ACCESS_KEY: 'bench',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const options = { env, extendEnv: false, cwd: directory, stdout: 'ignore', stdin: 'ignore' };
  const make = async (name, content, ...recipients) => {
    writeFileSync(join(directory, name), content);
    await execa(sops, ['encrypt', '-i', ...recipients, name], options);
    return join(directory, name);
  };
  try {
    const age = ['--age', recipient];
    const small = await make('small.yaml', yaml(20), ...age);
    const large = await make('large.yaml', yaml(10_000), ...age);
    const binary = await make('megabyte.bin', megabyte(), ...age);
    const kms = await make('kms.yaml', yaml(20), '--kms', await newKey(aws.endpoint));
    const empty = join(directory, 'empty.cjs');
    writeFileSync(empty, '');

    const withAge = createKeyring({ age: { identities: [identity] } });
    const dataKey = Buffer.from((await decrypt(parse(readFileSync(small), 'yaml'), withAge)).dataKey);
    const atHand = { ...withAge, unwrap: () => Promise.resolve(Uint8Array.from(dataKey)) };
    const inProcess = (file, format, keyring, times) => async () => {
      for (let count = 0; count < times; count += 1) {
        const { documents } = await decrypt(parse(readFileSync(file), format), keyring);
        writePlain(documents, format);
      }
    };
    const command =
      (program, ...args) =>
      async () => {
        for (let count = 0; count < batch; count += 1) await execa(program, args, options);
      };
    const row = async (what, runs, ours, times, file) => {
      const theirs = command(sops, 'decrypt', file);
      const result = await inTurn(runs, { ours, theirs }, processorTime);
      const ratio = (result.ratio * batch) / times;
      return { what, ours: result.ours / times, theirs: result.theirs / batch, ratio };
    };
    const many = 100;
    const codec = (file) => command(process.execPath, bin, 'decrypt', file);
    return [
      await row('20 keys, in process', 5, inProcess(small, 'yaml', withAge, many), many, small),
      await row('20 keys, key at hand', 5, inProcess(small, 'yaml', atHand, many), many, small),
      await row('20 keys, command line', 5, codec(small), batch, small),
      await row('20 keys, KMS, command line', 5, codec(kms), batch, kms),
      await row('Node itself', 5, command(process.execPath, empty), batch, small),
      await row('10,000 keys, in process', 5, inProcess(large, 'yaml', withAge, 2), 2, large),
      await row('10,000 keys, command line', 5, codec(large), batch, large),
      await row('1 MB binary, in process', 5, inProcess(binary, 'binary', withAge, batch), batch, binary),
      await row('1 MB binary, command line', 5, codec(binary), batch, binary),
    ];
  } finally {
    await aws.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function newKey(endpoint) {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new KMSClient({ endpoint, region: 'eu-west-1', credentials });
  try {
    return (await client.send(new CreateKeyCommand({}))).KeyMetadata.Arn;
  } finally {
    client.destroy();
  }
}
