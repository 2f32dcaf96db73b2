import { ProblemError, type Problem } from '../../problem';
import { notAws } from '../answer';
import { awsErrorName, awsProblem } from '../aws-problem';
import type { Clients } from '../clients';
import { loadSsm } from '../ssm-client';

/** A parameter with its value, decrypted. */
export interface SourceParameter {
  readonly name: string;
  readonly type: string;
  readonly text: string;
}

/** Pages that one listing may have: two hundred thousand parameters are twenty times what an account may have. */
const mostPages = 20_000;

/**
 * All parameters under a path, at any depth, with their values.
 *
 * @param path begins with a slash
 * @throws ProblemError where AWS does not give them
 */
export async function readParametersUnder(
  clients: Clients,
  region: string,
  path: string,
): Promise<readonly SourceParameter[]> {
  const where = `ssm:GetParametersByPath, ${path}, ${region}`;
  const { GetParametersByPathCommand } = await loadSsm();
  const found: SourceParameter[] = [];
  let token: string | undefined;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const input = { Path: path, Recursive: true, WithDecryption: true, MaxResults: 10, NextToken: token };
    const answer = await send(clients, new GetParametersByPathCommand(input), 'GetParametersByPath', path);
    const { Parameters: parameters, NextToken: next } = fieldsOf(answer);
    if (!Array.isArray(parameters)) throw new ProblemError(notAws('it lists no parameters', where));
    found.push(...parameters.map((one) => parameterOf(one, where)));
    if (next === undefined || next === null || next === '') return found;
    if (typeof next !== 'string' || next === token)
      throw new ProblemError(notAws('its pages have no end', where));
    token = next;
  }
  throw new ProblemError(notAws('its pages have no end', where));
}

/**
 * One parameter with its value.
 *
 * @throws ProblemError where there is none, or AWS does not give it
 */
export async function readParameter(
  clients: Clients,
  region: string,
  name: string,
): Promise<SourceParameter> {
  const where = `ssm:GetParameter, ${name}, ${region}`;
  const { GetParameterCommand } = await loadSsm();
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  const answer = await send(clients, command, 'GetParameter', name, () => notFound(name, region, where));
  return parameterOf(fieldsOf(answer)['Parameter'], where);
}

async function send(
  clients: Clients,
  command: object,
  operation: string,
  resource: string,
  missing?: () => Problem,
): Promise<unknown> {
  try {
    return await (await clients.ssm()).send(command);
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    if (missing !== undefined && awsErrorName(error) === 'ParameterNotFound')
      throw new ProblemError(missing());
    throw new ProblemError(awsProblem(error, { action: `ssm:${operation}`, resource }));
  }
}

function parameterOf(value: unknown, where: string): SourceParameter {
  const { Name: name, Type: type, Value: text } = fieldsOf(value);
  if (typeof name !== 'string' || typeof type !== 'string' || typeof text !== 'string')
    throw new ProblemError(notAws('a parameter has no name, type or value', where));
  return { name, type, text };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};

const notFound = (name: string, region: string, where: string): Problem => ({
  code: 'sourceNotFound',
  what: `there is no parameter ${name} in ${region}`,
  where,
  fix: `Pass its name as AWS lists it, --path for all parameters under it, or --region for another region:\naws ssm describe-parameters --region ${region} --query "Parameters[].Name"`,
});
