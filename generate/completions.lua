-- Completions for bash, zsh and fish. All three work alike: a walk over the words typed so far finds the command and
-- counts its arguments; then what may come next is looked up in tables made from the command table.

local commands = require("generate.commands")

local NOTE = "# Made by ./dev generate from the command table (lua/idngo/cli).\n"

--- A text in single quotes, for bash and zsh.
local function quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function fish_quote(text)
  return "'" .. text:gsub("[\\']", "\\%0") .. "'"
end

--- The first sentence, without its dot.
local function short(doc)
  return (doc:match("^(.-)[.;]%s") or doc):gsub("%.$", "")
end

local function path_of(command)
  return table.concat(command.path, " ")
end

--- A command's options, and those of idngo itself that all take.
local function options_of(tree, command)
  local options = table.move(command.options, 1, #command.options, 1, {})
  for _, option in ipairs(command == tree and {} or tree.options) do
    if option.value then options[#options + 1] = option end
  end
  return options
end

--- What may follow: rows of {key, words} or {key, files = true}, where a key is the command's path, and behind a colon
--- the option whose value is next or the number of the argument.
local function rows_of(tree)
  local rows = {}
  commands.each(tree, function(command)
    local path = path_of(command)
    for _, option in ipairs(options_of(tree, command)) do
      if option.value then
        for _, name in ipairs(option.names) do
          rows[#rows + 1] = { key = path .. ":" .. name, words = option.choices, files = option.is_path }
        end
      end
    end
    for i, argument in ipairs(command.arguments) do
      rows[#rows + 1] = {
        key = ("%s:%s"):format(path, argument.many and "*" or i), many = argument.many, words = argument.choices,
        files = argument.is_path,
      }
    end
  end)
  return rows
end

--- Paths below idngo, as a shell's pattern.
local function below(tree)
  local names = {}
  commands.each(tree, function(command)
    if command.path[1] then names[#names + 1] = '"' .. path_of(command) .. '"' end
  end)
  return table.concat(names, " | ")
end

--- Options that take a value, each with the command it belongs to, as a shell's pattern.
local function with_value(tree)
  local names = {}
  for _, row in ipairs(rows_of(tree)) do
    if row.key:find(":-", 1, true) then names[#names + 1] = '"' .. row.key .. '"' end
  end
  return table.concat(names, " | ")
end

-- The walk, in what bash and zsh have in common.
local WALK = [==[
  local at="" arguments=0 value="" word
  for word in "${typed[@]}"; do
    if [[ -n $value ]]; then value=""; continue; fi
    case "$at:$word" in
      ${with_value}) value=$word; continue ;;
    esac
    [[ $word == -* ]] && continue
    case "${at:+$at }$word" in
      ${below}) at="${at:+$at }$word" ;;
      *) arguments=$((arguments + 1)) ;;
    esac
  done
  local key="$at:${value:-$((arguments + 1))}"
]==]

local function walk(tree)
  return (WALK:gsub("%${with_value}", function() return with_value(tree) end)
    :gsub("%${below}", function() return below(tree) end))
end

--- "case" branches over what may follow: words, or files. What is in none of them completes to nothing.
local function branches(tree, words_branch, files_branch)
  local patterns, order = {}, {}
  for _, row in ipairs(rows_of(tree)) do
    local branch = row.words and words_branch(table.concat(row.words, " ")) or row.files and files_branch
    if branch then
      if not patterns[branch] then
        patterns[branch], order[#order + 1] = {}, branch
      end
      table.insert(patterns[branch], row.many and '"' .. row.key:gsub("%*$", '"[0-9]*') or '"' .. row.key .. '"')
    end
  end
  for i, branch in ipairs(order) do
    order[i] = ("      %s)\n        %s ;;\n"):format(table.concat(patterns[branch], " | "), branch)
  end
  return table.concat(order)
end

local M = {}

function M.bash(tree)
  local out = { NOTE, "# shellcheck shell=bash\n_idngo() {\n", '  local cur=${COMP_WORDS[COMP_CWORD]} words=""\n',
    '  local typed=("${COMP_WORDS[@]:1:COMP_CWORD-1}")\n  COMPREPLY=()\n', walk(tree) }
  out[#out + 1] = "  if [[ -n $value || $cur != -* ]]; then\n    case \"$key\" in\n"
  out[#out + 1] = branches(tree, function(words) return "words=" .. quote(words) end,
    'compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return')
  out[#out + 1] = "    esac\n  fi\n  if [[ -z $words ]]; then\n    case \"$at\" in\n"
  commands.each(tree, function(command)
    local names = {}
    for _, inner in ipairs(command.commands) do names[#names + 1] = inner.path[#inner.path] end
    local options = {}
    for _, option in ipairs(options_of(tree, command)) do options[#options + 1] = option.names[#option.names] end
    out[#out + 1] = ('      "%s") if [[ $cur == -* ]]; then words=%s; else words=%s; fi ;;\n'):format(path_of(command),
      quote(table.concat(options, " ")), quote(table.concat(names, " ")))
  end)
  out[#out + 1] = '    esac\n  fi\n  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")\n}\ncomplete -F _idngo idngo\n'
  return table.concat(out)
end

--- 'name:what it is' as _describe reads it.
local function described(name, doc)
  return quote(name:gsub(":", "\\:") .. ":" .. short(doc):gsub(":", "\\:"))
end

function M.zsh(tree)
  local out = { "#compdef idngo\n", NOTE, "_idngo() {\n", '  local -a typed=("${(@)words[2,CURRENT-1]}") found\n', walk(tree) }
  out[#out + 1] = '  if [[ -n $value || $PREFIX != -* ]]; then\n    case "$key" in\n'
  out[#out + 1] = branches(tree, function(words) return ("compadd -- %s; return"):format(words) end, "_files; return")
  out[#out + 1] = "    esac\n  fi\n  case \"$at\" in\n"
  commands.each(tree, function(command)
    local names, options = {}, {}
    for _, inner in ipairs(command.commands) do names[#names + 1] = described(inner.path[#inner.path], inner.doc) end
    for _, option in ipairs(options_of(tree, command)) do
      options[#options + 1] = described(option.names[#option.names], option.doc)
    end
    out[#out + 1] = ('    "%s") if [[ $PREFIX == -* ]]; then found=(%s); else found=(%s); fi ;;\n'):format(path_of(command),
      table.concat(options, " "), table.concat(names, " "))
  end)
  out[#out + 1] = "  esac\n  _describe idngo found\n}\n_idngo \"$@\"\n"
  return table.concat(out)
end

-- The walk in fish, and one `complete` per word.
local FISH = [[
function __idngo_at
  # prints "command:", and behind the colon the number of the argument that is next
  set -l at ""
  set -l count 1
  set -l skip 0
  for word in (commandline -opc)[2..-1]
    if test $skip = 1
      set skip 0
      continue
    end
    switch "$at:$word"
      case ${with_value}
        set skip 1
        continue
    end
    if string match -q -- "-*" $word
      continue
    end
    set -l deeper (string trim "$at $word")
    switch $deeper
      case ${below}
        set at $deeper
      case "*"
        set count (math $count + 1)
    end
  end
  echo "$at:$count"
end

function __idngo_in
  string match -q -- "$argv[1]:*" (__idngo_at)
end

function __idngo_next
  string match -q -- "$argv[1]" (__idngo_at)
end

complete -c idngo -f
]]

function M.fish(tree)
  local text = FISH:gsub("%${with_value}", function() return (with_value(tree):gsub(" | ", " ")) end)
    :gsub("%${below}", function() return (below(tree):gsub(" | ", " ")) end)
  local out = { NOTE, text }
  local function line(...) out[#out + 1] = "complete -c idngo " .. table.concat({ ... }, " ") .. "\n" end
  commands.each(tree, function(command)
    local path = path_of(command)
    local inside = ("-n '__idngo_in \"%s\"'"):format(path)
    for _, inner in ipairs(command.commands) do
      line(inside, "-a", fish_quote(inner.path[#inner.path]), "-d", fish_quote(short(inner.doc)))
    end
    for _, option in ipairs(options_of(tree, command)) do
      local words = { inside }
      for _, name in ipairs(option.names) do
        words[#words + 1] = name:sub(1, 2) == "--" and "-l " .. name:sub(3) or "-s " .. name:sub(2)
      end
      if option.value then words[#words + 1] = option.is_path and "-r -F" or "-x" end
      if option.choices then words[#words + 1] = "-a " .. fish_quote(table.concat(option.choices, " ")) end
      line(table.concat(words, " "), "-d", fish_quote(short(option.doc)))
    end
    for i, argument in ipairs(command.arguments) do
      local next_one = ("-n '__idngo_next \"%s:%s\"'"):format(path, argument.many and "*" or i)
      if argument.choices then
        line(next_one, "-a", fish_quote(table.concat(argument.choices, " ")))
      elseif argument.is_path then
        line(next_one, "-F")
      end
    end
  end)
  return table.concat(out)
end

return M
