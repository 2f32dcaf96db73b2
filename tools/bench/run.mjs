/** `npm run bench`: medians and ratios against a peer that is measured in the same run. */
import { sops as program } from '../interop/programs/sops.mjs';
import { benchCodec } from './codec.mjs';

const sops = await program.find();
if (!sops) {
  console.error('The sops program is not there: node tools/interop/provision.mjs installs it.');
  process.exit(1);
}
const rows = await benchCodec(sops);
const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
const times = (ratio) =>
  ratio < 1 ? `${(1 / ratio).toFixed(1)} times faster` : `${ratio.toFixed(2)} times slower`;
console.log('\nDecrypting, age recipient; medians, and the median of the ratios pair by pair\n');
console.log(`${'what'.padEnd(28)}${'sops-codec'.padStart(12)}${'sops'.padStart(12)}   ours against sops`);
for (const { what, ours, theirs, ratio } of rows) {
  console.log(`${what.padEnd(28)}${ms(ours).padStart(12)}${ms(theirs).padStart(12)}   ${times(ratio)}`);
}
