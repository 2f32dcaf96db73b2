import { escapeControlCharacters, ProblemError, renderProblem, toProblem } from './problem';

test('a problem becomes text with what, where, fix and code', () => {
  const code = 'damagedFile';
  expect(
    renderProblem({ code, what: 'it broke', where: 'a/b.yaml', fix: 'restore it\nthen run again' }),
  ).toBe('what:  it broke\nwhere: a/b.yaml\nfix:   restore it\n       then run again\ncode:  damagedFile');
  expect(renderProblem({ code, what: 'it broke', fix: 'restore it' })).toBe(
    'what:  it broke\nfix:   restore it\ncode:  damagedFile',
  );
});

test.each([
  ['a terminal escape code', '\u001b[2Jgone', '\\u{1b}[2Jgone'],
  ['a carriage return', 'ok\rfailed', 'ok\\u{d}failed'],
  ['a bidirectional override', 'a\u202eb', 'a\\u{202e}b'],
  ['C1 controls', '\u009b31m', '\\u{9b}31m'],
  ['a line separator', 'a\u2028b', 'a\\u{2028}b'],
  ['a line break, kept', 'a\nb', 'a\nb'],
  ['a command to GitHub', 'a\n  ::set-output name=a::b', 'a\n  \\u{3a}:set-output name=a::b'],
  ['a command to GitHub, old form', 'a ##[add-mask]b', 'a \\u{23}#[add-mask]b'],
  ['a command to Azure Pipelines', '##vso[task.setvariable]', '\\u{23}#vso[task.setvariable]'],
  ['colons and hashes elsewhere, kept', 'a::b ## c', 'a::b ## c'],
  ['text of any script, kept', 'Größe 東京 🔑', 'Größe 東京 🔑'],
])('printable shows %s', (_, text, shown) => {
  expect(escapeControlCharacters(text)).toBe(shown);
});

test('an unexpected error gives its name only: its message may quote a value', () => {
  const problem = toProblem(new TypeError('cannot read "hunter2"'));
  expect(problem).toMatchObject({ code: 'unexpectedError', what: 'unexpected error (TypeError)' });
  expect(JSON.stringify(problem)).not.toContain('hunter2');
});

test('a system error names the path', () => {
  const error = Object.assign(new Error('EACCES: …'), {
    code: 'EACCES',
    syscall: 'open',
    path: 'secrets/dev.enc.yaml',
  });
  expect(toProblem(error)).toMatchObject({
    code: 'fileAccess',
    what: 'open failed with EACCES',
    where: 'secrets/dev.enc.yaml',
  });
});

test('a full disk, where the error of the write names no path', () => {
  const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  expect(toProblem(error)).toMatchObject({
    code: 'diskFull',
    what: 'write failed with ENOSPC',
    fix: expect.stringContaining('Free disk space'),
  });
});

test('what is thrown as a problem is the same problem again, without a stack', () => {
  const problem = { code: 'noFile', what: 'a', where: 'b', fix: 'c' } as const;
  const error = new ProblemError(problem);
  expect(toProblem(error)).toBe(problem);
  expect(error.stack).toBe(error.message);
});
