/**
 * Verdaccio on loopback, in a process of its own: `node serve.mjs <Verdaccio's node_modules> <configuration as JSON>`. It
 * sends its port to the process that forked it, and ends with it.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [modules, configuration] = process.argv.slice(2);
const { runServer } = createRequire(join(modules, 'package.json'))('verdaccio');

const server = await runServer(JSON.parse(configuration));
server.listen(0, '127.0.0.1', () => process.send(server.address().port));
process.on('disconnect', () => process.exit(0));
