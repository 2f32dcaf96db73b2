import { type Call, operation, type Operations } from '../operation/operation';
import { AwsError, validationError } from '../protocol/aws-error';
import { flag, oneOf, optional, structure, text } from '../protocol/readers';
import { unsupported } from '../protocol/unsupported';
import type { Parameter, ParameterVersion, Tag } from '../store/model';
import { encryptValue, managedAlias } from './encrypted-value';
import { latestVersion } from './find';
import * as member from './members';
import { parameterArn, parameterName } from './names';
import { authorizePut } from './permission';
import { maximumBytes, newTier } from './tier';

const maximumVersions = 100;
const maximumTags = 50;

export const putOperations: Operations = {
  PutParameter: operation(
    structure({
      Name: member.name,
      Description: optional(text({ max: 1024 })),
      Value: text({ min: 1, sensitive: true }),
      Type: optional(oneOf(...member.parameterTypes)),
      KeyId: optional(text({ min: 1, max: 256 })),
      Overwrite: optional(flag),
      AllowedPattern: unsupported('it has no patterns of Java'),
      Tags: optional(member.tags),
      Tier: optional(oneOf(...member.parameterTiers)),
      Policies: unsupported('no parameter expires here'),
      DataType: optional(text({ max: 128 })),
    }),
    (input, call) => {
      const name = parameterName(call.store, input.Name);
      const tags = requestTags(input.Tags ?? []);
      const overwrite = input.Overwrite ?? false;
      authorizePut(call, { name, overwrite, tags });
      if (overwrite && input.Tags !== undefined) {
        throw validationError(
          `Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove ` +
            'overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or ' +
            'RemoveTagsFromResource.',
        );
      }
      const known = call.store.parameters.get(name);
      if (known !== undefined && !overwrite) throw alreadyExists();
      const type = input.Type ?? (known && latestVersion(known).type);
      if (type === undefined) {
        throw validationError('A parameter type is required when you create a parameter.');
      }
      assertDataType(input.DataType);
      assertNotNested(input.Value);
      if (input.KeyId !== undefined && type !== 'SecureString') {
        throw validationError('KeyId is required for SecureString type parameter only.');
      }
      const size = Buffer.byteLength(input.Value);
      const tier = newTier(known?.tier, input.Tier, size);
      if (size > maximumBytes[tier]) throw tooLong(tier);
      const arn = parameterArn(call.store, name);
      const parameter: Parameter = {
        name,
        arn,
        tier,
        description: input.Description ?? known?.description,
        tags: known?.tags ?? tags,
        versions: [
          ...(known?.versions ?? []),
          newVersion(call, { arn, tier }, known, { type, keyId: input.KeyId, value: input.Value }),
        ].slice(-maximumVersions),
      };
      call.store.parameters.put(name, parameter);
      return { Version: latestVersion(parameter).number, Tier: tier };
    },
  ),
};

function newVersion(
  call: Call,
  parameter: Pick<Parameter, 'arn' | 'tier'>,
  known: Parameter | undefined,
  written: {
    readonly type: ParameterVersion['type'];
    readonly keyId: string | undefined;
    readonly value: string;
  },
): ParameterVersion {
  const about = {
    number: known === undefined ? 1 : latestVersion(known).number + 1,
    type: written.type,
    modifiedAt: call.now,
    modifiedBy: call.caller.arn,
  };
  if (written.type !== 'SecureString') {
    return { ...about, value: written.value, dataKey: undefined, keyId: undefined };
  }
  const keyId = written.keyId ?? managedAlias;
  return { ...about, keyId, ...encryptValue(call, parameter, keyId, written.value) };
}

function requestTags(given: readonly { readonly Key: string; readonly Value: string }[]): readonly Tag[] {
  const tags = new Map(given.map(({ Key: key, Value: value }) => [key, { key, value }]));
  if ([...tags.keys()].some((key) => /^aws:/i.test(key))) {
    throw validationError('Tag keys cannot begin with the reserved prefix aws:');
  }
  if (tags.size > maximumTags) throw new AwsError('TooManyTagsError');
  return [...tags.values()];
}

function assertDataType(dataType: string | undefined): void {
  if (dataType === undefined || dataType === 'text') return;
  const known = ['aws:ec2:image', 'aws:ssm:integration'].includes(dataType);
  throw validationError(
    known
      ? `local-aws does not support DataType ${dataType}: it has text only.`
      : `The following data type is not supported: ${dataType} (Data type names are all lowercase.)`,
  );
}

function assertNotNested(value: string): void {
  if (/\{\{[^{}]*\}\}/.test(value)) {
    throw validationError(`Parameter value: can't nest another parameter. Do not use "{{}}" in the value.`);
  }
}

function alreadyExists(): AwsError {
  return new AwsError(
    'ParameterAlreadyExists',
    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
  );
}

function tooLong(tier: Parameter['tier']): AwsError {
  const more =
    tier === 'Standard'
      ? ' To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.'
      : '';
  return validationError(
    `${tier} tier parameters support a maximum parameter value of ${maximumBytes[tier]} characters.${more} ` +
      'For more information, see ' +
      'https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
  );
}
