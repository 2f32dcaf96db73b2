import { execa } from 'execa';
import { changesOf } from './changes';
import { git, useDirectory, writeFiles } from '../testing/workspace.test-kit';

const directory = useDirectory();

/** A commit of the index whose dates are what somebody wrote: Git takes any number. */
async function commitAt(seconds: string): Promise<string> {
  const { stdout: tree } = await git(directory(), 'write-tree');
  const who = `A <a@localhost> ${seconds} +0000`;
  const { stdout: id } = await execa('git', ['hash-object', '-t', 'commit', '-w', '--literally', '--stdin'], {
    cwd: directory(),
    input: `tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nm\n`,
  });
  await git(directory(), 'update-ref', 'HEAD', id);
  return id;
}

test.each(['8640000000001', '99999999999999', '18446744073709551615', '99999999999999999999999', '-5', 'x'])(
  'a commit dated %s is one like others',
  async (seconds) => {
    await git(directory(), 'init', '-q');
    await writeFiles(directory(), { a: 'a' });
    await git(directory(), 'add', '.');
    const id = await commitAt(seconds);
    const found = [];
    for await (const { commit } of changesOf(directory(), ['a'])) found.push(commit);
    expect(found).toEqual([{ id, date: expect.any(String), merge: false }]);
  },
);
