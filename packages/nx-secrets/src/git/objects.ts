import { execa } from 'execa';

/** Git's objects, read through one `git cat-file --batch` that stays open. */
export interface Objects {
  /** The bytes of an object; undefined where there is none, or where it is larger than any secret file. */
  readonly read: (id: string) => Promise<Uint8Array | undefined>;
  readonly close: () => Promise<void>;
}

/** No secret file is larger; the content of others is not kept. */
const largestObject = 16 * 1024 * 1024;

/** Opens the objects of the repository that `directory` is in. */
export function openObjects(directory: string): Objects {
  const program = execa('git', ['cat-file', '--batch'], {
    cwd: directory,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stderr: 'ignore',
  });
  const waiting: ((bytes: Uint8Array | undefined) => void)[] = [];
  const answers = readAnswers((bytes) => waiting.shift()?.(bytes));
  program.stdout.on('data', answers);
  // Whatever ends the program: nobody is left waiting.
  program.stdout.on('close', () => waiting.splice(0).forEach((answer) => answer(undefined)));
  program.stdin.on('error', () => undefined);
  return {
    read: (id) =>
      program.stdout.readable
        ? new Promise((resolve) => {
            waiting.push(resolve);
            program.stdin.write(`${id}\n`);
          })
        : Promise.resolve(undefined),
    close: async () => {
      program.stdin.end();
      program.kill();
      await program;
    },
  };
}

/** `<id> <type> <size>\n<bytes>\n` again and again; `<id> missing\n` for an object that is not there. */
function readAnswers(answer: (bytes: Uint8Array | undefined) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  /** Bytes of an object that is too large, and its line break, that are still to come. */
  let skip = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const skipped = Math.min(skip, rest.length);
      rest = rest.subarray(skipped);
      skip -= skipped;
      const end = rest.indexOf(10);
      if (skip > 0 || end < 0) return;
      const [, type, size] = rest.toString('latin1', 0, end).split(' ');
      const length = Number(size);
      if (type === 'missing' || !Number.isSafeInteger(length) || length > largestObject) {
        rest = rest.subarray(end + 1);
        skip = type === 'missing' || !Number.isSafeInteger(length) ? 0 : length + 1;
        answer(undefined);
        continue;
      }
      if (rest.length < end + 1 + length + 1) return;
      answer(Uint8Array.from(rest.subarray(end + 1, end + 1 + length)));
      rest = rest.subarray(end + 1 + length + 1);
    }
  };
}
