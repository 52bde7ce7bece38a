# Prints what zsh completes command lines to: complete.zsh LINE…, each answer as "LINE<tab>answer".
# A zsh of its own, on a terminal of its own, in which completion prints what it would offer.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "
PROMPT= RPROMPT=
fpath=($PWD/share/completions \$fpath)
autoload -Uz compinit; compinit -u -D
compadd() {
  local -a answers
  [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]] || { builtin compadd -A answers \"\$@\"; print -rl -- answer:\$^answers }
  builtin compadd \"\$@\"
}
finish() { print fini''shed; zle kill-buffer }
zle -N finish; bindkey '^I' complete-word; bindkey '^X' finish
print rea''dy"
zpty -r shell seen '*ready*'
for line in "$@"; do
  zpty -w -n shell "$line"$'\t'$'\x18'
  zpty -r shell seen '*finished*'
  print -r -- "$seen" | tr '\r' '\n' | sed -n "s|.*answer:\(.*\)|${line//|/}	\1|p"
done
zpty -d shell
