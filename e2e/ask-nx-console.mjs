import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { nxConsole } from '../tools/interop/programs/nx-console.mjs';

/**
 * Asks Nx Console about a workspace: calls tools of its MCP server, one after the other.
 *
 * @param {string} path of the workspace
 * @param {readonly (readonly [tool: string, args: object])[]} calls
 * @param {Record<string, string | undefined>} env
 * @returns {Promise<readonly string[]>} the text of each answer
 */
export async function askNxConsole(path, calls, env) {
  if (!(await nxConsole.find())) await nxConsole.install();
  const program = join(await nxConsole.find(), 'nx-mcp/main.js');
  const child = spawn(process.execPath, [program, path, '--disableTelemetry', '--no-minimal'], {
    cwd: path,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    timeout: 60_000,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = async (id, method, params) => {
    send({ id, method, params });
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`Nx Console's server ended before it answered ${method}`);
      const answer = JSON.parse(value);
      if (answer.id === id) return answer.result;
    }
  };
  try {
    const clientInfo = { name: 'e2e', version: '0.0.0' };
    await request(0, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo });
    send({ method: 'notifications/initialized' });
    const answers = [];
    for (const [index, [name, args]] of calls.entries()) {
      const { content } = await request(index + 1, 'tools/call', { name, arguments: args });
      answers.push(content.map(({ text }) => text).join('\n'));
    }
    return answers;
  } finally {
    const ended = once(child, 'exit');
    if (child.kill()) await ended;
  }
}
