import { runProgram } from '../../programs/run-program.mjs';

/** GnuPG of the machine, which both the real sops and the codec start for PGP recipients. */
export const gpg = {
  name: 'gpg 2',

  /** @returns {Promise<string | undefined>} its name on PATH */
  async find() {
    const { exitCode, stdout } = await runProgram('gpg', ['--version']);
    return exitCode === 0 && /^gpg \(GnuPG.*\) 2\./.test(stdout) ? 'gpg' : undefined;
  },

  install: () => Promise.reject(new Error('comes with the operating system')),

  needs: 'GnuPG 2, for instance with: apt-get install gnupg, brew install gnupg',
};
