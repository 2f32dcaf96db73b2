/** Installs what the interop suites need and this machine lacks, into a cache outside the tree. */
import { cacheFolder } from './programs/cache.mjs';
import { programs } from './programs/index.mjs';

console.log(`interop programs in ${cacheFolder}`);
for (const program of programs) {
  if (await program.find()) {
    console.log(`✓ ${program.name}: there already`);
    continue;
  }
  try {
    await program.install();
    if (!(await program.find())) throw new Error('installed, but not the version that was asked for');
    console.log(`✓ ${program.name}: installed`);
  } catch (error) {
    console.error(`✗ ${program.name}: ${error.message}\n  needs ${program.needs}`);
    process.exitCode = 1;
  }
}
