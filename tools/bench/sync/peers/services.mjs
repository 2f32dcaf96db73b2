import { readdirSync } from 'node:fs';

/** The services of the workspace, with the names that a script would make up for each. */
export const services = () =>
  readdirSync('services').map((service) => ({
    file: `services/${service}/secrets/dev.enc.yaml`,
    secretName: `/services/${service}/dev`,
  }));

/**
 * Runs a step for each service, at most so many at once.
 *
 * @param {number} atOnce
 */
export async function forEachService(atOnce, step) {
  const queue = services().values();
  const worker = async () => {
    for (const service of queue) await step(service);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
