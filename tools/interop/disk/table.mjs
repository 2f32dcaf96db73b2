/**
 * The table "Files on disk" of docs/compatibility.md, made from the situations and from what both programs made of them.
 * `node tools/interop/disk/table.mjs --play` plays them (as root, with mount namespaces), and writes both; behind it, a part
 * of the names of situations.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { repository } from '../../packages.mjs';
import { page, pageWith } from '../reports-table.mjs';
import { diskFolder, privileges } from './play.mjs';
import { situations } from './situations.mjs';

const outcomesFile = join(repository, 'tools/interop/disk/outcomes.json');
const marks = ['<!-- disk: made by tools/interop/disk/table.mjs -->', '<!-- end of disk -->'];

/** What each program made of each situation, by command. */
export const readOutcomes = async () => JSON.parse(await readFile(outcomesFile, 'utf8'));

/** The page with the table of the situations that there are. */
export async function pageWithTable() {
  const outcomes = await readOutcomes();
  const rows = situations.flatMap((situation) => rowsOf(situation, outcomes[situation.what]));
  return pageWith(marks, [
    '| target | commands | sops 3.13.3 | here |',
    '| --- | --- | --- | --- |',
    ...rows,
  ]);
}

/** A row for all commands that end alike. */
function rowsOf({ what, commands, why }, { sops, here }) {
  const same = (one, other) => sops[one] === sops[other] && here[one] === here[other];
  const first = commands.filter((command, at) => commands.findIndex((one) => same(one, command)) === at);
  return first.map((command) => {
    const alike = commands.filter((one) => same(one, command)).map((one) => `\`${one}\``);
    const own = sops[command] === here[command] ? 'same' : `${here[command]}: ${why}`;
    return `| ${what} | ${alike.join(', ')} | ${sops[command]} | ${own} |`;
  });
}

async function playAll(part = '') {
  const folder = await diskFolder();
  const words = await privileges();
  const known = await readOutcomes().catch(() => ({}));
  const outcomes = Object.fromEntries(situations.map(({ what }) => [what, known[what]]));
  for (const situation of situations.filter(({ what }) => what.includes(part))) {
    const [sops, here] = await Promise.all(
      ['sops', 'here'].map((program) => folder.play(situation, program, words[situation.needs ?? 'none'])),
    );
    outcomes[situation.what] = { sops, here };
    process.stdout.write('.');
  }
  await folder.remove();
  const text = JSON.stringify(outcomes);
  await writeFile(
    outcomesFile,
    await format(text, { ...(await resolveConfig(outcomesFile)), parser: 'json' }),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [option, part] = process.argv.slice(2);
  if (option === '--play') await playAll(part);
  await writeFile(page, (await pageWithTable()).made);
}
