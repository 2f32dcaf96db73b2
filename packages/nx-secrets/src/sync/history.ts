import { changesOf, followedChanges, type Change } from '../git/changes';
import { isShallow } from '../git/git';
import { openObjects, type Objects } from '../git/objects';
import { concluded, lookBack, type Ancestry, type Deployed, type Finding, type Tokens } from './ancestry';
import type { Desired } from './states';
import { tokensOf } from './token';

/** What is asked of history: a desired secret, with the version ids that are deployed. */
export interface Question {
  readonly desired: Desired;
  /** Version id that carries AWSCURRENT. */
  readonly current: string;
  /** Version id that carries AWSPREVIOUS. */
  readonly previous: string | undefined;
}

/** Answers questions about the history of a workspace. */
export type History = (questions: readonly Question[]) => Promise<ReadonlyMap<Desired, Ancestry>>;

/**
 * The history of HEAD: whether the deployed version is the token of any content that the file has had, in either output
 * form. One walk over history and one program for the contents, for all questions; it ends when all are answered.
 */
export const gitHistory =
  (workspaceRoot: string): History =>
  async (questions) => {
    if (questions.length === 0) return new Map();
    const shallow = await isShallow(workspaceRoot).catch(() => undefined);
    if (shallow === undefined) return new Map(questions.map(({ desired }) => [desired, 'unavailable']));
    const objects = openObjects(workspaceRoot);
    try {
      const tokens = tokensOfObjects(objects);
      const paths = questions.map(({ desired }) => desired.path);
      const findings = await search(questions, changesOf(workspaceRoot, paths), tokens);
      const answers = new Map<Desired, Ancestry>();
      for (const question of questions) {
        const { desired } = question;
        const found = findings.get(desired) ?? 'nothing';
        // What the walk over all paths did not answer may stand behind a rename.
        const finding =
          found === 'earlier'
            ? found
            : (await search([question], followedChanges(workspaceRoot, desired.path), tokens)).get(desired);
        answers.set(desired, concluded(finding ?? found, shallow));
      }
      return answers;
    } finally {
      await objects.close();
    }
  };

type TokensOfObject = (id: string | undefined) => Promise<Tokens>;

/** The tokens of Git's objects, each read once: what one change leads from, the next one leads to. */
function tokensOfObjects(objects: Objects): TokensOfObject {
  const known = new Map<string, Tokens>();
  return async (id) => {
    if (id === undefined) return [];
    const bytes = known.has(id) ? undefined : await objects.read(id);
    const tokens = known.get(id) ?? (bytes ? tokensOf(bytes) : []);
    known.set(id, tokens);
    return tokens;
  };
}

/** Reads changes, newest first, until every question has its answer. */
async function search(
  questions: readonly Question[],
  changes: AsyncIterable<Change>,
  tokens: TokensOfObject,
): Promise<ReadonlyMap<Desired, Finding>> {
  const findings = new Map<Desired, Finding>();
  const open = new Map(questions.map((question) => [question.desired.path, question]));
  for await (const { path, after, before } of changes) {
    const question = open.get(path);
    if (!question) continue;
    const { desired } = question;
    const step = { after: await tokens(after), before: await tokens(before) };
    const finding = lookBack(findings.get(desired) ?? 'nothing', step, deployedBy(question));
    findings.set(desired, finding);
    if (finding !== 'earlier') continue;
    open.delete(path);
    if (open.size === 0) break;
  }
  return findings;
}

const deployedBy = ({ desired, current, previous }: Question): Deployed => ({
  token: desired.token,
  current,
  previous,
});
