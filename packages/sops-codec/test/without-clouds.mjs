/** For `node --import`: the clouds' SDKs are not installed. */
import { register } from 'node:module';

const hooks = `export async function resolve(specifier, context, next) {
  if (/^(?:@azure|@google-cloud|google-auth-library)\\b/.test(specifier))
    throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' });
  return next(specifier, context);
}`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
