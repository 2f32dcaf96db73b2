import { serializationError } from '../protocol/aws-error';

/** A structure or a list of a form while it is read. */
interface Branch {
  readonly children: Map<string, Branch | string>;
}

/** More than any operation takes. */
const maximumDepth = 6;

/**
 * The input in a form of the AWS Query protocol: `Tags.member.1.Key=a` is the list Tags, whose first member has a Key.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 * @throws AwsError SerializationException for fields that contradict each other
 */
export function formInput(form: URLSearchParams): unknown {
  const root: Branch = { children: new Map() };
  for (const [name, value] of form) {
    const path = name.split('.');
    const last = path.pop() ?? '';
    if (path.length > maximumDepth) throw contradiction(name);
    let branch = root;
    for (const part of path) {
      const next = branch.children.get(part) ?? { children: new Map<string, Branch | string>() };
      if (typeof next === 'string') throw contradiction(name);
      branch.children.set(part, next);
      branch = next;
    }
    if (branch.children.has(last)) throw contradiction(name);
    branch.children.set(last, value);
  }
  return plain(root);
}

function plain(node: Branch | string): unknown {
  if (typeof node === 'string') return node;
  const only = node.children.size === 1 ? node.children.get('member') : undefined;
  if (only !== undefined && typeof only !== 'string') return members(only);
  return Object.fromEntries([...node.children].map(([name, child]) => [name, plain(child)]));
}

/** The members of a list by their numbers, which begin with 1 and leave none out. */
function members({ children }: Branch): readonly unknown[] {
  return Array.from({ length: children.size }, (_, index) => {
    const child = children.get(String(index + 1));
    if (child === undefined) throw serializationError(`A list in the form has no member ${index + 1}`);
    return plain(child);
  });
}

function contradiction(name: string): Error {
  return serializationError(
    `The form has the field ${name.slice(0, 100)} twice, or as a value and as a list`,
  );
}
