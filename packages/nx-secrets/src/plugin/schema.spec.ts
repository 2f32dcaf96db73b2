import Ajv from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toProblem } from '../problem';
import { readOptions } from '../config/options';
import { recipientKinds } from '../config/stage-recipients';
import schema from './schema.json';

const problemOf = (options: unknown) => {
  try {
    readOptions(options);
    return undefined;
  } catch (error) {
    return toProblem(error);
  }
};

/** Where each object of options is, by what puts a field into it. */
const { stage, service, trusted } = schema.definitions;
const inStage = (fields: object) => ({ stages: { prod: fields } });
const objects: readonly (readonly [string, object, (fields: object) => object])[] = [
  ['the options', schema.properties, (fields) => fields],
  ['a stage', stage.properties, inStage],
  ['roles', stage.properties.roles.properties, (roles) => inStage({ roles })],
  ['principals', stage.properties.principals.properties, (principals) => inStage({ principals })],
  ['trust', stage.properties.trust.properties, (trust) => inStage({ trust })],
  ['recipients', stage.properties.recipients.properties, (recipients) => inStage({ recipients })],
  ['a service', service.anyOf[1]!.properties!, (fields) => ({ services: { 'apps/api': fields } })],
  ['an entry of trust', trusted.anyOf[1]!.properties!, (sync) => inStage({ trust: { sync } })],
];

test.each(objects)('%s: the schema has the fields that are read, and no others', (_, properties, put) => {
  const problem = problemOf(put({ xyzzy: {} }));
  expect(problem?.code).toBe('unknownOption');
  const known = [...(problem?.fix ?? '').matchAll(/\b[a-z]\w+\b/g)].map(([name]) => name);
  expect(known).toEqual(expect.arrayContaining(Object.keys(properties)));
  const unknown = Object.keys(properties).filter(
    (name) => problemOf(put({ [name]: null }))?.code === 'unknownOption',
  );
  expect(unknown).toEqual([]);
  // Of the words of the fix, those that are fields have to be in the schema.
  const missing = known.filter(
    (name) => !Object.hasOwn(properties, name) && problemOf(put({ [name]: {} }))?.code !== 'unknownOption',
  );
  expect(missing).toEqual([]);
});

test('each field is described, and recipients are all kinds that there are', () => {
  for (const [, properties] of objects)
    for (const [name, field] of Object.entries(properties) as [string, { description?: string }][])
      expect([name, field.description]).toEqual([name, expect.stringMatching(/^[A-Z].*\.$/)]);
  expect(Object.keys(stage.properties.recipients.properties).sort()).toEqual([...recipientKinds].sort());
});

const arn = 'arn:aws:iam::444455556666:role/r';
const validate = new Ajv({ allErrors: true }).compile(schema);

/** What the schema says of options is what is read: an editor marks what a command would refuse, as far as a schema can. */
test.each([
  [{}, true],
  [{ stages: ['dev', 'prod'] }, true],
  [{ stages: 'dev' }, false],
  [{ stages: [7] }, false],
  [inStage({ region: 'eu-west-1', accountId: '444455556666', roleArn: arn, ciOnly: true }), true],
  [inStage({ ciOnly: 'yes' }), false],
  [inStage({ keyRotationDays: 90 }), true],
  [inStage({ keyRotationDays: 89 }), false],
  [inStage({ keyRotationDays: 100.5 }), false],
  [inStage({ replicaRegions: ['eu-central-1'] }), true],
  [inStage({ replicaRegions: 'eu-central-1' }), false],
  [inStage({ principals: { sync: arn, decrypt: [arn] } }), true],
  [inStage({ principals: { reader: arn } }), false],
  [inStage({ principals: { sync: 7 } }), false],
  [inStage({ roles: { prune: arn } }), true],
  [inStage({ roles: { decrypt: arn } }), false],
  [inStage({ trust: { runtime: 'lambda', sync: { github: 'acme/shop', environment: 'prod' } } }), true],
  [inStage({ trust: { runtime: 7 } }), false],
  [inStage({ trust: { sync: { github: 'acme/shop', branches: 'x' } } }), false],
  [inStage({ recipients: { pgp: ['FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4'] } }), true],
  [inStage({ recipients: { age: 'age1x' } }), false],
  [inStage({ recipients: { gpg: [] } }), false],
  [inStage({ account: '444455556666' }), false],
  [{ secretName: '/x/{service}/{stage}', keyAlias: 'x-{service}-{stage}' }, true],
  [{ secretName: 7 }, false],
  [{ services: { 'apps/api': 'public-api', 'apps/legacy': { output: 'raw', name: 'legacy' } } }, true],
  [{ services: { 'apps/api': { output: 'yaml' } } }, false],
  [{ services: { 'apps/api': { label: 'x' } } }, false],
  [{ services: { 'apps/api': { secretName: '/api/{stage}', keyAlias: 'api-{stage}' } } }, true],
  [{ services: { 'apps/api': { secretName: 7 } } }, false],
  [{ services: { 'apps/api': { stages: ['dev'], optional: { KEY: ['dev'] } } } }, true],
  [{ services: { 'apps/api': { stages: 'dev' } } }, false],
  [{ optional: ['KEY', 'smtp.password'], ...inStage({ optIn: true }) }, true],
  [{ optional: [''] }, false],
  [{ optional: { KEY: 'dev' } }, false],
  [{ tags: { team: 'shop' }, ...inStage({ tags: { cost: '{service}' } }) }, true],
  [{ tags: { team: 7 } }, false],
  [{ tags: ['team'] }, false],
  [{ checkExceptions: ['**/fixtures/**'] }, true],
  [{ checkExceptions: { 'a.yml': ['NAME'] } }, true],
  [{ checkExceptions: { 'a.yml': [''] } }, false],
  [{ checkExceptions: [7] }, false],
  [{ stage: {} }, false],
])('schema and reader agree: %j', (options, isGood) => {
  expect([validate(options), problemOf(options) === undefined]).toEqual([isGood, isGood]);
});

test.each(schema.examples)('an example is read: %j', (options) => {
  expect([validate(options), problemOf(options)]).toEqual([true, undefined]);
});

test.each([
  ['nx-secrets', true],
  ['secrets', true],
  ['@acme/secrets', true],
  ['@nx/js/typescript', false],
])('nx.json for editors: the options of %s are checked: %s', (plugin, isChecked) => {
  const packageRoot = join(__dirname, '../..');
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as object;
  const ajv = new Ajv();
  // Editors resolve references next to the file: Nx's own schema, and the one of the options.
  const installed = 'file:///acme/node_modules';
  const nxSchema = read(require.resolve('nx/schemas/nx-schema.json'));
  ajv.addSchema({ ...nxSchema, $id: `${installed}/nx/schemas/nx-schema.json` });
  ajv.addSchema({
    ...read(join(__dirname, 'schema.json')),
    $id: `${installed}/nx-secrets/src/plugin/schema.json`,
  });
  const isGood = ajv.compile({
    ...read(join(packageRoot, 'nx-json.schema.json')),
    $id: `${installed}/nx-secrets/nx-json.schema.json`,
  });
  expect(isGood({ plugins: [{ plugin, options: { stages: ['dev'] } }, '@nx/js'] })).toBe(true);
  expect(isGood({ plugins: [{ plugin, options: { stages: ['dev'], unknown: 1 } }] })).toBe(!isChecked);
});
