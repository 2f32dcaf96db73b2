import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const packages = join(__dirname, '../../..');
const sources = ['nx-secrets/src', 'sops-codec/src'].flatMap((folder) =>
  readdirSync(join(packages, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !/\.(?:spec|test-kit)\.ts$/.test(path))
    .map((path) => join(folder, path)),
);

/** The texts of a source file, with `${…}` where an expression is; comments are none. */
function textsOf(path: string): readonly string[] {
  const file = ts.createSourceFile(
    path,
    readFileSync(join(packages, path), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) texts.push(node.text);
    if (ts.isTemplateExpression(node))
      texts.push(node.head.text + node.templateSpans.map(({ literal }) => `\${…}${literal.text}`).join(''));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return texts;
}

const all = sources.flatMap((path) => textsOf(path).map((text) => ({ path, text })));
const found = (pattern: RegExp, except: readonly RegExp[] = []) =>
  all
    .filter(({ text }) => pattern.test(text) && !except.some((one) => one.test(text)))
    .map(({ path, text }) => `${path}: ${text}`);

/** Whoever pastes a fix pastes lines: what is not on one of its own is retyped, with the sentence around it. */
test('a command is on a line of its own', () => {
  const command =
    /[^\n](?<!\| |&& )\b(?:npx (?:nx|sops-codec) |aws (?:kms|secretsmanager|sts|sso) |git (?:add|checkout|commit|fetch|log|mv|pull|rm|show|switch) )/;
  expect(
    found(command, [
      // Not to be pasted: what a pipeline has, what a report says is next, what must work.
      /npx nx affected -t provision-keys sync-secrets$/,
      /^merged /,
      /npx nx report/,
      /\(aws sso login\)/,
      /git log must work here/,
      /^ Who can open the secret files/,
      // What a value is piped into is the command itself.
      /^Answer the prompt/,
      // In a note, on a line of the report.
      /to restore it: \$\{…\}$|until then: \$\{…\}$|to restore \$\{…\} until then/,
    ]),
  ).toEqual([]);
});

test('commands of this plugin are made in one place, which knows how it is called and what Nx calls the project', () => {
  const own = all.filter(
    ({ path, text }) =>
      /npx nx (?:g|run)\b/.test(text) && !/config\/(?:commands|plugin-name)\.ts$/.test(path),
  );
  expect(own.map(({ path }) => path)).toEqual(['nx-secrets/src/plugin/targets.ts']);
});

test('what sops does is advised as npx sops-codec, which is there wherever this is', () => {
  expect(found(/(?<!npx )(?<![\w-])sops (?:-[a-z]|encrypt|decrypt|updatekeys|rotate|edit|set)\b/)).toEqual(
    [],
  );
});

test('an aws command names the region: the one of the shell may be another', () => {
  expect(found(/\baws (?:kms|secretsmanager) (?!.*--region)/)).toEqual([]);
});
