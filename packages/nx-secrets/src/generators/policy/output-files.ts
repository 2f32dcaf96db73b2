import { posix } from 'node:path';
import { generate, generateHere, shellWord, type Address } from '../../config/commands';
import { fileNames, type PolicyFormat } from '../../policies/formats/format';
import type { PlacedPolicies, PolicyPlace } from '../../policies/places';
import { throwProblem, type Problem } from '../../problem';

/** A file to write, relative to the workspace, with the policies in it. */
export interface OutputFile {
  readonly path: string;
  readonly policies: PlacedPolicies['policies'];
  readonly roles: PlacedPolicies['roles'];
}

/** What a command was called with, so that a fix can repeat it. */
export interface PolicyCommand {
  /** Undefined at the workspace root. */
  readonly address: Address | undefined;
  readonly args: readonly string[];
}

/**
 * The files that `--output` means: a file, a folder (it ends in `/`, and has a folder for each account and region then), or
 * a pattern with `{accountId}` and `{region}`.
 *
 * @param root folder that `output` is relative to
 * @throws ProblemError where policies of several accounts or regions would come into one file, or into one Terraform module
 */
export function outputFiles(
  root: string,
  output: string,
  format: PolicyFormat,
  places: readonly PlacedPolicies[],
  command: PolicyCommand,
): readonly OutputFile[] {
  const pattern = posix.join(root, output.replaceAll('\\', '/'));
  if (pattern.startsWith('../') || posix.isAbsolute(output)) throwProblem(outside(output));
  const isFolder = pattern.endsWith('/') || pattern === '.';
  const filled = (place: PolicyPlace) =>
    isFolder
      ? posix.join(pattern, place.accountId, place.region, fileNames[format])
      : pattern.replaceAll('{accountId}', place.accountId).replaceAll('{region}', place.region);
  const files = places.map((place) => ({
    path: filled(place),
    policies: place.policies,
    roles: place.roles,
  }));
  // All files in a folder are one Terraform module.
  const unitOf = ({ path }: OutputFile) => (format === 'terraform' ? posix.dirname(path) : path);
  if (new Set(files.map(unitOf)).size < files.length)
    throwProblem(severalPlaces(places, format, '--output', command, `${posix.dirname(output)}/`));
  return files;
}

/** Policies of several accounts or regions that something would put together. */
export function severalPlaces(
  places: readonly PolicyPlace[],
  format: PolicyFormat,
  where: string,
  { address, args }: PolicyCommand,
  folder: string,
): Problem {
  const words = [...args, `--format=${format}`, `--output=${folder}`].map(shellWord);
  return {
    code: 'severalPlaces',
    what: `these policies belong to ${places.length} accounts or regions (${places.map(({ accountId, region }) => `${accountId} ${region}`).join(', ')}), and ${units[format]} is for one`,
    where,
    fix: `Write a folder with a file for each; {accountId} and {region} in --output do the same for other names:\n${
      address ? generate(address, 'policy', ...words) : generateHere('policy', ...words)
    }`,
  };
}

const units: Readonly<Record<PolicyFormat, string>> = {
  json: 'a file',
  terraform: 'a Terraform module (all .tf files of a folder)',
  cloudformation: 'a stack',
  cdk: 'a stack',
};

const outside = (output: string): Problem => ({
  code: 'outsideWorkspace',
  what: `${output} is outside of the workspace`,
  where: '--output',
  fix: 'Pass a path relative to the service, as in --output=infra/policies.json.',
});
