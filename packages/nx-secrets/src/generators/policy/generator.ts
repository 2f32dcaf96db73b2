import { posix } from 'node:path';
import type { GeneratorCallback, Tree } from '@nx/devkit';
import { didYouMean } from '../../config/did-you-mean';
import type { LocationOptions } from '../../config/project-location';
import { stageList } from '../../config/stage-list';
import { writablePlace } from '../../files/links';
import { formats, type PolicyFormat } from '../../policies/formats/format';
import { namedPolicy, policyKinds, type PolicyKind } from '../../policies/named-policy';
import { writeOut } from '../../output/stdout';
import { throwProblem } from '../../problem';
import { askedStages } from './asked-stages';

/** Options of `nx g secrets:policy`, as in schema.json. */
export interface PolicyOptions extends LocationOptions {
  readonly for?: string | readonly string[];
  readonly stage?: string | readonly string[];
  readonly format?: PolicyFormat;
  readonly output?: string;
}

/** Writes policies to a file through the Tree, or prints them. Calls nothing in AWS. */
export default async function policy(tree: Tree, given: PolicyOptions): Promise<GeneratorCallback> {
  const kinds = stageList(given.for ?? ['sync', 'developer', 'runtime', 'provision']).map(kindOf);
  const { root, asked } = await askedStages(tree, given);
  const text = formats[given.format ?? 'json'](
    asked.flatMap(({ subject }) => kinds.map((kind) => namedPolicy(kind, subject))),
  );
  if (given.output === undefined) return () => writeOut(text);
  const path = outputPath(root, given.output);
  await writablePlace(tree.root, path);
  if (tree.read(path, 'utf8') !== text) tree.write(path, text);
  return () => undefined;
}

const kindOf = (name: string): PolicyKind =>
  policyKinds.find((kind) => kind === name) ??
  throwProblem({
    code: 'unknownPolicy',
    what: `there is no policy for "${name}"`,
    where: '--for',
    fix: `${didYouMean(name, policyKinds)}Valid: ${policyKinds.join(', ')}.`,
  });

function outputPath(root: string, output: string): string {
  const path = posix.join(root, output.replaceAll('\\', '/'));
  if (!path.startsWith('../') && !posix.isAbsolute(output)) return path;
  return throwProblem({
    code: 'outsideWorkspace',
    what: `${output} is outside of the workspace`,
    where: '--output',
    fix: 'Pass a path relative to the service, as in --output=infra/policies.json.',
  });
}
