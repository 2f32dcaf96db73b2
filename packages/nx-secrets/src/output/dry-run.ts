/** The flags by which `nx g` is told to change nothing. */
const flags = ['--dry-run', '--dryRun', '-d', '--dry-run=true', '--dryRun=true'];

/** Whether this is a dry run of a generator: Nx keeps the flag to itself, and does not call what a generator gives back. */
export const isDryRun = (): boolean => process.argv.some((argument) => flags.includes(argument));
