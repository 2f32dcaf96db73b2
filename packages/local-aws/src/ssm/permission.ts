import { authorize } from '../operation/authorize';
import type { ContextEntries } from '../iam/request-context';
import type { Call } from '../operation/operation';
import { regionalArn } from '../arn';
import type { Tag } from '../store/model';
import { lookUp } from './find';
import { parameterArn, parseReference } from './names';

/**
 * Throws AwsError AccessDeniedException where the caller may not do the action to a parameter: also to one that does not
 * exist, so that nobody learns from the answer whether it does.
 */
export function authorizeParameter(call: Call, reference: string, context: ContextEntries = []): void {
  const parameter = lookUp(call, reference);
  const [name = ''] = parseReference(reference).names;
  authorize(call, {
    resource: parameter?.arn ?? parameterArn(call.store, name),
    resourceAccount: call.store.account,
    context: [...(parameter?.tags ?? []).flatMap(resourceTag), ...context],
  });
}

/** Throws AwsError AccessDeniedException where the caller may not write a parameter, with its tags. */
export function authorizePut(
  call: Call,
  request: { readonly name: string; readonly overwrite: boolean; readonly tags: readonly Tag[] },
): void {
  const { name, overwrite, tags } = request;
  const requestTags: ContextEntries =
    tags.length === 0
      ? []
      : [
          ['aws:TagKeys', tags.map(({ key }) => key)],
          ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
        ];
  authorizeParameter(call, name, [['ssm:Overwrite', String(overwrite)], ...requestTags]);
  if (tags.length === 0) return;
  authorize(call, {
    action: 'ssm:AddTagsToResource',
    resource: parameterArn(call.store, name),
    resourceAccount: call.store.account,
    context: requestTags,
  });
}

/** Throws AwsError AccessDeniedException where the caller may not read what is under a path. */
export function authorizePath(call: Call, path: string, recursive: boolean): void {
  authorize(call, {
    resource: regionalArn('ssm', call.store, `parameter${path === '' ? '/' : path}`),
    resourceAccount: call.store.account,
    context: [['ssm:Recursive', String(recursive)]],
  });
}

/** Throws AwsError AccessDeniedException where the caller may not list parameters. */
export function authorizeList(call: Call): void {
  authorize(call, {
    resource: regionalArn('ssm', call.store, '*'),
    resourceAccount: call.store.account,
  });
}

function resourceTag({ key, value }: Tag): ContextEntries {
  return [
    [`aws:ResourceTag/${key}`, value],
    [`ssm:resourceTag/${key}`, value],
  ];
}
