import { benchCodec } from './codec.mjs';
import { needed } from './needed.mjs';
import { sops as program } from '../interop/programs/sops.mjs';

/** Runs the bench of the codec and prints it as a table. */
export async function benchCodecTable() {
  const rows = await benchCodec(await needed(program));
  console.log(
    `\nDecrypting, age unless KMS is named: processor time on Node ${process.version}; medians, and the median of the ratios pair by pair\n`,
  );
  console.log(`${'what'.padEnd(28)}${'sops-codec'.padStart(12)}${'sops'.padStart(12)}   ours against sops`);
  for (const { what, ours, theirs, ratio } of rows) {
    console.log(`${what.padEnd(28)}${ms(ours).padStart(12)}${ms(theirs).padStart(12)}   ${times(ratio)}`);
  }
}

const ms = (value) => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
const times = (ratio) =>
  ratio < 1 ? `${(1 / ratio).toFixed(1)} times faster` : `${ratio.toFixed(2)} times slower`;
