/**
 * Encrypts and decrypts a file for the recipient in argv[2] (JSON), in a process of its own: Jest cannot run the clouds'
 * SDKs, and extra certificates are read when Node starts. Prints the wrapped key, or the error's what, as JSON.
 */
const { createKeyring, decrypt, encrypt } = require('../dist/index.js');
require('./vault-test-names.cjs');

const document = { kind: 'map', items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }] };
const credential = {
  getToken: () => Promise.resolve({ token: 'throw-away', expiresOnTimestamp: Date.now() + 3_600_000 }),
};
const options = { azure: { credential } };

async function roundTrip(recipient) {
  const file = await encrypt([document], { format: 'yaml', groups: [[recipient]] }, createKeyring(options));
  const { documents } = await decrypt(file, createKeyring(options));
  return { key: file.metadata.groups[0][0], documents };
}

roundTrip(JSON.parse(process.argv[2])).then(
  (result) => console.log(JSON.stringify(result)),
  ({ name, what, where }) => console.log(JSON.stringify({ error: name, what, where })),
);
