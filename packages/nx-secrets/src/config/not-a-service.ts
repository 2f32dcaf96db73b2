import type { Problem } from '../problem';
import { generate, type Address } from './commands';

/** The problem of a folder without a `.sops.yaml`, where a service is meant. */
export const notAService = (address: Address): Problem => ({
  code: 'notAService',
  what: `${address.root} is not a service: it has no .sops.yaml`,
  where: address.root,
  fix: `To make it one:\n${generate(address, 'init')}`,
});
