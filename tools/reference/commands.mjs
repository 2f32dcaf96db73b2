import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { repository } from '../packages.mjs';

const folder = join(repository, 'packages/nx-secrets');
const readJson = (path) => JSON.parse(readFileSync(join(folder, path), 'utf8'));

/** The schema of the plugin's options in nx.json. */
export const nxJsonSchema = () => readJson('src/plugin/schema.json');

/**
 * The generators and the targets of the plugin, with their schemas.
 *
 * @returns {{generators: readonly Command[], targets: readonly Command[]}}
 * @typedef {{name: string, description: string, schema: object, kinds: Readonly<Record<string, string>>}} Command
 *   `kinds` tells what a target's options take: its schema lets anything through, so that the target can refuse it by name
 */
export function commands() {
  const { generators } = readJson('generators.json');
  const { executors } = readJson('executors.json');
  return {
    generators: Object.entries(generators)
      .filter(([, { hidden }]) => !hidden)
      .map(([name, entry]) => ({ ...commandOf(name, entry), kinds: {} })),
    targets: Object.entries(executors).map(([name, entry]) => ({
      ...commandOf(name, entry),
      kinds: kindsOf(join(folder, `src/executors/${name}/definition.ts`)),
    })),
  };
}

const commandOf = (name, { schema, description }) => ({ name, description, schema: readJson(schema) });

/** What the options of an executor are, as its definition has them. */
function kindsOf(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const kinds = {};
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'options' && isKinds(node.initializer))
      for (const { name, initializer } of node.initializer.properties) kinds[name.text] = initializer.text;
    ts.forEachChild(node, visit);
  };
  visit(source);
  return kinds;
}

const isKinds = (node) =>
  ts.isObjectLiteralExpression(node) &&
  node.properties.every((one) => ts.isPropertyAssignment(one) && ts.isStringLiteral(one.initializer));
