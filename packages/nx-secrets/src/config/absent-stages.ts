import { throwProblem, type Problem } from '../problem';
import { generate } from './commands';
import type { Options } from './options';
import type { Service } from './services';

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
 * @throws ProblemError where no service of the workspace has a stage that was asked for by name
 */
export function absentStages(
  services: readonly Service[],
  everyService: readonly Service[],
  asked: readonly string[],
  options: Pick<Options, 'stages' | 'projects'>,
  has: (service: Service, stage: string) => boolean = hasFile,
  what = 'secret file',
): readonly string[] {
  const nowhere = asked.find((stage) => !everyService.some((service) => has(service, stage)));
  if (nowhere !== undefined) throwProblem(nobodyHas(nowhere, what, services[0], options));
  return (asked.length > 0 ? asked : [...options.stages.keys()]).flatMap((stage) => {
    const without = services.filter((service) => !has(service, stage));
    return without[0] ? [note(stage, what, without, init(stage, without[0], options))] : [];
  });
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
