/** Names that commands in our texts may have npx run: packages of ours, and others' that the workspace has or that are meant. */
const allowed = new Set([
  'nx-secrets',
  'sops-codec',
  'local-aws-secrets',
  'nx',
  'create-nx-workspace',
  'jest',
]);

const runners = String.raw`(?:npx|bunx|pnpx|(?:npm|pnpm|yarn|bun) (?:exec|dlx|x))`;
const words = new RegExp(
  String.raw`\b${runners}((?:[ \t]+-{1,2}[\w-]+(?:=\S+)?)*)[ \t]+(@?[\w][\w@/.-]*)`,
  'g',
);

/**
 * The names that commands in a text would have a package manager download and run, and that are not ours.
 *
 * @param {string} text
 * @returns {{index: number, name: string}[]}
 */
export const foreignNames = (text) =>
  [...text.matchAll(words)]
    .map(({ index, 2: word }) => ({ index, name: word.replace(/(?<=.)@.*$/, '').replace(/\.+$/, '') }))
    .filter(({ name }) => !allowed.has(name));
