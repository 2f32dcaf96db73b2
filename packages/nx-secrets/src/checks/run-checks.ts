import { posix } from 'node:path';
import type { Entry, Report } from '../report';
import { pendingNotes } from '../secret-file/pending-notes';
import { unlikeGit } from '../secret-file/unlike-git';
import { absentFiles } from '../config/absent-stages';
import { leftSecrets } from '../sync/left-secrets';
import { select } from '../sync/select';
import { clashes } from '../config/names';
import { aliasOwners, allNames, comparedNames, type Service } from '../config/services';
import type { TargetSelection } from '../config/target-selection';
import { exceptionsFor } from './exceptions';
import { checkService, type Finding } from './check-service';
import type { MaxAge } from './max-age';
import { listSiblings, mostFiles, noSiblings } from './sibling-files';
import { readOrigins } from './read-origins';

/** What to check. */
export interface CheckRequest extends TargetSelection {
  /** Roots of all projects of the workspace. */
  readonly everyRoot: readonly string[];
  /** How old values may be; not looked at where absent. */
  readonly maxAge: MaxAge | undefined;
}

/**
 * Checks what can be known of secret files without any key. Nothing is decrypted, and AWS is not asked.
 *
 * @throws ProblemError where the request itself is wrong: a stage that nobody knows
 */
export async function runChecks(request: CheckRequest): Promise<Report> {
  const start = performance.now();
  const { workspaceRoot, options, services, everyService, everyRoot, stages, maxAge } = request;
  // CI or not makes no difference: nothing is pushed.
  select(services, everyService, stages, options, true);
  const absent = await absentFiles(request);
  const names = allNames(everyService, options);
  const surroundings = {
    workspaceRoot,
    options,
    owners: aliasOwners(names),
    services: new Set(everyService.map(({ name }) => name)),
    clashing: clashes(comparedNames(everyService, options), options),
    unlikeGit: await unlikeGit(
      workspaceRoot,
      services.flatMap(({ root, files }) => files.map(({ path }) => posix.join(root, path))),
    ),
    isExcepted: exceptionsFor(options.checkExceptions),
    ages: maxAge && { maxAge, origins: await readOrigins(workspaceRoot) },
  };
  const siblings = await listSiblings(
    workspaceRoot,
    services.map(({ root }) => root),
    everyRoot,
  );
  const secretOf = new Map(names.map(({ root, stage, secretName }) => [`${root} ${stage}`, secretName]));
  const pushed = services.flatMap(({ root, files }) =>
    files
      .filter(({ stage }) => stages.length === 0 || stages.includes(stage))
      .map(({ stage, path }) => ({
        path: posix.join(root, path),
        secretName: secretOf.get(`${root} ${stage}`) ?? '',
      })),
  );
  const left = await leftSecrets(workspaceRoot, pushed, options, true);
  const entries = await Promise.all(
    services.map(async (service) => {
      const beside = siblings.get(service.root) ?? noSiblings;
      return findingEntries(service, await checkService(service, beside, surroundings), stages);
    }),
  );
  return {
    noun: ['secret file', 'secret files'],
    entries: entries.flat(),
    findings: true,
    notes: [
      ...absent,
      ...left,
      ...(await pendingNotes(
        workspaceRoot,
        pushed.map(({ path }) => path),
      )),
      ...notRead([...siblings.values()].reduce((sum, { unread }) => sum + unread, 0)),
    ],
    milliseconds: performance.now() - start,
  };
}

const notRead = (count: number): readonly string[] =>
  count === 0
    ? []
    : [`${count} files were not searched for values: only the first ${mostFiles} files of a service are.`];

/** A line for each finding about the stages asked for or the whole service, and for each file that has none. */
function findingEntries(
  { name: service, root, files }: Service,
  findings: readonly Finding[],
  stages: readonly string[],
): readonly Entry<'passed'>[] {
  const asked = files.filter(({ stage }) => stages.length === 0 || stages.includes(stage));
  const pathOf = (stage: string) => files.find((file) => file.stage === stage)?.path ?? '';
  const passed = asked.filter(({ stage }) => findings.every((finding) => finding.stage !== stage));
  return [
    ...passed.map(({ stage, path }): Entry<'passed'> => ({
      service,
      stage,
      name: posix.join(root, path),
      root,
      outcome: { kind: 'passed' },
    })),
    ...findings
      .filter(({ stage }) => stage === '' || stages.length === 0 || stages.includes(stage))
      .map(({ stage, problem }): Entry<'passed'> => ({
        service,
        stage,
        name: posix.join(root, pathOf(stage)),
        root,
        outcome: { kind: 'failed', problem },
      })),
  ];
}
