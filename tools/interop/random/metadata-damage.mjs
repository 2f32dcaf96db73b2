/**
 * Every field of the metadata with every wrong value, and what happens to an encrypted text: missing, other types, other
 * case, repeated, in another order.
 */

/** Values of each type, as they are in JSON. */
const values = {
  null: null, true: true, false: false, zero: 0, one: 1, two: 2, negative: -1, fraction: 1.5, big: 1e30,
  empty: '', blank: ' ', text: 'text', digits: '1', trueText: 'true', list: [], listOfText: ['x'], listOfNull: [null],
  map: {}, mapOfText: { x: 'y' }, listOfMap: [{}], date: '2026-01-01T00:00:00Z', dateOnly: '2026-01-01',
}; // prettier-ignore

const clone = (value) => JSON.parse(JSON.stringify(value));
const withField = (tree, path, change) => {
  const copy = clone(tree);
  const parent = path.slice(0, -1).reduce((value, step) => value[step], copy);
  change(parent, path.at(-1));
  return copy;
};

/** The paths of fields in the metadata, those that files usually do not have included. */
const fields = [
  ['sops'],
  ...['mac', 'lastmodified', 'version', 'unencrypted_suffix', 'encrypted_suffix', 'unencrypted_regex', 'encrypted_regex', 'unencrypted_comment_regex', 'encrypted_comment_regex', 'mac_only_encrypted', 'shamir_threshold', 'key_groups', 'kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'age', 'pgp', 'unknown_field'].map((name) => ['sops', name]), // prettier-ignore
  ['sops', 'age', 0],
  ['sops', 'age', 0, 'recipient'],
  ['sops', 'age', 0, 'enc'],
  ['sops', 'age', 0, 'unknown_field'],
]; // prettier-ignore

/** Damages of a parsed file: `[name, tree]`. */
export function* damages(tree) {
  for (const path of fields) {
    const name = path.join('.');
    for (const [kind, value] of Object.entries(values))
      yield [`${name} = ${kind}`, withField(tree, path, (parent, key) => (parent[key] = value))];
    yield [`${name} removed`, withField(tree, path, (parent, key) => delete parent[key])];
    if (typeof path.at(-1) === 'string') {
      const rename = (to) => withField(tree, path, (parent, key) => {
        if (!(key in parent)) return;
        parent[to(key)] = parent[key];
        delete parent[key];
      }); // prettier-ignore
      yield [`${name} in capitals`, rename((key) => key.toUpperCase())];
      yield [`${name} with a capital`, rename((key) => key[0].toUpperCase() + key.slice(1))];
      yield [`${name} with a blank`, rename((key) => `${key} `)];
    }
    yield [`${name} last`, withField(tree, path, (parent, key) => {
      if (Array.isArray(parent) || !(key in parent)) return;
      const value = parent[key];
      delete parent[key];
      parent[key] = value;
    })]; // prettier-ignore
  }
  for (const path of [['a'], ['n'], ['sops', 'mac']]) {
    for (const [kind, change] of Object.entries(textChanges)) {
      yield [
        `${path.join('.')}: ${kind}`,
        withField(tree, path, (parent, key) => (parent[key] = change(parent[key]))),
      ];
    }
  }
}

const parts = (text) => /^ENC\[AES256_GCM,data:(.*),iv:(.*),tag:(.*),type:(.*)\]$/.exec(text).slice(1);
const made = (data, iv, tag, type) => `ENC[AES256_GCM,data:${data},iv:${iv},tag:${tag},type:${type}]`;
const withPart = (index, change) => (text) => {
  const all = parts(text);
  return made(...all.with(index, change(all[index])));
};

const types = ['str', 'int', 'float', 'bool', 'bytes', 'comment', 'time', 'null', 'Str', 'STR', 'str ', '', 'x', 'string', '[', 'str]']; // prettier-ignore
const textChanges = {
  ...Object.fromEntries(types.map((type) => [`type:${type}`, withPart(3, () => type)])),
  'lower case': (text) => text.replace('ENC[', 'enc['),
  'cipher in lower case': (text) => text.replace('AES256_GCM', 'aes256_gcm'),
  'another cipher': (text) => text.replace('AES256_GCM', 'AES128_GCM'),
  'iv before data': (text) => ((all) => `ENC[AES256_GCM,iv:${all[1]},data:${all[0]},tag:${all[2]},type:${all[3]}]`)(parts(text)),
  'type first': (text) => ((all) => `ENC[AES256_GCM,type:${all[3]},data:${all[0]},iv:${all[1]},tag:${all[2]}]`)(parts(text)),
  'no type': (text) => text.replace(/,type:.*\]/, ']'),
  'no tag': (text) => text.replace(/,tag:.*,type/, ',type'),
  'data twice': (text) => text.replace(',data:', ',data:AA==,data:'),
  'type twice': (text) => text.replace(']', ',type:str]'),
  'a field more': (text) => text.replace(']', ',x:y]'),
  'blanks behind commas': (text) => text.replaceAll(',', ', '),
  'a blank in front': (text) => ` ${text}`,
  'a blank behind': (text) => `${text} `,
  'text in front': (text) => `x${text}`,
  'text behind': (text) => `${text}x`,
  'a line break behind': (text) => `${text}\n`,
  'a line break inside': (text) => text.replace(',iv', '\n,iv'),
  'twice': (text) => text + text,
  'not closed': (text) => text.slice(0, -1),
  'URL-safe base64': (text) => text.replaceAll('/', '_').replaceAll('+', '-'),
  'no padding': (text) => text.replaceAll('=', ''),
  'a line break in base64': withPart(0, (data) => `${data.slice(0, 2)}\n${data.slice(2)}`),
  'a carriage return in base64': withPart(1, (iv) => `${iv.slice(0, 2)}\r${iv.slice(2)}`),
  'a blank in base64': withPart(2, (tag) => `${tag.slice(0, 2)} ${tag.slice(2)}`),
  'bits behind the padding': withPart(2, (tag) => tag.replace(/.==$/, (end) => `${String.fromCharCode(end.charCodeAt(0) + 1)}==`)),
  'an empty iv': withPart(1, () => ''),
  'a short iv': withPart(1, () => 'AAAAAAAAAAAAAAAA'),
  'an empty tag': withPart(2, () => ''),
  'a short tag': withPart(2, (tag) => Buffer.from(tag, 'base64').subarray(0, 12).toString('base64')),
  'a long tag': withPart(2, (tag) => Buffer.concat([Buffer.from(tag, 'base64'), Buffer.alloc(1)]).toString('base64')),
  'empty data': withPart(0, () => ''),
  'as a list': (text) => [text],
  'as a mapping': (text) => ({ x: text }),
  'as a number': () => 5,
  'as null': () => null,
  'as an empty text': () => '',
}; // prettier-ignore
