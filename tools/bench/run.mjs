/** `npm run bench -- [local-aws] [codec] [sync] [options]`: what is here against its peers, which are measured in the same run. */
import { parseArgs } from 'node:util';

const benches = {
  'local-aws': async (options) => (await import('./local-aws.mjs')).benchLocalAws(options),
  codec: async () => (await import('./codec-table.mjs')).benchCodecTable(),
  sync: async (options) => (await import('./sync/bench.mjs')).benchSync(options),
};

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    services: { type: 'string' },
    latency: { type: 'string' },
    cases: { type: 'string' },
    rounds: { type: 'string' },
    quick: { type: 'boolean' },
  },
});
const unknown = positionals.find((name) => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". There are: ${Object.keys(benches).join(', ')}.`);
  process.exit(1);
}
try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(benches)) await benches[name](values);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
