import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../tools/packages.mjs';

/**
 * The code blocks of docs/roll-out.md with their headings.
 *
 * @returns {Promise<readonly {heading: string, language: string, text: string}[]>}
 */
export async function readGuide() {
  const page = await readFile(join(repository, 'docs/roll-out.md'), 'utf8');
  const blocks = [];
  let heading = '';
  for (const [, title, language, text] of page.matchAll(/^## (.+)$|^```(\w+)\n([^]*?)^```$/gm)) {
    if (title === undefined) blocks.push({ heading, language, text });
    else heading = title;
  }
  return blocks;
}

/** The words of a command as a shell splits it: `AWS_PROFILE=dev npx nx g …`. */
export function splitCommand(line) {
  const words = [...line.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => word.replaceAll('"', ''));
  const start = words.findIndex((word) => !/^[A-Z_]+=/.test(word));
  const env = Object.fromEntries(words.slice(0, start).map((word) => word.split(/=(.*)/s).slice(0, 2)));
  return { env, program: words[start], args: words.slice(start + 1) };
}

/** The options of a command of the aws CLI. */
export const optionsOf = (args) =>
  Object.fromEntries(
    args.flatMap((word, index) => (word.startsWith('--') ? [[word.slice(2), args[index + 1]]] : [])),
  );
