/** examples/payment-service, run for real: Powertools for Python reads the secret of its service, once in five minutes. */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { startLocalAws } from 'local-aws-secrets';
import { awsEnvironment } from '../../aws/environment.mjs';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram } from '../../programs/run-program.mjs';
import { awsClients } from '../aws-clients.mjs';
import { pythonProgram } from '../programs/python.mjs';

const service = join(repository, 'examples/services/payment-service');
const callTwice = [
  'import json, handler',
  'events = [{"body": "first"}, {"body": "second"}]',
  'print(json.dumps([handler.handler(event, None)["signature"] for event in events]))',
].join('\n');

describe('examples/payment-service with Powertools for Python', () => {
  let server, folder;

  before(async () => {
    [server, folder] = await Promise.all([startLocalAws(), privateFolder('interop-powertools')]);
  });
  after(async () => {
    await server?.stop();
    await folder?.remove();
  });

  test('two invocations sign with the key of the stage and read it once', async () => {
    const key = randomBytes(24).toString('base64');
    const { secretsManager } = awsClients(server.endpoint);
    await secretsManager.createSecret({
      Name: '/services/payment-service/staging',
      SecretString: JSON.stringify({ SIGNING_KEY: key }),
    });
    server.resetCalls();

    const env = {
      ...awsEnvironment(server.endpoint, folder.path),
      STAGE: 'staging',
      PYTHONPATH: service,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const { stdout } = await needProgram(pythonProgram('python'), ['-c', callTwice], { env });

    const sign = (body) => createHmac('sha256', key).update(body).digest('hex');
    assert.deepEqual(JSON.parse(stdout), [sign('first'), sign('second')]);
    assert.deepEqual(server.calls(), { 'secretsmanager:GetSecretValue': 1 });
  });
});
