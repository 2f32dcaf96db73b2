import { operationCalls } from '../operation-calls.test-kit';
import { type Change, createAccountStore, type AccountStore } from '../store/account-store';
import { applyCall, journalHead, journalLine, parseJournal } from './journal';
import { takeSnapshot } from './snapshot';

/** A journal of some calls, the state after each, and the state that it continues. */
function journaled() {
  const changes: Change[] = [];
  const { call, accounts } = operationCalls((change) => changes.push(change));
  const states = [stateOf(accounts)];
  const lines: string[] = [];
  const record = (action: string, input?: object): Record<string, unknown> => {
    const output = call(action, input);
    lines.push(journalLine(changes.splice(0)));
    states.push(stateOf(accounts));
    return output;
  };
  const { KeyId } = record('kms:CreateKey')['KeyMetadata'] as { KeyId: string };
  record('kms:CreateAlias', { AliasName: 'alias/a', TargetKeyId: KeyId });
  record('secretsmanager:CreateSecret', { Name: 'a', SecretString: 'one', KmsKeyId: KeyId });
  record('secretsmanager:CreateSecret', { Name: 'b', SecretString: 'ünïcode\n\u2028' });
  record('secretsmanager:PutSecretValue', { SecretId: 'a', SecretString: 'two' });
  record('secretsmanager:UpdateSecret', { SecretId: 'a', KmsKeyId: '' });
  record('sts:AssumeRole', { RoleArn: 'arn:aws:iam::444455556666:role/r', RoleSessionName: 'session' });
  record('kms:DeleteAlias', { AliasName: 'alias/a' });
  record('secretsmanager:ReplicateSecretToRegions', {
    SecretId: 'a',
    AddReplicaRegions: [{ Region: 'us-east-1' }],
  });
  record('secretsmanager:DeleteSecret', { SecretId: 'b', ForceDeleteWithoutRecovery: true });
  return { lines, states };
}

const stateOf = (accounts: AccountStore): unknown => JSON.parse(takeSnapshot(accounts, ''));

function replayed(content: string): unknown {
  const accounts: AccountStore = createAccountStore();
  for (const call of parseJournal(content)?.calls ?? []) applyCall(call, accounts);
  return stateOf(accounts);
}

describe('the journal', () => {
  const { lines, states } = journaled();
  const head = journalHead('snapshot-1');

  it('brings back the state after each call', () => {
    for (const [count, state] of states.entries()) {
      expect(replayed(head + lines.slice(0, count).join(''))).toEqual(state);
    }
  });

  it('names the snapshot that it continues', () => {
    expect(parseJournal(head)).toEqual({ snapshotId: 'snapshot-1', calls: [], torn: false });
  });

  it('leaves out the values that it has already', () => {
    const put = lines[4]!;
    expect(put.match(/"encrypted"/g)).toHaveLength(1);
    expect(put.match(/"stages"/g)).toHaveLength(2);
  });

  it('drops a last call that was cut off, wherever that is', () => {
    for (const [index, line] of lines.entries()) {
      const before = head + lines.slice(0, index).join('');
      for (let length = 1; length < line.length; length += 7) {
        const content = before + line.slice(0, length);
        expect(parseJournal(content)?.torn).toBe(true);
        expect(replayed(content)).toEqual(states[index]);
      }
    }
  });

  it('drops a last call whose bytes never reached the disk', () => {
    const zeros = lines[1]!.replace(/[^\n]/g, '\0');
    expect(replayed(head + lines[0]! + zeros)).toEqual(states[1]);
  });

  it.each(['', '1', head.slice(0, -1)])('is none where its head was cut off: %j', (content) => {
    expect(parseJournal(content)).toBeUndefined();
  });

  it('that is damaged before its end is refused', () => {
    const damaged = lines[1]!.replace('alias/a', 'alias/b');
    for (const rest of [lines[2]!, 'cut']) {
      expect(() => parseJournal(head + lines[0]! + damaged + rest)).toThrow('line 3 of it is damaged');
    }
  });

  it('whose head is damaged is refused where calls follow', () => {
    const damaged = head.replace('snapshot-1', 'snapshot-2');
    for (const rest of [lines[0]!, 'cut']) {
      expect(() => parseJournal(damaged + rest)).toThrow('line 1 of it is damaged');
    }
  });

  it.each([
    ['no list', {}],
    ['an unknown table', [{ table: 'users', id: 'a', record: {} }]],
    ['half a record', [{ table: 'keys', account: '1', region: 'r', id: 'a', record: { id: 'a' } }]],
  ])('refuses %s', (_what, call) => {
    expect(() => applyCall(call, createAccountStore())).toThrow();
  });
});
