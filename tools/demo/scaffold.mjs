import { plainWorkspace } from '../workspaces/scaffold.mjs';

/**
 * Reads the secret as the service's Lambda does, and prints what may be seen of it: the value of DATABASE_URL without
 * its password, and a fingerprint by which the demo knows that it is the value it set.
 */
const readSecret = `import { createHash } from 'node:crypto';
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';

const { DATABASE_URL } = await getSecret('/services/user-service/dev', { maxAge: 300, transform: 'json' });
const url = new URL(DATABASE_URL);
console.log(\`DATABASE_URL is \${url.protocol}//\${url.username}:***@\${url.host}\${url.pathname}\`);
console.log(\`SHA-256 \${createHash('sha256').update(DATABASE_URL).digest('hex')}\`);
`;

/** The files of the demo's workspace: two services, one in TypeScript's world and one that is not an Nx project yet. */
export const demoFiles = {
  ...plainWorkspace('23.2.1'),
  'services/user-service/project.json': { name: 'user-service', projectType: 'application' },
  'services/user-service/read-secret.mjs': readSecret,
  'services/payment-service/handler.py': 'def handler(event, context):\n    return {}\n',
};

/** What the service needs to read its secret. */
export const readerPackages = ['@aws-lambda-powertools/parameters@2', '@aws-sdk/client-secrets-manager@3'];
