import { parseArn, regionalArn } from '../arn';
import { AwsError, validationError } from '../protocol/aws-error';
import type { RegionStore } from '../store/account-store';

const maximumLevels = 15;
/** Of the name with the ARN before it. */
const maximumLength = 1011;
const reserved = /^\/?(?:aws|ssm)/i;

/**
 * The name if a new parameter may have it.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 * @throws AwsError ValidationException, AccessDeniedException, HierarchyLevelLimitExceededException
 */
export function parameterName(store: RegionStore, name: string): string {
  if (name.includes('/') && !name.startsWith('/')) {
    throw validationError('Parameter name must be a fully qualified name.');
  }
  if (/^\/aws/i.test(name) && name.lastIndexOf('/') > 0) {
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  }
  if (reserved.test(name)) {
    throw validationError(`Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`);
  }
  if (!/^\/?[A-Za-z0-9_.-]+(?:\/[A-Za-z0-9_.-]+)*$/.test(name)) {
    throw validationError(
      `Parameter name: can't be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of ` +
        'sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the ' +
        'following 3 symbols .-_',
    );
  }
  if (name.split('/').filter((level) => level !== '').length > maximumLevels) {
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `Hierarchy depth for parameter ${name} exceeds the limit of ${maximumLevels} levels.`,
    );
  }
  if (parameterArn(store, name).length > maximumLength) {
    throw validationError(
      `Parameter name: with its ARN it can't be longer than ${maximumLength} characters.`,
    );
  }
  return name;
}

/** The ARN of a parameter: the slash that its name may begin with is the one after `parameter`. */
export function parameterArn(store: RegionStore, name: string): string {
  return regionalArn('ssm', store, `parameter${name.startsWith('/') ? name : `/${name}`}`);
}

/**
 * A path without the slash at its end.
 * @throws AwsError ValidationException for one that no parameter can be under
 */
export function parameterPath(path: string): string {
  if (path === '/') return '';
  if (/^(?:\/[A-Za-z0-9_.-]+)+\/?$/.test(path)) return path.replace(/\/$/, '');
  throw validationError(
    `The parameter doesn't meet the parameter name requirements. The parameter name must begin with a forward slash ` +
      `"/". It can't be prefixed with \\"aws\\" or \\"ssm\\" (case-insensitive). It must use only letters, numbers, or ` +
      'the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All ' +
      'sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.',
  );
}

/** What a request names: a parameter by its name or ARN, and perhaps one of its versions. */
export interface ParameterReference {
  /** Names that it may have: an ARN does not tell whether the name begins with a slash. */
  readonly names: readonly string[];
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** The part after the colon, a version or a label. */
  readonly selector: string | undefined;
}

/** Reads a name, `name:version`, `name:label`, or an ARN in the place of the name. */
export function parseReference(reference: string): ParameterReference {
  const arn = reference.startsWith('arn:') ? parseArn(reference) : undefined;
  const isParameter = arn?.service === 'ssm' && arn.resource.startsWith('parameter/');
  const [written = '', selector] = (isParameter ? arn.resource.slice('parameter'.length) : reference).split(
    ':',
  );
  return {
    names: isParameter ? [written, written.slice(1)] : [written],
    account: isParameter ? arn.account : undefined,
    region: isParameter ? arn.region : undefined,
    selector,
  };
}
