import { requestedConfiguration } from './requested-configuration';

test.each<[string, string | undefined]>([
  ['run-many -t sync-secrets', undefined],
  ['run-many -t sync-secrets -c prod', 'prod'],
  ['affected -t sync-secrets -c=prod', 'prod'],
  ['affected -t sync-secrets --configuration prod', 'prod'],
  ['affected -t sync-secrets --configuration=prod --base=a:b:c', 'prod'],
  ['run user-service:sync-secrets:prod', 'prod'],
  ['run @acme/user:sync-secrets:prod --dry-run', 'prod'],
  ['user-service:sync-secrets:prod', 'prod'],
  ['run user-service:sync-secrets', undefined],
  ['sync-secrets user-service -c', undefined],
])('nx %s', (line, asked) => {
  expect(requestedConfiguration(['node', '/x/nx', ...line.split(' ')])).toBe(asked);
});
