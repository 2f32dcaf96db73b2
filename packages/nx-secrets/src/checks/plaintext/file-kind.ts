import { secretsFolder } from '../../config/secret-file-name';

/** How a file is read: what in it gives a key its value. */
export type FileKind =
  /** JSON or YAML: parsed. */
  | 'json'
  | 'yaml'
  /** Lines of keys and values: dotenv, INI, TOML, properties, Dockerfiles, scripts, and whatever has no known name. */
  | 'lines'
  /** Source code: only text in quotes is a value. */
  | 'source'
  /** Text for people: values illustrate. */
  | 'documentation'
  /** Nothing that somebody typed. */
  | 'binary';

const extensions: readonly (readonly [FileKind, RegExp])[] = [
  ['json', /\.(?:json[c5]?|tfstate|code-workspace)$/i],
  ['yaml', /\.ya?ml$/i],
  [
    'binary',
    /\.(?:png|jpe?g|gif|webp|ico|bmp|svg|pdf|zip|t?gz|bz2|xz|zst|7z|tar|jar|war|class|wasm|node|so|dylib|dll|exe|o|a|woff2?|ttf|otf|eot|mp[34]|mov|webm|avi|wav|ogg|sqlite3?|db|pyc|parquet|avro|map|lock|lockb|snap)$|\.min\.(?:js|css)$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum)$/i,
  ],
  [
    'source',
    /\.(?:[cm]?[jt]sx?|vue|svelte|astro|pyi?|ipynb|go|java|kts?|scala|groovy|gradle|rb|rs|cs|fs|vb|php|swift|dart|exs?|erl|clj|lua|pl|pm|r|c|h|cc|cpp|hpp|m|tf|hcl|nix|bicep|sql|graphqls?|gql|proto|prisma|css|scss|less|html?)$/i,
  ],
  ['documentation', /\.(?:md|mdx|markdown|rst|adoc|txt)$|(?:^|\/)(?:README|CHANGELOG|LICENSE)[^/]*$/i],
];

/** How to read a file, by its name. */
export function fileKind(path: string): FileKind {
  const binary = extensions.find(([kind, name]) => kind === 'binary' && name.test(path));
  return (binary ?? extensions.find(([, name]) => name.test(path)))?.[0] ?? 'lines';
}

/** Names of examples, whose values are none: `.env.example`, `secrets.sample.json`. */
export const isExample = (path: string): boolean =>
  /(?:[._-](?:example|sample|template|tpl|dist|defaults?|schema|vault)|(?:^|\/)(?:example|sample|template))(?:\.[^/]*)?$/i.test(
    path,
  );

/** Texts that show how something is used: their values illustrate. Notes are none. */
export const isManual = (path: string): boolean =>
  fileKind(path) === 'documentation' && !/^(?!.*README).*\.txt$/i.test(path);

/** Files of tests: their values illustrate. */
export const isOfTests = (path: string): boolean =>
  /(?:^|\/)(?:__(?:tests?|mocks?|fixtures?)__|tests?|specs?|fixtures?|mocks?|testdata|e2e)\/|[._-](?:test|spec|mock|fixture|test-kit|stories)\.[^/.]+$|_test\.[^/.]+$|(?:^|\/)test_[^/]+$/i.test(
    path,
  );

/** Files of tools that have names of their own for common words: `name`, `version`, `url`. */
export const isManifest = (path: string): boolean =>
  /(?:^|\/)(?:package|project|nx|composer|bower|deno|tsconfig[^/]*|jsconfig|lerna|manifest|launchSettings)\.jsonc?$|(?:^|\/)(?:Cargo|pyproject|Pipfile|netlify|wrangler)\.toml$|(?:^|\/)(?:pom\.xml|pubspec\.ya?ml|Chart\.ya?ml|\.sops\.yaml|openapi[^/]*|swagger[^/]*)$|\.schema\.json$|(?:^|\/)\.(?:github|gitlab|vscode|idea|circleci)\//i.test(
    path,
  );

/** A file whose name says that it has environment variables: `.env`, `.env.local`, `.envrc`, `prod.env`. */
export const isDotenv = (path: string): boolean =>
  /(?:^|\/)(?:\.env(?:rc)?(?:[._-][^/]*)?|\.[\w-]+\.env|[^/]+\.env)$/i.test(path) && !/\.[jt]s$/.test(path);

/** A file that holds nothing but keys and values by its name, in a form that `import` reads. */
export const isImportable = (path: string): boolean =>
  /(?:^|\/)\.env(?:\.[^/]*)?$|\.env$/i.test(path) ||
  (isSecretsByName(path) && /\.(?:json|ya?ml|ini|properties)$/i.test(path));

/** A file whose name says that it has secrets: `secrets.json`, `secrets-prod.yaml`. */
export const isSecretsByName = (path: string): boolean =>
  /(?:^|\/)\.?secrets?(?:[._-][^/]*)?\.(?:json[c5]?|ya?ml|env|ini|toml|properties|tfvars|conf|cfg|xml)$/i.test(
    path,
  );

/** A file whose name says that it was decrypted: `dev.dec.yaml`, `config.decrypted`. Source code has such names, too. */
export const isDecryptedByName = (path: string): boolean =>
  /\.(?:dec|decrypted)(?:\.[^./]+)?~?$/i.test(path) && !['source', 'documentation'].includes(fileKind(path));

/** What SOPS would have encrypted a file to, next to it: `x.enc.json`, `x.sops.json`, `x.json.enc` for `x.json`. */
export function encryptedNames(path: string): readonly string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const name = path.slice(folder.length);
  const dot = name.lastIndexOf('.');
  const [base, extension] = dot < 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot)];
  return ['enc', 'encrypted', 'sops'].flatMap((word) => [
    `${folder}${base}.${word}${extension}`,
    `${folder}${name}.${word}`,
    ...(base === '' ? [] : [`${folder}${word}.${name}`]),
  ]);
}

/** Whether a file is in the folder of secret files. */
export const isAmongSecretFiles = (path: string): boolean => path.startsWith(`${secretsFolder}/`);
