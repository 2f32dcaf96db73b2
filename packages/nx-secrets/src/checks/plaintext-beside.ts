import type { Problem } from '../problem';
import { parseSecretFile, secretsFolder } from '../workspace/secret-file';
import { pluginName } from '../workspace/plugin-name';

/** A file that Git has, or would add, beside a service's secret files. */
export interface Neighbour {
  /** Relative to the service's root. */
  readonly path: string;
  /** Undefined where it is too large to be read, or no text. */
  readonly text: string | undefined;
}

/**
 * Looks for values in clear beside the secret files: files in `secrets/` that are none, leftovers of editors, and
 * `.env` files that give secrets a value. Names keys, never values.
 *
 * @param keys names of the keys that the service's secret files have
 * @param root project root, for messages
 */
export function plaintextBeside(
  neighbours: readonly Neighbour[],
  keys: ReadonlySet<string>,
  root: string,
): readonly Problem[] {
  return neighbours.flatMap((neighbour) => {
    const place = root === '.' ? neighbour.path : `${root}/${neighbour.path}`;
    const problem = neighbour.path.startsWith(`${secretsFolder}/`)
      ? strayProblem(neighbour, place)
      : dotenvProblem(neighbour, keys, place);
    return problem ?? [];
  });
}

/** What a neighbour looks like that is worth reading: `secrets/…`, `.env…`. */
export const isNeighbour = (path: string): boolean =>
  path.startsWith(`${secretsFolder}/`) || /(?:^|\/)\.env(?:\.[^/]*)?$/.test(path);

const documentation = /^(?:README.*|.*\.md|\.git(?:keep|ignore|attributes)|\.keep|\.sops\.yaml)$/i;
const example = /[._-](?:example|sample|template|tpl|dist|defaults?|schema|vault)(?:\.|$)/i;
const leftover = /~$|\.(?:bak|backup|old|orig|rej|sw[a-p]|tmp|save|decrypted)$|^\.#|^#.*#$|decrypted[.~]/i;

function strayProblem({ path, text }: Neighbour, place: string): Problem | undefined {
  const name = path.slice(secretsFolder.length + 1);
  if (parseSecretFile(name) || documentation.test(name) || example.test(name)) return undefined;
  if (text !== undefined && isEncrypted(text)) {
    return {
      what: 'is encrypted, but no secret file by its name: nothing pushes it',
      where: place,
      fix: `If it is one: git mv ${place} to secrets/<stage>.enc.<yaml|json|env|ini|bin>. If it is a leftover: git rm --force ${place}.`,
    };
  }
  return {
    what: leftover.test(name)
      ? 'is a leftover of an editor or a merge, and may hold values in clear'
      : 'lies in clear among the secret files',
    where: place,
    fix: `Bring its values into the secret file (npx nx g ${pluginName()}:set KEY --stage=<stage>), then git rm --force --ignore-unmatch ${place} and remove it. If it was ever pushed, its values are known: change them.`,
  };
}

/** By its look: whatever looks so is no secret file by its name all the same. */
const isEncrypted = (text: string): boolean =>
  /ENC\[AES256_GCM,/.test(text) && /^sops:|"sops"\s*:|^sops_mac=|^\[sops\]/m.test(text);

function dotenvProblem(
  { path, text }: Neighbour,
  keys: ReadonlySet<string>,
  place: string,
): Problem | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (text === undefined || example.test(name) || isEncrypted(text)) return undefined;
  const secrets = new Set([...keys].map(environmentName));
  const clear = assignments(text).filter(
    ({ key, value }) =>
      !isPlaceholder(value) && (secrets.has(environmentName(key)) || soundsSecret(key, value)),
  );
  if (clear.length === 0) return undefined;
  const names = [...new Set(clear.map(({ key }) => key))];
  return {
    what: `${names.join(', ')} ${names.length === 1 ? 'has its value' : 'have their values'} in clear, in a file that Git has or would add`,
    where: place,
    fix: `Keep the values in the secret file (npx nx g ${pluginName()}:set ${names[0] ?? 'KEY'} --stage=<stage>), and the file out of Git: add it to .gitignore, git rm --cached --ignore-unmatch ${place}; names without values may stay in .env.example. If it was ever pushed, its values are known: change them.`,
  };
}

/** As the environment would call a key: `database.password` is DATABASE_PASSWORD. */
const environmentName = (key: string): string => key.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase();

function assignments(text: string): readonly { readonly key: string; readonly value: string }[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, key, raw] = /^\s*(?:export\s+)?([\w.-]{1,200})\s*=(.*)$/.exec(line) ?? [];
    if (key === undefined || raw === undefined) return [];
    const quoted = /^\s*(["'`])(.*?)\1/.exec(raw);
    return [{ key, value: quoted ? (quoted[2] ?? '') : raw.replace(/(?:^|\s)#.*$/, '').trim() }];
  });
}

/** Nothing, a reference to another variable, a value that dotenvx encrypted, or a word that stands for one. */
const isPlaceholder = (value: string): boolean =>
  /^(?:|\$.*|<.*>|\{\{.*\}\}|encrypted:.*|[*x.]+|change[-_ ]?me|todo|dummy|placeholder|your[-_].*)$/i.test(
    value,
  );

/** Names that are read by browsers say so; flags and numbers that are about a secret are none. */
const soundsSecret = (key: string, value: string): boolean =>
  /(?:SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS|PRIVATE_?KEY(?:_[A-Z]+)?|API_?KEY|ACCESS_?KEY|SECRET_?KEY)$/i.test(
    key,
  ) &&
  !/^(?:NEXT_PUBLIC|PUBLIC|VITE|REACT_APP|NX_PUBLIC|GATSBY|EXPO_PUBLIC|NUXT_PUBLIC)_/.test(key) &&
  !/^(?:true|false|\d{1,5})$/i.test(value);
