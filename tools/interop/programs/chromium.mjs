import { needProgram, runProgram } from '../../programs/run-program.mjs';

/** Names under which systems have it; Chrome does as well. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Chromium, in which the documentation site is looked at. */
export const chromium = {
  name: 'Chromium',

  /** @returns {Promise<string | undefined>} its name on PATH */
  async find() {
    for (const name of names) {
      const { exitCode, stdout } = await runProgram(name, ['--version']);
      if (exitCode === 0 && /^(?:Chromium|Google Chrome) \d/m.test(stdout)) return name;
    }
    return undefined;
  },

  /** From Debian's packages, as root or with a sudo that asks for no password. */
  async install() {
    const options = { env: { DEBIAN_FRONTEND: 'noninteractive' }, timeout: 600_000 };
    const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
    for (const args of [
      ['apt-get', 'update'],
      ['apt-get', 'install', '--yes', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'],
    ]) {
      const [program, ...rest] = [...asRoot, ...args];
      await needProgram(program, rest, options);
    }
  },

  needs: 'Chromium or Chrome, for instance with: apt-get install chromium',
};
