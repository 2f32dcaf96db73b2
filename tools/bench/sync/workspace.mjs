import { createWorkspace } from '../../workspaces/create.mjs';
import { writeFiles } from '../../workspaces/scaffold.mjs';
import { forEach } from './secrets.mjs';

/** A batch target that does nothing: what Nx itself takes for as many projects. */
const nothing = {
  'nothing/package.json': { name: 'nothing', version: '0.0.0', executors: './executors.json' },
  'nothing/executors.json': {
    executors: {
      nothing: {
        implementation: './nothing.js',
        batchImplementation: './nothing.js',
        preferBatch: true,
        schema: './schema.json',
      },
    },
  },
  'nothing/schema.json': { type: 'object', properties: {} },
  'nothing/nothing.js': `exports.default = async function* (taskGraph) {
  for (const task of Object.keys(taskGraph.tasks)) {
    yield { task, result: { success: true, terminalOutput: '', startTime: Date.now(), endTime: Date.now() } };
  }
};
`,
};

const nxJson = {
  analytics: false,
  defaultBase: 'main',
  plugins: [{ plugin: 'nx-secrets', options: { stages: { dev: {} } } }],
};

const sopsConfig = (service, arn) => `creation_rules:
  - path_regex: ^secrets/dev\\.enc\\.
    key_groups:
      - kms:
          - arn: ${arn}
            context:
              service: ${service}
              stage: dev
`;

/**
 * A workspace as a user has it, the packed packages installed, with services that can be added. Each service has two
 * revisions of its secret file in Git, and the second is checked out.
 *
 * @param secrets keys and secrets (secrets.mjs)
 * @param {string} [nx] the version of Nx
 */
export async function createServices(secrets, nx = '23.2.1') {
  const workspace = await createWorkspace({
    nx,
    shortName: true,
    generated: false,
    files: { 'nx.json': nxJson, ...nothing },
  });
  /** Encrypted files by service, one for each revision. */
  const files = new Map();

  const write = (services, revision) =>
    forEach(services, async (service) => {
      const file = await secrets.file(service, revision);
      files.get(service)[revision] = file;
      const project = { name: service, targets: { nothing: { executor: './nothing:nothing' } } };
      await writeFiles(`${workspace.path}/services/${service}`, {
        '.sops.yaml': sopsConfig(service, secrets.keyArn(service)),
        'project.json': project,
        'secrets/dev.enc.yaml': Buffer.from(file).toString('utf8'),
      });
    });

  return {
    path: workspace.path,
    temporary: workspace.temporary,
    remove: workspace.remove,
    services: () => [...files.keys()],
    /** The file of a service at a revision: 0 or 1. */
    fileOf: (revision) => (service) => files.get(service)[revision],
    /** Adds services until there are as many. */
    async grow(count) {
      const added = Array.from(
        { length: count - files.size },
        (_, index) => `service-${String(files.size + index).padStart(4, '0')}`,
      );
      added.forEach((service) => files.set(service, []));
      await forEach(added, secrets.makeKey);
      for (const revision of [0, 1]) {
        await write(added, revision);
        await workspace.commit(`Revision ${revision} of ${added.length} services`);
      }
    },
  };
}
