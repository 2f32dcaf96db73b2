import { readSourceFile } from '../../import/read-bytes';
import { readPattern, type NamePattern } from '../../import/aws/name-pattern';
import { emptyMap, readSourceMap, type SourceMap } from '../../import/aws/source-map';
import { resolve } from 'node:path';
import { generateHere } from '../../config/commands';
import { isRegion } from '../../config/stage-options';
import { throwProblem, type Problem } from '../../problem';
import type { ImportOptions } from './generator-options';

/** Where values are in AWS, as the options say. */
export interface AwsRequest {
  readonly from: 'aws' | 'ssm';
  /** How names are built; without placeholders it is the name or ARN of one. */
  readonly pattern: NamePattern;
  /** The option that the pattern comes from; `secretName` of nx.json is how this workspace's own secrets are named. */
  readonly option: '--secret' | '--pattern' | '--path' | 'secretName of nx.json';
  readonly map: SourceMap;
  readonly region: string | undefined;
  readonly key: string | undefined;
}

/**
 * What an import from AWS is asked for.
 *
 * @param ownPattern how the secrets of this workspace are named, which is looked at where no other name is given
 * @throws ProblemError for options that exclude each other, or are not what they should be
 */
export async function awsRequest(
  workspaceRoot: string,
  from: 'aws' | 'ssm',
  given: ImportOptions,
  ownPattern: string,
): Promise<AwsRequest> {
  assertOptions(from, given);
  const { region, key } = given;
  if (region !== undefined && !isRegion(region)) throwProblem(badRegion(region));
  const [text, option] = patternOf(from, given, ownPattern);
  return {
    from,
    pattern: readPattern(text, option),
    option,
    map: given.map === undefined ? emptyMap : await mapOf(workspaceRoot, given.map),
    region,
    key,
  };
}

function patternOf(
  from: 'aws' | 'ssm',
  { secret, pattern, path }: ImportOptions,
  own: string,
): readonly [text: string, option: AwsRequest['option']] {
  if (secret !== undefined) return [secret, '--secret'];
  if (pattern !== undefined) return [pattern, '--pattern'];
  if (path !== undefined) {
    const folder = path.replace(/\/+$/, '');
    return [folder.includes('{key}') ? folder : `${folder}/{key}`, '--path'];
  }
  return from === 'aws' ? [own, 'secretName of nx.json'] : throwProblem(noPath);
}

function assertOptions(from: 'aws' | 'ssm', given: ImportOptions): void {
  const named = (['secret', 'pattern', 'path', 'file'] as const).filter((name) => given[name] !== undefined);
  if (named.length > 1) throwProblem(conflict(named.map(optionName)));
  if (given.file !== undefined) throwProblem(conflict(['<file>', `--from=${from}`]));
  if (given.prefix !== undefined) throwProblem(conflict(['--prefix', `--from=${from}`]));
  if (from === 'aws' && given.path !== undefined) throwProblem(conflict(['--path', '--from=aws']));
  if (from === 'ssm' && given.keepNames) throwProblem(conflict(['--keep-names', '--from=ssm']));
  if (given.path !== undefined && !given.path.startsWith('/'))
    throwProblem({
      code: 'badOption',
      what: `the path ${given.path} does not begin with a slash`,
      where: '--path',
      fix: `Pass --path=/${given.path}.`,
    });
}

async function mapOf(workspaceRoot: string, path: string): Promise<SourceMap> {
  const bytes = await readSourceFile(workspaceRoot, resolve(path), path);
  return readSourceMap(Buffer.from(bytes).toString('utf8'), path);
}

const optionName = (name: string): string => (name === 'file' ? '<file>' : `--${name}`);

const conflict = (options: readonly string[]): Problem => ({
  code: 'conflictingOptions',
  what: `${options.join(' and ')} cannot be combined`,
  where: options.join(', '),
  fix: 'Pass one of: --secret for one secret, --pattern for several, --path for parameters, a file without --from=aws or ssm.',
});

const noPath: Problem = {
  code: 'noSource',
  what: 'no parameters specified',
  where: '--from=ssm',
  fix: `Pass the path that they are under, or the name of one that holds all values as JSON:\n${generateHere('import', '--from=ssm', '--path=/user-service/prod', '--stage=prod')}\n${generateHere('import', '--from=ssm', '--secret=/user-service/prod', '--stage=prod')}`,
};

const badRegion = (region: string): Problem => ({
  code: 'badRegion',
  what: `"${region}" is not an AWS region`,
  where: '--region',
  fix: 'Pass one like eu-west-1.',
});
