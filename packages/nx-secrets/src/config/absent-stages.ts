import { throwProblem, type Problem } from '../problem';
import { generate } from './commands';
import type { Options } from './options';
import { hasRule } from './claimed-names';
import type { Service } from './services';
import type { TargetSelection } from './target-selection';

/** Services that a note names before it only counts the others. */
const namesShown = 5;

/**
 * Notes on the stages that a run is about and for which a service has nothing: nothing is done for these, which must not
 * pass for done.
 *
 * @param services those that the run is for
 * @param everyService all of the workspace
 * @param asked stages asked for by name; none means all
 * @param has whether a service has the stage; a secret file where it is not given
 * @param what the service would need: `secret file`
 * @param toCome stages that services are going to have
 * @throws ProblemError where no service of the workspace has a stage that was asked for by name
 */
export function absentStages(
  services: readonly Service[],
  everyService: readonly Service[],
  asked: readonly string[],
  options: Pick<Options, 'stages' | 'projects'>,
  has: (service: Service, stage: string) => boolean = hasFile,
  what = 'secret file',
  toCome: ReadonlySet<string> = new Set(),
): readonly string[] {
  const nowhere = asked.find(
    (stage) => !toCome.has(stage) && !everyService.some((service) => has(service, stage)),
  );
  if (nowhere !== undefined) throwProblem(nobodyHas(nowhere, what, services[0], options));
  return (asked.length > 0 ? asked : [...options.stages.keys()]).flatMap((stage) => {
    const without = services.filter((service) => !has(service, stage));
    return without[0] ? [note(stage, what, without, init(stage, without[0], options))] : [];
  });
}

/** `absentStages` for what is done with secret files: those whose key the pipeline has yet to make are still to come. */
export const absentFiles = async (selection: TargetSelection): Promise<readonly string[]> =>
  absentStages(
    selection.services,
    selection.everyService,
    selection.stages,
    selection.options,
    hasFile,
    'secret file',
    await stagesToCome(selection),
  );

/**
 * Stages of nx.json that were asked for and that no service has a file of, while a rule in a `.sops.yaml` names the stage's
 * key: `init` leaves a service like that where the pipeline makes the keys, and the same run of the pipeline goes on to sync.
 */
async function stagesToCome({
  workspaceRoot,
  everyService,
  stages,
  options,
}: TargetSelection): Promise<ReadonlySet<string>> {
  const fileless = stages.filter(
    (stage) => options.stages.has(stage) && !everyService.some((service) => hasFile(service, stage)),
  );
  const found = await Promise.all(
    fileless.map(async (stage) => {
      const ruled = everyService.map((service) => hasRule(workspaceRoot, service, stage, options));
      return (await Promise.all(ruled)).includes(true);
    }),
  );
  return new Set(fileless.filter((_, index) => found[index]));
}

const hasFile = ({ files }: Service, stage: string): boolean => files.some((file) => file.stage === stage);

function note(stage: string, what: string, without: readonly Service[], command: string): string {
  const names = without.slice(0, namesShown).map(({ name }) => name);
  const more = without.length - names.length;
  const services = [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `no ${what} for stage ${stage}: ${services}; if it should have one: ${command}`;
}

const nobodyHas = (
  stage: string,
  what: string,
  service: Service | undefined,
  options: Pick<Options, 'projects'>,
): Problem => ({
  code: 'stageNotSetUp',
  what: `no service has a ${what} for stage "${stage}", so nothing was done`,
  where: '--stage',
  fix: service
    ? `Leave the stage out, or create it:\n${init(stage, service, options)}`
    : 'Leave the stage out.',
});

const init = (stage: string, { root }: Service, { projects }: Pick<Options, 'projects'>): string =>
  generate({ root, project: projects.get(root) }, 'init', `--stages=${stage}`);
