/** Plain files with what the formats can hold: nesting, numbers at the edges, Unicode, comments, empty things. */
export const texts = {
  yaml: `# database of the service
DATABASE_URL: postgres://app:p%40ss@db/users
port: 5432
big: 9223372036854775807
negative: -1
ratio: 0.1
enabled: true
nothing: null
empty: ""
unicode: "naïve ☃ 𝄞"
since: 2026-11-24T10:00:00Z
region_unencrypted: eu-west-1
multiline: |
  first line
    second, indented
nested:
  # inside
  list:
    - one
    - 2
    - deep: value
  password: hunter2 # behind a value
`,
  json: `{
	"DATABASE_URL": "postgres://app:p%40ss@db/users",
	"port": 5432,
	"ratio": 0.25,
	"enabled": false,
	"empty": "",
	"unicode": "naïve ☃ 𝄞 \\u2028 <&>",
	"region_unencrypted": "eu-west-1",
	"nested": {
		"list": [
			"one",
			2,
			{
				"deep": "value"
			}
		],
		"password": "hunter2"
	}
}
`,
};

/** Rules that say which values are encrypted, as the codec and as sops spell them. */
export const rules = [
  { name: 'the default rule', rule: undefined, config: {} },
  {
    name: 'encrypted_regex',
    rule: { kind: 'encrypted_regex', pattern: '^(password|DATABASE_URL)$' },
    config: { encrypted_regex: '^(password|DATABASE_URL)$' },
  },
];
