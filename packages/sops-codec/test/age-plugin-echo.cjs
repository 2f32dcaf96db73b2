#!/usr/bin/env node
/**
 * An age plugin for tests: it wraps a file key by turning its bits over. ECHO_MODE says in which way it misbehaves, ECHO_LOG
 * names a file for the arguments and folder that it was started with.
 */
const { appendFileSync } = require('node:fs');
const { createInterface } = require('node:readline');

const mode = process.env.ECHO_MODE ?? '';
if (process.env.ECHO_LOG) {
  appendFileSync(process.env.ECHO_LOG, `${JSON.stringify([process.argv.slice(2), process.cwd()])}\n`);
}

const turned = (body) => Buffer.from(body.map((byte) => byte ^ 0xff));
function send(words, body = Buffer.alloc(0)) {
  const base64 = body.toString('base64').replace(/=+$/, '');
  const lines = base64.match(/.{1,64}/g) ?? [];
  if (base64.length % 64 === 0) lines.push('');
  process.stdout.write(`-> ${words.join(' ')}\n${lines.join('\n')}\n`);
}

async function* stanzas() {
  let words;
  let base64 = '';
  for await (const line of createInterface({ input: process.stdin })) {
    if (!words) words = line.slice(3).split(' ');
    else {
      base64 += line;
      if (line.length === 64) continue;
      yield { words, body: Buffer.from(base64, 'base64') };
      words = undefined;
      base64 = '';
    }
  }
}

async function main() {
  if (mode === 'hang') return void process.stdin.on('data', () => undefined);
  if (mode === 'killed') return process.kill(process.pid, 'SIGKILL');
  if (mode === 'silent') return undefined;
  if (mode === 'endless line' || mode === 'endless bytes') {
    const chunk = mode === 'endless line' ? 'a'.repeat(65_536) : `${'a'.repeat(64)}\n`.repeat(1_000);
    process.stdout.on('error', () => process.exit());
    process.stdout.write('-> file-key 0\n');
    const more = () => void process.stdout.write(chunk, more);
    return more();
  }
  if (mode === 'nonsense') return void process.stdout.write('nonsense\n\u0000\n');
  const source = stanzas();
  const received = [];
  for (let one = await source.next(); ; one = await source.next()) {
    if (one.done) return undefined;
    if (one.value.words[0] === 'done') break;
    received.push(one.value);
  }
  const ask = async (words, body) => {
    send(words, body);
    return (await source.next()).value;
  };
  if (mode === 'error') await ask(['error', 'internal'], Buffer.from('no device'));
  if (mode === 'message') await ask(['msg'], Buffer.from('touch \u001b[31mme'));
  if (mode === 'unknown') await ask(['something-new', 'x'], Buffer.alloc(48));
  if (mode === 'pin') {
    const { words, body } = await ask(['request-secret'], Buffer.from('PIN?'));
    if (words[0] !== 'ok' || body.toString() !== '1234')
      await ask(['error', 'internal'], Buffer.from('no PIN'));
  }
  const index = mode === 'index' ? '1' : '0';
  for (const { words, body } of received) {
    if (words[0] === 'wrap-file-key') await ask(['recipient-stanza', index, 'echo', 'x'], turned(body));
    if (words[0] === 'recipient-stanza' && words[2] === 'echo') {
      await ask(['file-key', index], turned(body));
      if (mode === 'twice') await ask(['file-key', index], turned(body));
    }
  }
  send(['done']);
  return undefined;
}

void main();
