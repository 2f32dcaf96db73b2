/**
 * Decrypts a file whose first recipient (argv[2], JSON) fails and whose second one is age, in a process of its own: Jest cannot
 * run the clouds' SDKs. Prints the documents, and the code of the error where the first recipient is the only one, as JSON.
 */
const { generateX25519Identity, identityToRecipient } = require('age-encryption');
const { createKeyring, decrypt, encrypt } = require('../dist/index.js');
require('./vault-test-names.cjs');

const document = { kind: 'map', items: [{ kind: 'item', key: 'k', value: { kind: 'str', text: 'v' } }] };
const credential = {
  getToken: () => Promise.resolve({ token: 'throw-away', expiresOnTimestamp: Date.now() + 3_600_000 }),
};
const timeLimits = { gcp_kms: 1_500, azure_kv: 1_500 };

async function main(bad) {
  const identity = await generateX25519Identity();
  const good = { kind: 'age', recipient: await identityToRecipient(identity) };
  const options = {
    age: { identities: [identity] },
    azure: { credential },
    timeLimits,
    decryptionOrder: [bad.kind, 'age'],
  };
  const keyring = createKeyring(options);
  const wrap = (one, key) => (one.kind === 'age' ? keyring.wrap(one, key) : Promise.resolve('AAAA'));
  const making = { wrap, unwrap: keyring.unwrap };
  const file = await encrypt([document], { format: 'yaml', groups: [[bad, good]] }, making);
  const only = { ...file, metadata: { ...file.metadata, groups: [file.metadata.groups[0].slice(0, 1)] } };
  const { documents } = await decrypt(file, keyring);
  const error = await decrypt(only, createKeyring(options)).catch((reason) => reason);
  return { documents, code: error.code, what: error.what };
}

main(JSON.parse(process.argv[2])).then(
  (result) => {
    console.log(JSON.stringify(result));
    process.exit();
  },
  ({ name, what }) => console.log(JSON.stringify({ error: name, what })),
);
