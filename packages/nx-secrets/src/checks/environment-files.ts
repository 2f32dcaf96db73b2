import type { Problem } from '../problem';
import { untrack } from '../config/commands';
import type { IsExcepted } from './exceptions';
import { isExample } from './plaintext/file-kind';

/** A file of environment variables that Nx reads before it runs a task. */
export interface EnvironmentFile {
  /** Relative to the workspace. */
  readonly path: string;
  /** Undefined where it is too large to be read. */
  readonly text: string | undefined;
}

/**
 * Whether Nx may load a file of a project's folder, or of the workspace's: `.env`, `.env.local`, `.env.<target>`,
 * `.<configuration>.env` and so on. Examples are taken for what they are called. Source: Nx, task-env-paths
 *
 * @param name without folders
 */
export const isEnvironmentFile = (name: string): boolean =>
  /^\.(?:env(?:\.[^/]+)?|[^/]+\.env)$/.test(name) && !isExample(name);

/**
 * Looks for variables that say where values are sent, as whom AWS is asked, or which programs run: in a file that Git has,
 * whoever commits it decides that for everybody, and for CI. Names variables, never values.
 */
export function environmentProblems(
  files: readonly EnvironmentFile[],
  isExcepted: IsExcepted,
): readonly Problem[] {
  return files.flatMap(({ path, text }) => {
    if (isExcepted(path)) return [];
    if (text === undefined) return unread(path);
    const names = [...new Set(assignedNames(text))].filter(
      (name) => decides(name) && !isExcepted(path, name),
    );
    return names.length === 0 ? [] : problemOf(names.sort(), path);
  });
}

/**
 * The variables that a text gives a value, by dotenv's rules: `KEY=value`, `KEY: value`, `export KEY=value`, with line
 * breaks between, too. Lines within a quoted value count, which dotenv would not read: rather one too many.
 * Source: dotenv, lib/main.js
 */
function assignedNames(text: string): readonly string[] {
  // Without blank lines and blanks at both ends, each match looks a few characters ahead.
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n?|\n|\u2028|\u2029/)
    .map((line) => line.trim())
    .filter(Boolean);
  const assignment =
    /^(?:export\s+)?([\w.-]{1,200})(?:\s*=|:\s)[^\S\n]*(?!(?:""|''|``)[^\S\n]*(?:#|$))(?:[^\s#]|\n["'`])/gm;
  return [...lines.join('\n').matchAll(assignment)].flatMap(([, name]) => name ?? []);
}

/** By what each decides; Windows takes names in any case. */
const deciding: readonly RegExp[] = [
  // Where AWS is asked, and as whom.
  /^AWS_(?:ENDPOINT_URL.*|IGNORE_CONFIGURED_ENDPOINT_URLS|EC2_METADATA_SERVICE_ENDPOINT.*|CONTAINER_.*|CA_BUNDLE)$/i,
  /^AWS_(?:(?:DEFAULT_)?PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE|ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|SECURITY_TOKEN|ROLE_ARN|ROLE_SESSION_NAME|WEB_IDENTITY_TOKEN_FILE)$/i,
  // Who can open files, and whom other key services are asked as.
  /^(?:SOPS|VAULT|AZURE|GOOGLE|GCLOUD|CLOUDSDK|GPG|GNUPG)_.*$|^GNUPGHOME$/i,
  // Whom TLS trusts, and who is on the way.
  /^(?:HTTPS?|ALL|NO)_PROXY$|^SSL_CERT_(?:FILE|DIR)$|^OPENSSL_(?:CONF|MODULES)$|^(?:SSL|CURL)_?\w*CA_BUNDLE$|^NODE_(?:EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|USE_ENV_PROXY)$/i,
  // Which code runs.
  /^NODE_(?:OPTIONS|PATH|REPL_EXTERNAL_MODULE)$|^(?:LD|DYLD)_.*$|^(?:PATH|PATHEXT|COMSPEC|SHELL|BASH_ENV|ENV|EDITOR|VISUAL|PAGER)$|^npm_config_.*$/i,
  /^GIT_(?!AUTHOR_|COMMITTER_).*$/i,
  // Where all of them keep what they know, and what this plugin takes from its surroundings.
  /^(?:HOME|USERPROFILE|APPDATA|XDG_CONFIG_HOME|TMPDIR|CI)$|^NX_SECRETS_.*$/i,
];

const decides = (name: string): boolean => deciding.some((names) => names.test(name));

const problemOf = (names: readonly string[], path: string): Problem => ({
  code: 'riskyVariables',
  what: `${names.join(', ')} ${names.length === 1 ? 'decides' : 'decide'} where values are sent, under which identity, or which program runs, and Nx loads this file before each task`,
  where: path,
  fix: `If the file is needed, add an exception to the plugin's options in nx.json: "checkExceptions": { ${JSON.stringify(path)}: ${JSON.stringify(names)} }. Otherwise set ${names.length === 1 ? 'it' : 'them'} where the commands run (CI settings, your shell) and keep the file out of Git: add it to .gitignore, then:\n${untrack(path)}`,
});

const unread = (path: string): Problem => ({
  code: 'fileTooLarge',
  what: 'the file is too large to be checked, and Nx loads it before each task',
  where: path,
  fix: `Keep it out of Git: add it to .gitignore, then:\n${untrack(path)}`,
});
