import type { Call } from '../operation/operation';
import { AwsError } from '../protocol/aws-error';
import type { Parameter, ParameterVersion } from '../store/model';
import { parseReference } from './names';

/** A parameter, and the version that a request means. */
export interface FoundParameter {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** As it was written, with its colon. */
  readonly selector: string | undefined;
}

/** The parameter behind a name or an ARN, whatever version is named; parameters of other accounts are not shared. */
export function lookUp(call: Call, reference: string): Parameter | undefined {
  const { names, account = call.store.account, region = call.store.region } = parseReference(reference);
  if (account !== call.store.account || region !== call.store.region) return undefined;
  return names.map((name) => call.store.parameters.get(name)).find((parameter) => parameter !== undefined);
}

/**
 * The parameter and version that a reference names. A label names none: nothing sets labels here.
 * @throws AwsError ParameterNotFound, ParameterVersionNotFound
 */
export function parameterVersion(call: Call, reference: string): FoundParameter {
  const parameter = lookUp(call, reference);
  if (parameter === undefined) throw new AwsError('ParameterNotFound');
  const { selector } = parseReference(reference);
  const version =
    selector === undefined
      ? latestVersion(parameter)
      : parameter.versions.find(({ number }) => String(number) === selector);
  if (version === undefined) {
    throw new AwsError(
      'ParameterVersionNotFound',
      `Systems Manager could not find version ${selector} of ${parameter.name}. Verify the version and try again.`,
    );
  }
  return { parameter, version, selector: selector === undefined ? undefined : `:${selector}` };
}

/** The version that is read where none is named. */
export function latestVersion(parameter: Parameter): ParameterVersion {
  const version = parameter.versions.at(-1);
  if (version === undefined) throw new Error(`${parameter.arn} has no version`);
  return version;
}
