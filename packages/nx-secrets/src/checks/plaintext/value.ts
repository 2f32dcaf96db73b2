/** How sure a value has to be one: in examples and tests, values that only illustrate are no finding. */
export type Strictness = 'strict' | 'lenient';

/**
 * Whether a text that a file gives to a key is a value: neither encrypted, nor a reference, nor a word in its place.
 *
 * @param isKeyName whether a text is the name of a secret: `{ url: 'DATABASE_URL' }` names a variable
 */
export function isValue(
  text: string,
  strictness: Strictness,
  isKeyName: (text: string) => boolean = () => false,
): boolean {
  const value = text.trim();
  if (value.length > longestValue) return !isEncryptedValue(value);
  if (isPlaceholder(value) || isEncryptedValue(value) || isReference(value) || isKeyName(value)) return false;
  const defaults = [...value.matchAll(/\$\{[^}:?]*:?[-=]([^}]*)\}/g)].map(([, text]) => text ?? '');
  if (defaults.some((text) => isValue(text, strictness, isKeyName))) return true;
  if (isInterpolated(value)) return hasPassword(value);
  return strictness === 'strict' || !isIllustration(value);
}

/** Longer texts are not searched for words: no placeholder is so long. */
const longestValue = 4_096;

/** Whether a value is one that SOPS or another program encrypted. */
export const isEncryptedValue = (value: string): boolean =>
  /^(?:ENC\[|ENC\(|encrypted:|\{cipher\}|\$ANSIBLE_VAULT;|-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----)/.test(
    value.trimStart().slice(0, 60),
  );

/** Nothing, a mask, or a word that stands for a value. */
const isPlaceholder = (value: string): boolean =>
  /^(?:|<[^<>]*>|\[[\w .-]*\]|__\w+__|%\w*%|@[\w.-]+@|[*x.\u2022_?-]+|change[-_ ]?(?:me|it|this)\b.*|(?:todo|tbd|fixme|replace|insert|your|dummy|placeholder)(?:[-_ :].*)?|(?:fill|set)[-_ ]?(?:me|in|this)|null|nil|none|undefined|empty|n\/a|redacted|true|false|yes|no|on|off|string|str|number|integer|boolean|required|optional|securestring)$/i.test(
    value,
  );

/** A name of something that holds the value elsewhere: a parameter, a secret, a mounted file. */
const isReference = (value: string): boolean =>
  /^(?:arn:aws[\w-]*:(?:secretsmanager|ssm|kms):|\{\{resolve:|(?:op|vault|ssm|secretsmanager|awssm|gcpsm|keyvault|ref\+\w+|secretref|env|file):|(?:\/var)?\/run\/secrets\/|\$[A-Za-z_]\w*$|(?:process\.env|os\.environ|import\.meta\.env|secrets|var|local|data|module)\.)/.test(
    value,
  );

/** Holds a part that something else puts in: `${NAME}`, `{{ name }}`, `#{name}`, `$(command)`. */
const isInterpolated = (value: string): boolean => /\$\{|\{\{|#\{|\$\(|%\{|<%/.test(value);

/** Whether an interpolated URL has its password in it anyway. */
const hasPassword = (value: string): boolean => /:\/\/[^\s:/@]*:(?![$#%{<])[^\s:/@{}$]{1,200}@/.test(value);

/** A value that shows how one looks: of this machine, of a reserved domain, too short, or one that says so. */
const isIllustration = (value: string): boolean =>
  value.length < 8 ||
  /localhost|\b127\.0\.0\.1\b|::1\]|host\.docker\.internal|\bexample\b|\.{3}|\u2026|<[^<>]*>|\b(?:dummy|fake|mock(?:ed)?|foo|bar|baz|placeholder|sample|your|change[-_]?me|(?:some|any|not)[-_]?\w+)\b|(?<![.\w])test(?:ing)?(?![\w.]*@|\w)|:\/\/(?:user(?:name)?|root|postgres|admin|u):(?:pass(?:word|wd)?|secret|postgres|root|admin|test|p)@/i.test(
    value,
  );
