import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountStore } from '../../../../local-aws/src/store/account-store';
import type { Death } from '../../testing/gate.test-kit';

/**
 * The moments of a run at which its death leaves another state than one a moment earlier. What dies has no memory, and most
 * requests only read: to kill a run before each request and after each effect plays each of these states many times.
 *
 * @param directory of the files that the run may write
 * @returns `passed` is called before and after each request; `deaths` grows meanwhile
 */
export function watchDeaths(accounts: AccountStore, directory: string) {
  const deaths: Death[] = [];
  let before: string | undefined;
  const passed = (at: Death) => {
    const state = JSON.stringify([recordsOf(accounts), filesUnder(directory)]);
    if (state !== before) deaths.push(at);
    before = state;
  };
  return { deaths, passed };
}

const recordsOf = (accounts: AccountStore) =>
  accounts
    .regions()
    .map(({ keys, aliases, secrets, parameters }) =>
      [keys, aliases, secrets, parameters].map((table) => table.all()),
    );

const filesUnder = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path, readFileSync(path, 'base64')]);
