# The rules of layers.txt and words.txt, for the files named after them.
# Prints FILE:LINE: RULE for every violation; the caller counts.

function glob_to_regex(glob)
{
	gsub(/\./, "\\.", glob)
	gsub(/\*/, ".*", glob)
	return "^" glob "$"
}

# Is `name` one of the globs in `list`? "*" crosses folders.
function is_one_of(name, list,    globs, n, i)
{
	n = split(list, globs, " ")
	for (i = 1; i <= n; i++)
		if (name ~ glob_to_regex(globs[i]))
			return 1
	return 0
}

function trim(s)
{
	gsub(/^[ \t]+|[ \t]+$/, "", s)
	return s
}

function report(rule)
{
	print FILENAME ":" FNR ": " rule
}

function read_layers(    at)
{
	at = index($0, ":")
	if ($1 == "layer")
		may_include[trim(substr($0, 7, at - 7))] = trim(substr($0, at + 1))
	else if ($1 == "library") {
		library[++libraries] = "^(" trim(substr($0, 9, at - 9)) ")$"
		library_files[libraries] = trim(substr($0, at + 1))
	}
}

# The words themselves may hold "|": they are what the other fields leave.
function read_words(    n, part, i)
{
	n = split($0, part, "|")
	words++
	word_files[words] = part[1]
	word_except[words] = part[2]
	word_why[words] = part[n]
	word[words] = part[3]
	for (i = 4; i < n; i++)
		word[words] = word[words] "|" part[i]
	word[words] = "(^|[^A-Za-z0-9_])(" word[words] ")"
	if (word[words] !~ /\\\(\)$/)
		word[words] = word[words] "([^A-Za-z0-9_]|$)"
}

# The line without comments, its literals emptied; `in_comment` lives from line to line.
function code_of(line,    out, c, two, i, n, quote)
{
	if (!in_comment && line !~ /["'\/]/)
		return line
	n = length(line)
	for (i = 1; i <= n; i++) {
		c = substr(line, i, 1)
		two = substr(line, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (quote != "") {
			if (c == "\\")
				i++
			else if (c == quote) {
				quote = ""
				out = out c
			}
		} else if (two == "/*") {
			in_comment = 1
			out = out " "
			i++
		} else if (two == "//") {
			break
		} else {
			if (c == "\"" || c == "'")
				quote = c
			out = out c
		}
	}
	return out
}

function check_our_include(name,    allowed, n, i, parts)
{
	if (!match(name, /\//)) {
		report("include \"" name "\" by its layer: \"layer/" name "\"")
		return
	}
	if (name ~ /\.c$/)
		report("a .c file is not included: \"" name "\"")
	split(name, parts, "/")
	n = split(may_include[layer], allowed, " ")
	for (i = 1; i <= n; i++)
		if (allowed[i] == parts[1] || allowed[i] == name)
			return
	report(layer " may not include \"" name "\" (may: " may_include[layer] ")")
}

function check_library(name,    i)
{
	for (i = 1; i <= libraries; i++)
		if (name ~ library[i] && !is_one_of(FILENAME, library_files[i]))
			report("<" name "> belongs to " library_files[i])
}

function check_include(line,    name, quoted)
{
	name = line
	sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
	quoted = substr(name, 1, 1) == "\""
	name = substr(name, 2)
	sub(/[">].*/, "", name)
	check_library(name)
	if (quoted)
		check_our_include(name)
}

function check_words(code,    i)
{
	for (i = 1; i <= words; i++)
		if (applies[i] && code ~ word[i])
			report(word_why[i])
}

# What is given a value is judged by the value.
function check_settings(code,    rest)
{
	if (code ~ /CURLOPT_FOLLOWLOCATION/ && code !~ /CURLOPT_FOLLOWLOCATION,[ \t]*(0|0L|0l)[ \t]*\)/)
		report("CURLOPT_FOLLOWLOCATION stays 0: a redirect would carry the key away")
	if (uses_lws && match(code, /(\.|->)extensions[ \t]*=[ \t]*/)) {
		rest = substr(code, RSTART + RLENGTH)
		if (substr(rest, 1, 1) != "=" && rest !~ /^NULL([^A-Za-z0-9_]|$)/)
			report("lws extensions stay NULL: one header of theirs crashes the client")
	}
}

function start_file(    i, parts)
{
	in_comment = 0
	is_source = FILENAME ~ /^src\//
	split(FILENAME, parts, "/")
	layer = parts[2]
	if (is_source && !(layer in may_include))
		report("src/" layer " is not a layer of layers.txt")
	uses_lws = FILENAME ~ /^src\/(net|sandbox)\//
	for (i = 1; i <= words; i++)
		applies[i] = is_one_of(FILENAME, word_files[i]) && !is_one_of(FILENAME, word_except[i])
}

FNR == 1 { files++; if (files > 2) start_file() }
files <= 2 && (/^[ \t]*#/ || /^[ \t]*$/) { next }
files == 1 { read_layers(); next }
files == 2 { read_words(); next }
{
	was_in_comment = in_comment
	code = code_of($0)
	if (is_source && !was_in_comment && $0 ~ /^[ \t]*#[ \t]*include[ \t]*["<]/)
		check_include($0)
	check_words(code)
	if (is_source)
		check_settings(code)
}
