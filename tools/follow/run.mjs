/**
 * Compares a release of sops with the one that sops-codec follows (packages/sops-codec/followed.json):
 *
 *   node tools/follow/run.mjs <version> [--from <version>] [--lines <number>]
 *
 * Both are built from source, into the cache of the interop runs; that needs Go. Lists what changed in the Go files that
 * are followed and which files here follow them, in the help of all commands, and in what the program makes of the
 * vectors. Nothing in the tree is changed.
 */
import { parseArgs } from 'node:util';
import { followed, modules } from './followed.mjs';
import { helpChanges } from './help.mjs';
import { release } from './releases.mjs';
import { sourceChanges } from './sources.mjs';
import { vectorChanges } from './vectors.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string' }, lines: { type: 'string', default: '20' } },
});
const [to] = positionals;
if (to === undefined) {
  console.error('Name a release of sops: node tools/follow/run.mjs 3.13.4');
  process.exit(1);
}

try {
  const before = await release(values.from ?? followed[modules.sops]);
  const after = await release(to);
  console.log(`sops ${before.version} → ${after.version}`);
  for (const [name, version] of Object.entries(after.versions))
    if (name !== 'sops')
      console.log(
        version === before.versions[name]
          ? `${name} ${version}, as before`
          : `${name} ${before.versions[name] ?? 'none'} → ${version}`,
      );
  print('Go files that are followed', sourceChanges(before, after));
  print('Help', await helpChanges(before, after));
  const { count, changes } = await vectorChanges(before, after);
  print(`Vectors, ${count} of them made and read by both`, changes);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function print(what, changes) {
  console.log(`\n${what}: ${changes.length === 0 ? 'no change' : `${changes.length} changed`}`);
  const most = Number(values.lines);
  for (const { title, lines } of changes) {
    console.log(`\n  ${title}`);
    for (const line of lines.slice(0, most)) console.log(`    ${line}`);
    if (lines.length > most) console.log(`    … ${lines.length - most} more lines`);
  }
}
