import { basename } from 'node:path';
import { writeStdout } from './output';

/** `sops-codec completion <shell>`: the script is for the name by which the program was started. */
export async function completionCommand(shell: string): Promise<void> {
  const name = basename(process.argv[1] ?? 'sops-codec').replace(/\.js$/, '');
  await writeStdout(Buffer.from((scripts.get(shell) ?? (() => ''))(name)));
}

/** Each script passes the words so far and the completion flag to the program, and offers the lines that it prints. */
const scripts: ReadonlyMap<string, (name: string) => string> = new Map([
  [
    'bash',
    (name: string) => `# ${name} completion for bash: source <(${name} completion bash)
_${word(name)}_complete() {
  local typed="\${COMP_WORDS[COMP_CWORD]}"
  local -a words=("\${COMP_WORDS[@]:0:COMP_CWORD}")
  [[ "$typed" == -* ]] && words+=("$typed")
  local offered
  offered="$("\${words[@]}" --generate-bash-completion 2>/dev/null)"
  mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$typed")
}
complete -o bashdefault -o default -F _${word(name)}_complete ${name}
`,
  ],
  [
    'zsh',
    (name: string) => `#compdef ${name}
# ${name} completion for zsh: source <(${name} completion zsh)
_${word(name)}_complete() {
  local -a asked offered
  asked=(\${words[1,CURRENT-1]})
  [[ "\${words[CURRENT]}" == -* ]] && asked+=("\${words[CURRENT]}")
  offered=("\${(@f)$(_CLI_ZSH_AUTOCOMPLETE_HACK=1 "\${asked[@]}" --generate-bash-completion 2>/dev/null)}")
  if [[ -n "\${offered[1]}" ]]; then _describe 'values' offered; else _files; fi
}
compdef _${word(name)}_complete ${name}
`,
  ],
  [
    'fish',
    (name: string) => `# ${name} completion for fish: ${name} completion fish | source
function __${word(name)}_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    string match -q -- '-*' $typed; and set -a words $typed
    set -lx _CLI_ZSH_AUTOCOMPLETE_HACK 1
    command $words --generate-bash-completion 2>/dev/null | string replace : \\t
end
complete -c ${name} -a '(__${word(name)}_complete)'
`,
  ],
  [
    'powershell',
    (
      name: string,
    ) => `# ${name} completion for PowerShell: ${name} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName '${name}' -ScriptBlock {
  param($typed, $ast, $position)
  $words = @($ast.CommandElements | ForEach-Object { $_.ToString() } | Select-Object -Skip 1)
  if ($typed -ne '' -and -not $typed.StartsWith('-')) { $words = @($words | Select-Object -SkipLast 1) }
  & '${name}' @words '--generate-bash-completion' 2>$null |
    Where-Object { $_ -like "$typed*" } |
    ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
}
`,
  ],
]);

/** A name as part of the name of a shell function. */
const word = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
