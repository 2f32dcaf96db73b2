import { posix } from 'node:path';
import { openCaller } from '../../aws/caller';
import { runProvision } from '../../keys/run-provision';
import { uninterrupted } from '../../interruption';
import { inCi } from '../../output/ci';
import { failedPart } from '../../output/failed-part';
import { renderProblem, throwProblem, toProblem, type Problem } from '../../problem';
import { isFailed, type Outcome } from '../../report';
import { generate } from '../../config/commands';
import { namesOf } from '../../config/names';
import type { Options } from '../../config/options';
import { textAsInstalled } from '../../config/plugin-name';
import { keyResource } from '../../config/stage-key';
import { aliasOwners, allNames, type Service } from '../../config/services';
import type { Recorder } from '../reported';
import { moveFile } from './move-file';
import { entryOf } from './rename-entries';
import { say } from './say';

/** A service whose names change, with nx.json as it is then. */
export interface ServiceMove {
  readonly workspaceRoot: string;
  readonly root: string;
  readonly options: Options;
  readonly service: Service;
  readonly others: readonly Service[];
  /** The name that generators have in commands. */
  readonly nameInCommands: string;
  /** Takes what became of each stage. */
  readonly record: Recorder;
}

/**
 * Makes the keys of the new names, as `provision-keys` does, and encrypts the files for them. The old keys and secrets stay
 * as they are.
 *
 * @throws ProblemError with all that failed; running it again goes on
 */
export async function carryOut(move: ServiceMove): Promise<void> {
  const { workspaceRoot, root, options, service, others, nameInCommands } = move;
  const everyService = [...others, service];
  const stages = service.files.map(({ stage }) => stage);
  const ciOnly = (stage: string) => (options.stages.get(stage)?.ciOnly ?? false) && !inCi();
  const made = stages.filter((stage) => !ciOnly(stage));
  const { entries } = await runProvision({
    ...{ workspaceRoot, options, everyService, stages: made, dryRun: false, ci: inCi() },
    services: made.length === 0 ? [] : [service],
    overrides: { adopt: new Set(), enable: false },
    withoutAbsent: true,
    interruption: uninterrupted,
  });
  const caller = openCaller();
  const problems: Problem[] = [];
  const later: string[] = [];
  const owners = aliasOwners(allNames(everyService, options));
  try {
    for (const { stage, path: inService } of service.files) {
      const names = namesOf(service.name, stage, options, root);
      const path = posix.join(root, inService);
      if (!names.former) continue;
      const ended = (outcome: Outcome) => move.record.entry(entryOf(service, stage, options, outcome));
      const key = entries.find((entry) => entry.stage === stage)?.outcome;
      // Who may not make keys may use those that are there.
      if (key && isFailed(key) && key.problem.denied === undefined) {
        problems.push(key.problem);
        ended(key);
        continue;
      }
      const target = { workspaceRoot, root, path, names, former: names.former, owners };
      try {
        const done = await moveFile({ ...target, stage: options.stages.get(stage) ?? {} }, caller);
        ended({ kind: done === 'present' ? 'unchanged' : done, note: `from ${names.former.secretName}` });
        if (done === 'later') later.push(stage);
        say(`${done.padEnd(10)} ${path} (${keyResource(names)})`);
      } catch (error) {
        const problem = toProblem(error);
        problems.push(problem);
        ended({ kind: 'failed', problem });
      }
    }
  } finally {
    caller.close();
  }
  say(textAsInstalled(nextSteps(move, later), nameInCommands));
  if (problems[0] && problems.length === 1) throwProblem(problems[0]);
  if (problems.length > 0) throwProblem(severalFailed(problems, service.files.length));
}

function nextSteps({ options, root }: ServiceMove, later: readonly string[]): string {
  const address = { root, project: options.projects.get(root) };
  return [
    ...(later.length > 0
      ? [
          `Keys of ${later.join(', ')} do not exist yet. Commit, let the pipeline make them (provision-keys), then run this again:`,
          generate(address, 'rename'),
        ]
      : []),
    'Next: commit, then sync, which creates the secrets of the new names. The old ones stay, and readers may read either:',
    generate(address, 'policy', '--for=runtime'),
    'Once nobody reads the old ones:',
    generate(address, 'rename', '--finish'),
  ].join('\n');
}

const severalFailed = (problems: readonly Problem[], all: number): Problem => ({
  code: 'partlyFailed',
  what: failedPart(problems.length, all, ['secret file', 'secret files'], 'moved'),
  fix: `See each:\n${problems.map(renderProblem).join('\n')}`,
});
