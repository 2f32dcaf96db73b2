/** boto3, unchanged, against local-aws and moto: blobs, Unicode, errors, paging, deletion. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { awsEnvironment } from '../../aws/environment.mjs';
import { repository } from '../../packages.mjs';
import { privateFolder } from '../../private-folder.mjs';
import { needProgram } from '../../programs/run-program.mjs';
import { backends } from '../backends.mjs';
import { pythonProgram } from '../programs/python.mjs';

const tour = join(repository, 'tools/interop/python/boto3_tour.py');

for (const backend of backends) {
  describe(`boto3 against ${backend.name}`, () => {
    let server, folder, seen;

    before(async () => {
      [server, folder] = await Promise.all([backend.start(), privateFolder('interop-boto3')]);
      const env = awsEnvironment(server.endpoint, folder.path);
      const { stdout } = await needProgram(pythonProgram('python'), [tour], { env, timeout: 60_000 });
      seen = JSON.parse(stdout);
    });
    after(async () => {
      await server?.stop();
      await folder?.remove();
    });

    test('a data key is opened under its context, whatever the order of its pairs', () => {
      const { tooLong, ...rest } = seen.dataKey;
      assert.deepEqual(rest, { same: true, length: 32, rotation: true });
      assert.match(tooLong, /^Validation(Exception|Error)$/);
    });

    test('a secret keeps any Unicode, comes back after a deletion, and is not made twice', () => {
      assert.deepEqual(seen.secret, {
        same: true,
        whileDeleted: 'InvalidRequestException',
        description: 'keys of the payment service',
        twice: 'ResourceExistsException',
      });
    });

    test('pages of a list hold every secret once, binary values come as they are', () => {
      assert.deepEqual(seen.list, { count: 12, binary: 7 });
    });
  });
}
