package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"wirelark/builtins"
	"wirelark/builtins/decl"
)

// completions are scripts for shells; %[1]s are the verbs, %[2]s the names
// that doc knows, %[3]s the flags of test.
var completions = map[string]string{
	"bash": `# wirelark completion for bash: source <(wirelark completion bash)
_wirelark_files() {
	compopt -o filenames
	mapfile -t COMPREPLY < <(compgen -f -X '!*.star' -- "$1"; compgen -d -- "$1")
}
_wirelark() {
	local cur="${COMP_WORDS[COMP_CWORD]}"
	case "${COMP_WORDS[COMP_CWORD - 1]}" in
	--color) COMPREPLY=($(compgen -W "auto always never" -- "$cur")); return ;;
	--mode) COMPREPLY=($(compgen -W "auto many-ids one-id" -- "$cur")); return ;;
	--out | --artifacts) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
	--junit | --tap | --allow-skips) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	--seed | --timeout | --limit | --run | --skip | --tags | --shard | --count | --retries | --maxfail | --parallel | --slow) return ;;
	esac
	if [ "$COMP_CWORD" -eq 1 ]; then
		COMPREPLY=($(compgen -W "%[1]s" -- "$cur"))
		return
	fi
	case "${COMP_WORDS[1]}" in
	doc) COMPREPLY=($(compgen -W "%[2]s" -- "$cur")) ;;
	run) if [[ "$cur" == -* ]]; then
			COMPREPLY=($(compgen -W "--seed --timeout --trace --verbose --quiet --color --keep --shell-on-fail --showlocals --out --artifacts --sandbox --mode --limit --kernel --virtual-time" -- "$cur"))
		else
			_wirelark_files "$cur"
		fi ;;
	repl) if [[ "$cur" == -* ]]; then
			COMPREPLY=($(compgen -W "--seed --trace --showlocals --color --out --mode" -- "$cur"))
		else
			_wirelark_files "$cur"
		fi ;;
	test) if [[ "$cur" == -* ]]; then
			COMPREPLY=($(compgen -W "%[3]s" -- "$cur"))
		else
			_wirelark_files "$cur"
		fi ;;
	shell) if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=($(compgen -W "$(wirelark ps --nodes 2>/dev/null)" -- "$cur"))
		elif [ "$COMP_CWORD" -eq 3 ]; then
			COMPREPLY=(--)
		else
			compopt -o default; COMPREPLY=($(compgen -c -- "$cur"))
		fi ;;
	ps) COMPREPLY=($(compgen -W "--json --nodes" -- "$cur")) ;;
	vet) _wirelark_files "$cur" ;;
	report) if [ "$COMP_CWORD" -eq 2 ]; then
			COMPREPLY=(merge)
		else
			compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		fi ;;
	completion) COMPREPLY=($(compgen -W "bash zsh fish" -- "$cur")) ;;
	esac
}
complete -F _wirelark wirelark
`,
	"zsh": `#compdef wirelark
# wirelark completion for zsh: source <(wirelark completion zsh)
_wirelark() {
	if (( CURRENT == 2 )); then
		compadd %[1]s
		return
	fi
	case "${words[2]}" in
	doc) compadd %[2]s ;;
	shell) if (( CURRENT == 3 )); then compadd ${(f)"$(wirelark ps --nodes 2>/dev/null)"}; else compadd -- --; _command_names -e; fi ;;
	ps) compadd -- --json --nodes ;;
	report) if (( CURRENT == 3 )); then compadd merge; else _files; fi ;;
	run | repl | vet | test) _files -g '*.star' ;;
	completion) compadd bash zsh fish ;;
	esac
}
compdef _wirelark wirelark
`,
	"fish": `# wirelark completion for fish: wirelark completion fish | source
complete -c wirelark -f
complete -c wirelark -n __fish_use_subcommand -a "%[1]s"
complete -c wirelark -n "__fish_seen_subcommand_from doc" -a "%[2]s"
complete -c wirelark -n "__fish_seen_subcommand_from shell" -a "(wirelark ps --nodes 2>/dev/null)"
complete -c wirelark -n "__fish_seen_subcommand_from ps" -a "--json --nodes"
complete -c wirelark -F -n "__fish_seen_subcommand_from report" -a merge
complete -c wirelark -n "__fish_seen_subcommand_from run repl vet test" -a "(__fish_complete_suffix .star)"
complete -c wirelark -n "__fish_seen_subcommand_from completion" -a "bash zsh fish"
`,
}

const completionUsage = `Usage: wirelark completion SHELL

Writes completions for bash, zsh or fish.

Example: source <(wirelark completion bash)`

// completionVerb writes a completion script.
func completionVerb(args []string, s std) int {
	f := pflag.NewFlagSet("wirelark completion", pflag.ContinueOnError)
	if code, done := parse(f, args, s, completionUsage); done {
		return code
	}
	if f.NArg() != 1 || completions[f.Arg(0)] == "" {
		hint := ""
		if f.NArg() == 1 {
			if near := decl.Nearest(f.Arg(0), []string{"bash", "zsh", "fish"}); near != "" {
				hint = " (did you mean " + near + "?)"
			}
		}
		say(s.err, "completion: for which shell? bash, zsh or fish%s", hint)
		return builtins.CodeUsage
	}
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	var docs []string
	for _, n := range builtins.Names() {
		docs = append(docs, strings.TrimPrefix(n, "type "))
	}
	slices.Sort(docs)
	docs = slices.Compact(docs)
	var testFlags []string
	(&testOptions{}).flags().VisitAll(func(g *pflag.Flag) { testFlags = append(testFlags, "--"+g.Name) })
	return s.print(fmt.Sprintf(completions[f.Arg(0)], strings.Join(names, " "), strings.Join(docs, " "), strings.Join(testFlags, " ")))
}
