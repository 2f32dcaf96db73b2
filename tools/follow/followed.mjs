import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { repository } from '../packages.mjs';

const codec = join(repository, 'packages/sops-codec');

/** The Go modules that the codec follows, with their versions: the one place where they are pinned. */
export const followed = JSON.parse(readFileSync(join(codec, 'followed.json'), 'utf8'));

/** How the first line of a file names what it follows; `module` is a key of `followed.json` in its short form. */
const header = /^\/\*\* Follows (.*)\. \*\/$/;
const origin = /(sops|go-yaml|go-ini|Go) v?(\d[\w.-]*): ((?:`[^`]+`(?:, )?)+)/g;

/** The module paths of the short names that the sources use. */
export const modules = {
  sops: 'github.com/getsops/sops/v3',
  'go-yaml': 'go.yaml.in/yaml/v3',
  'go-ini': 'gopkg.in/ini.v1',
};

/** Folders whose files each name what they follow. */
const portFolders = ['dotenv', 'ini', 'json', 'yaml'];

/**
 * What each file of the ports follows.
 *
 * @returns {readonly {file: string, line: string, origins: readonly {name: string, version: string, files: readonly string[]}[]}[]}
 */
export const ports = () =>
  portFolders.flatMap((folder) => {
    const root = join(codec, 'src/formats', folder);
    return readdirSync(root, { recursive: true })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
      .sort()
      .map((name) => {
        const path = join(root, name);
        const [line] = readFileSync(path, 'utf8').split('\n');
        const [, text = ''] = header.exec(line) ?? [];
        const origins = [...text.matchAll(origin)].map(([, short, version, files]) => ({
          name: short,
          version,
          files: [...files.matchAll(/`([^`]+)`/g)].map(([, file]) => file),
        }));
        return { file: relative(repository, path), line, origins };
      });
  });
