/**
 * `gradus completion`: a script by which a shell completes commands, options and the values of options.
 *
 * Everything in it is read from commander's own table of commands, so nothing is listed here by hand. Where neither a
 * command nor a value is known, the shell completes names of files.
 */
import { Argument, Command, type Option } from "commander";
import { valuesOf } from "./options.ts";
import { inQuotes } from "./shellWord.ts";
import type { Terminal } from "./terminal.ts";

const EXAMPLES = `
Examples:
  eval "$(gradus completion bash)"              in ~/.bashrc
  gradus completion zsh > ~/.zfunc/_gradus      a folder of zsh's $fpath
  gradus completion fish > ~/.config/fish/completions/gradus.fish`;

/** Builds the command. */
export function completionCommand(terminal: Terminal): Command {
  return new Command("completion")
    .description("Print a script that completes commands and options in a shell.")
    .addArgument(new Argument("<shell>", "which shell").choices(Object.keys(scripts)))
    .addHelpText("after", EXAMPLES)
    .action((shell: keyof typeof scripts, _flags, own: Command) => {
      if (own.parent !== null) terminal.block(scripts[shell](tableOf(own.parent)));
    });
}

interface Completed {
  readonly name: string;
  readonly description: string;
  readonly options: readonly CompletedOption[];
}

interface CompletedOption {
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Known values; none where any name may follow. */
  readonly values: readonly string[];
}

/** The commands of a program; the program itself, which has no name, is the first. */
function tableOf(program: Command): readonly Completed[] {
  const shared = optionsOf(program);
  const commands = program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: [...optionsOf(command), ...shared.filter(({ flags }) => !flags.includes("--help"))],
  }));
  return [{ name: "", description: "", options: shared }, ...commands];
}

function optionsOf(command: Command): CompletedOption[] {
  return command.createHelp().visibleOptions(command).map(completed);
}

function completed(option: Option): CompletedOption {
  return {
    flags: [option.short, option.long].flatMap((flag) => (flag ? [flag] : [])),
    description: option.description,
    takesValue: option.required || option.optional,
    values: valuesOf(option),
  };
}

const flagsOf = ({ options }: Completed): string => options.flatMap(({ flags }) => flags).join(" ");
const namesOf = (table: readonly Completed[]): string => table.flatMap(({ name }) => (name ? [name] : [])).join(" ");

function bash(table: readonly Completed[]): string {
  const valued = table.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .flatMap(({ flags, values }) => flags.map((flag) => `    "${name} ${flag}") words="${values.join(" ")}" ;;`)),
  );
  const plain = table.map((command) => `        "${command.name}") words="${flagsOf(command)}" ;;`);
  return `_gradus() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words=""
  [ "$COMP_CWORD" -gt 1 ] && command="\${COMP_WORDS[1]}"
  case "$command $before" in
${valued.join("\n")}
    *)
      case "$command" in
${plain.join("\n")}
      esac
      case "$word" in
        -*) ;;
        *) words=""; [ -z "$command" ] && words="${namesOf(table)}" ;;
      esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -o bashdefault -F _gradus gradus`;
}

/** Text in single quotes, where zsh and fish read no colons and brackets of a specification. */
const quoted = (text: string): string => `'${inQuotes(text.replaceAll("\\", "\\\\"))}'`;

function zsh(table: readonly Completed[]): string {
  const escaped = (text: string): string => inQuotes(text.replace(/[[\]:\\]/g, (sign) => `\\${sign}`));
  const spec = ({ flags, description, takesValue, values }: CompletedOption, flag: string): string => {
    const value = takesValue ? `:value:${values.length > 0 ? `(${values.join(" ")})` : "_files"}` : "";
    const group = flags.length > 1 ? `(${flags.join(" ")})` : "";
    return `'${group}${flag}[${escaped(description)}]${value}'`;
  };
  const [program, ...commands] = table;
  const specs = ({ options }: Completed): string =>
    options.flatMap((option) => option.flags.map((flag) => spec(option, flag))).join(" ");
  const cases = commands.map((command) => `    ${command.name}) _arguments ${specs(command)} '*:file:_files' ;;`);
  return `#compdef gradus
_gradus() {
  if (( CURRENT == 2 )); then
    local -a commands=(${commands.map(({ name, description }) => `'${name}:${escaped(description)}'`).join(" ")})
    _describe command commands
    _arguments ${specs(program)}
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
    *) _files ;;
  esac
}
if [ "$funcstack[1]" = _gradus ]; then _gradus "$@"; else compdef _gradus gradus; fi`;
}

function fish(table: readonly Completed[]): string {
  return table
    .flatMap(({ name, description, options }) => {
      const where = name === "" ? "__fish_use_subcommand" : `'__fish_seen_subcommand_from ${name}'`;
      const command =
        name === "" ? [] : [`complete -c gradus -f -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`];
      return [
        ...command,
        ...options.map(({ flags, description: what, takesValue, values }) => {
          const names = flags.map((flag) => (flag.startsWith("--") ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
          const value = values.length > 0 ? ` -x -a ${quoted(values.join(" "))}` : takesValue ? " -r" : "";
          return `complete -c gradus -n ${where} ${names.join(" ")}${value} -d ${quoted(what)}`;
        }),
      ];
    })
    .join("\n");
}

/** The script of each shell. */
const scripts = { bash, zsh, fish } as const;
