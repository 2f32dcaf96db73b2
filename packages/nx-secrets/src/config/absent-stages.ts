import { throwProblem, type Problem } from '../problem';
import { generate, generateHere } from './commands';
import type { Options } from './options';
import { hasRule } from './claimed-names';
import { mayHaveStage } from './service-stages';
import type { Service } from './services';
import type { TargetSelection } from './target-selection';

/** Services that a note names before it only counts the others. */
const namesShown = 5;

/** What a service has of a stage where it has the stage. */
interface Presence {
  readonly has: (service: Service, stage: string) => boolean;
  /** What a service lacks that does not have it, for messages. */
  readonly what: string;
  /** Stages that the same pipeline is going to give to services. */
  readonly toCome?: ReadonlySet<string>;
}

const hasFile = ({ files }: Service, stage: string): boolean => files.some((file) => file.stage === stage);

/** A service has a stage where it has its secret file. */
const byFile: Presence = { has: hasFile, what: 'secret file' };

/**
 * Notes on the stages that a run is for and that a service does not have: nothing is done for these, which must not pass for
 * done.
 *
 * @throws ProblemError where no service of the workspace has a stage that was asked for by name
 */
export function absentStages(
  { services, everyService, stages: asked, options }: Omit<TargetSelection, 'workspaceRoot'>,
  { has, what, toCome = new Set() }: Presence = byFile,
): readonly string[] {
  const may = ({ root }: Service, stage: string) => mayHaveStage(root, stage, options);
  const nowhere = asked.find(
    (stage) => !toCome.has(stage) && !everyService.some((service) => has(service, stage)),
  );
  if (nowhere !== undefined)
    throwProblem(
      nobodyHas(
        nowhere,
        what,
        services.filter((one) => may(one, nowhere)),
        options,
      ),
    );
  return (asked.length > 0 ? asked : [...options.stages.keys()]).flatMap((stage) => {
    const without = services.filter((service) => !has(service, stage));
    const lacking = without.filter((service) => may(service, stage));
    // Services that do not have the stage by nx.json are named only where somebody asked for it.
    const others = asked.length > 0 ? without.filter((service) => !may(service, stage)) : [];
    return [
      ...(lacking[0] ? [note(stage, what, lacking, lacking[0], options)] : []),
      ...(others.length > 0 ? [`nx.json does not give stage ${stage} to ${namesOfServices(others)}`] : []),
    ];
  });
}

/** `absentStages` for what is done with secret files: those whose key the pipeline has yet to make are still to come. */
export const absentFiles = async (selection: TargetSelection): Promise<readonly string[]> =>
  absentStages(selection, { ...byFile, toCome: await stagesToCome(selection) });

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
      const rules = everyService.map((service) => hasRule(workspaceRoot, service, stage, options));
      return (await Promise.all(rules)).includes(true);
    }),
  );
  return new Set(fileless.filter((_, index) => found[index]));
}

function namesOfServices(services: readonly Service[]): string {
  const names = services.slice(0, namesShown).map(({ name }) => name);
  const more = services.length - names.length;
  return [...names, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

type Projects = Pick<Options, 'projects'>;

function note(
  stage: string,
  what: string,
  lacking: readonly Service[],
  first: Service,
  options: Projects,
): string {
  const [create, remove] =
    lacking.length === 1
      ? [`if it should have one: ${init(stage, first, options)}`, removal(stage, first, options)]
      : [`if they should: ${initAll(stage)}`, generateHere('stage', 'remove', stage, '--project=<each>')];
  return `no ${what} for stage ${stage}: ${namesOfServices(lacking)}; ${create}; if not: ${remove}`;
}

function nobodyHas(stage: string, what: string, services: readonly Service[], options: Projects): Problem {
  const create = services[0] && (services.length > 1 ? initAll(stage) : init(stage, services[0], options));
  return {
    code: 'stageNotSetUp',
    what: `no service has a ${what} for stage "${stage}", so nothing was done`,
    where: '--stage',
    fix: create ? `Leave the stage out, or create it:\n${create}` : 'Leave the stage out.',
  };
}

const init = (stage: string, { root }: Service, { projects }: Projects): string =>
  generate({ root, project: projects.get(root) }, 'init', `--stages=${stage}`);

/** For all services that have the stage by nx.json: those that have its file already stay as they are. */
const initAll = (stage: string): string => generateHere('init', '--all', `--stages=${stage}`);

const removal = (stage: string, { root }: Service, { projects }: Projects): string =>
  generate({ root, project: projects.get(root) }, 'stage', 'remove', stage);
