/** What each shell has to read to complete our words. They all ask `holdfast __complete`, so they need no new one after an upgrade. */
export const scripts: Readonly<Record<string, string>> = {
  // bash 3.2, which macOS still has, knows neither mapfile nor compopt
  bash: `_holdfast() {
  local line cur=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur") ;;
      :directories) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$cur") ;;
      *) COMPREPLY+=("$line") ;;
    esac
  done < <(holdfast __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o filenames -F _holdfast holdfast
`,
  zsh: `#compdef holdfast
_holdfast() {
  local line
  local -a found
  while IFS= read -r line; do
    case $line in
      :files) _files ;;
      :directories) _files -/ ;;
      *) found+=("$line") ;;
    esac
  done < <(holdfast __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#found )) && compadd -- $found
}
if [[ $funcstack[1] == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`,
  fish: `function __holdfast_complete
    set -l words (commandline -opc)
    set -l begun (commandline -ct)
    for line in (holdfast __complete $words[2..-1] "$begun" 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path "$begun"
            case :directories
                __fish_complete_directories "$begun"
            case '*'
                echo $line
        end
    end
end
complete -c holdfast -f -a '(__holdfast_complete)'
`,
};
