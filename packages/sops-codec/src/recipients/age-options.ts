/** Which age plugins may run, and how they reach the user. */
export interface AgePluginOptions {
  /** Names of age plugins that may run, `yubikey` for the program `age-plugin-yubikey`; none where absent. */
  readonly plugins?: readonly string[] | undefined;
  /** Asks the user for a passphrase or PIN; `undefined` where nobody can answer. */
  readonly ask?: ((question: string) => Promise<string | undefined>) | undefined;
  /** Shows a message of a plugin to the user: "touch your key". */
  readonly tell?: ((message: string) => void) | undefined;
  /** Milliseconds that a plugin, or a command that prints identities, may take; 60,000 where absent. */
  readonly timeout?: number | undefined;
}

/** How age files are decrypted. */
export interface AgeOptions extends AgePluginOptions {
  /** `AGE-SECRET-KEY-1…` texts, instead of those of the environment. */
  readonly identities?: readonly string[] | undefined;
  /** Private SSH keys (ed25519 or rsa, as in `~/.ssh`), instead of those of the environment. */
  readonly sshKeys?: readonly string[] | undefined;
}
