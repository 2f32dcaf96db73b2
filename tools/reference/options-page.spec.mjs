import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, test } from 'node:test';
import { commands, nxJsonSchema } from './commands.mjs';
import { optionsPage, optionsPagePath } from './options-page.mjs';

describe('the page of options', () => {
  const all = commands();

  test('is current: node tools/reference/write.mjs', async () => {
    assert.equal(await readFile(optionsPagePath, 'utf8'), await optionsPage(nxJsonSchema(), all));
  });

  for (const { name, schema, kinds } of [...all.generators, ...all.targets])
    test(`${name}: each option is described, and each of a target is of a known kind`, () => {
      for (const [option, { description = '' }] of Object.entries(schema.properties))
        assert.match(description, /^(?:[a-z]+: \w|[A-Z])[^]*\.$/, option);
      if (Object.keys(kinds).length > 0)
        assert.deepEqual(Object.keys(kinds).sort(), Object.keys(schema.properties).sort());
    });

  test('targets whose schema lets anything through show what they take', async () => {
    const page = await optionsPage(nxJsonSchema(), all);
    assert.ok(!/\| text, or number, or flag/.test(page));
    assert.match(page, /\| `--allow-empty` +\| flag, or names of secrets/);
  });

  test('options of an object in an object, types and defaults', async () => {
    const schema = {
      properties: {
        stages: {
          anyOf: [
            { type: 'array', items: { type: 'string' } },
            { type: 'object', additionalProperties: { $ref: '#/definitions/stage' } },
          ],
          description: 'Stages. Default: those that have files.',
        },
      },
      definitions: {
        stage: {
          properties: { days: { type: 'integer', minimum: 1, maximum: 9, default: 3, description: 'Days.' } },
        },
      },
    };
    const page = await optionsPage(schema, { generators: [], targets: [] });
    assert.match(page, /\| `stages` +\| list of texts, or object +\| those that have files +\| Stages\. +\|/);
    assert.match(page, /\| `stages\.\*\.days` +\| number +\| `3` +\| Days\. 1 to 9\. +\|/);
  });
});
