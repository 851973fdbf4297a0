#!/bin/bash
# Writes scenario_builtin.c from the .scenario files beside this script; those named first come
# first in lists, the others follow by name. usage: embed.sh >../scenario_builtin.c
set -eu
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

first="demo quiet busy tour trouble"
names=$first
for file in *.scenario; do
	name=${file%.scenario}
	[[ " $first " == *" $name "* ]] || names+=" $name"
done

cat <<'C'
/*
 * The scenarios that come with the program, so that it runs uninstalled: the same
 * text as scenarios/<name>.scenario, byte for byte (a test compares them). Made by
 * scenarios/embed.sh.
 */
#include "sandbox/scenario.h"

/* clang-format off */
C
for name in $names; do
	printf 'static const char %s[] =\n' "${name//-/_}"
	sed -e 's/[\\"]/\\&/g' -e 's/.*/\t"&\\n"/' -e '$s/$/;/' "$name.scenario"
	echo
done
echo 'static const struct builtin_scenario builtins[] = {'
for name in $names; do
	title=$(sed -n "s/^scenario $name \"\(.*\)\"\$/\1/p" "$name.scenario")
	printf '\t{"%s", "%s", %s},\n' "$name" "$title" "${name//-/_}"
done
cat <<'C'
};
/* clang-format on */

const struct builtin_scenario *scenario_builtins(size_t *ret_count)
{
	*ret_count = sizeof(builtins) / sizeof(builtins[0]);
	return builtins;
}
C
