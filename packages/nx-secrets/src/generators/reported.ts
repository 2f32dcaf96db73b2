import { readNxJson, type GeneratorCallback, type Tree } from '@nx/devkit';
import { installedName } from '../config/installed-name';
import { nameInCommands } from '../config/short-name';
import { reportData } from '../output/json-report';
import { isDryRun } from '../output/dry-run';
import { writeJson } from '../output/publish';
import { reportAsInstalled } from '../output/report-as-installed';
import { toProblem } from '../problem';
import { isFailed, type Entry } from '../report';

/** Takes what a generator did, for `--json`. */
export interface Recorder {
  readonly entry: (entry: Entry) => void;
  readonly note: (note: string) => void;
}

/** A generator that says what it did, to whoever reads its report as JSON. */
export type ReportedGenerator<Options> = (
  tree: Tree,
  options: Options,
  record: Recorder,
) => Promise<GeneratorCallback>;

/** Nobody reads the report. */
export const unrecorded: Recorder = { entry: () => undefined, note: () => undefined };

/**
 * A generator with `--json`: when it has ended, also where it failed, its report is written to the file that the option
 * names, in the one shape that all reports have. What fails as a whole is an entry without a service.
 */
export const reported =
  <Options extends { readonly json?: string }>(generator: ReportedGenerator<Options>) =>
  async (tree: Tree, options: Options): Promise<GeneratorCallback> => {
    const { json } = options;
    if (json === undefined) return generator(tree, options, unrecorded);
    const begun = performance.now();
    const entries: Entry[] = [];
    const notes: string[] = [];
    const record: Recorder = {
      entry: (entry) => void entries.push(entry),
      note: (note) => void notes.push(note),
    };
    const write = () => writeReport(tree, json, entries, notes, performance.now() - begun);
    const failed = async (error: unknown): Promise<never> => {
      if (!entries.some(({ outcome }) => isFailed(outcome))) entries.push(wholeFailure(error));
      await write();
      throw error;
    };
    const callback = await generator(tree, options, record).catch(failed);
    if (isDryRun()) await write();
    return async () => {
      await Promise.resolve(callback()).catch(failed);
      await write();
    };
  };

/**
 * A generator that writes its own report with `--json`: what stops it before it has one is written as a report, too.
 */
export const reportedWhenStopped =
  <Options extends { readonly json?: string }>(
    generator: (tree: Tree, options: Options) => Promise<GeneratorCallback>,
  ) =>
  async (tree: Tree, options: Options): Promise<GeneratorCallback> => {
    const { json } = options;
    if (json === undefined) return generator(tree, options);
    const begun = performance.now();
    const failed = async (error: unknown): Promise<never> => {
      // The report has been written, with each failure in it.
      if (toProblem(error).code !== 'partlyFailed')
        await writeReport(tree, json, [wholeFailure(error)], [], performance.now() - begun);
      throw error;
    };
    const callback = await generator(tree, options).catch(failed);
    return async () => {
      await Promise.resolve(callback()).catch(failed);
    };
  };

const wholeFailure = (error: unknown): Entry => ({
  service: '',
  stage: '',
  name: '',
  root: '',
  outcome: { kind: 'failed', problem: toProblem(error) },
});

async function writeReport(
  tree: Tree,
  json: string,
  entries: readonly Entry[],
  notes: readonly string[],
  milliseconds: number,
): Promise<void> {
  const name = nameInCommands(tree.root, installedName(tree.root, readNxJson(tree) ?? {}));
  const report = { noun: ['entry', 'entries'], entries, notes, milliseconds } as const;
  await writeJson(tree.root, json, reportData(reportAsInstalled(report, name)));
}
