# Sourced: a folder of their own for all files of the tests, gone at the end. In memory where there
# is room: what tests write is to be read back, not to survive, and a disk makes them wait.
scratch_in=/tmp
room=$(df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 { print $4 }')
if [ -w /dev/shm ] && [ "${room:-0}" -gt 2000000 ]; then
	scratch_in=/dev/shm
fi
TMPDIR=$(mktemp -d -p "$scratch_in" t.XXXXXX) || exit 1
chmod 711 "$TMPDIR" # what a test does as somebody else finds its way
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
# Nothing of a test goes to a home directory.
export XDG_STATE_HOME=$TMPDIR/state
mkdir "$XDG_STATE_HOME"
