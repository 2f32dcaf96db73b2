import { runProgram } from '../programs/run-program.mjs';
import { lineChanges } from './line-changes.mjs';

/** Commands whose help would be found below one another more deeply than this are a mistake of the parser. */
const deepest = 4;

/**
 * What changed in the help of the program and of each of its commands.
 *
 * @returns {Promise<readonly {title: string, lines: readonly string[]}[]>}
 */
export async function helpChanges(before, after) {
  const [old, now] = [await helpTexts(before.program), await helpTexts(after.program)];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((command) => {
    const lines = lineChanges(
      withoutVersion(old.get(command), before),
      withoutVersion(now.get(command), after),
    );
    return lines.length === 0 ? [] : [{ title: `sops ${command}`.trim(), lines }];
  });
}

const withoutVersion = (text = '', { version }) =>
  text.replaceAll(version, '<version>').replaceAll(/[ \t]+$/gm, '');

async function helpTexts(program, words = [], texts = new Map()) {
  const args = [...words, '--help'];
  const { stdout } = await runProgram(program, args, { env: { SOPS_DISABLE_VERSION_CHECK: '1' } });
  texts.set(words.join(' '), stdout);
  const [, list = ''] = /^COMMANDS:\n((?: +.*\n|\n)*?)(?=^\S|(?![\s\S]))/m.exec(`${stdout}\n`) ?? [];
  const names = [...list.matchAll(/^ {5}(\w[\w-]*)/gm)]
    .map(([, name]) => name)
    .filter((name) => name !== 'help');
  for (const name of names) if (words.length < deepest) await helpTexts(program, [...words, name], texts);
  return texts;
}
