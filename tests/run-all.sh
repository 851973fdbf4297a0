#!/bin/bash
# Every test there is, part by part; `make test` runs it from the repository's root.
# The last line is "N passed, N failed". Exit status 0 only when nothing failed.
# PARTS="lint gcc clang tsan" chooses. clang builds with AddressSanitizer and UBSan, so that one part
# serves as the other compiler and as the sanitizers; gcc builds what ships, and ThreadSanitizer.
make=${MAKE:-make}
jobs=${JOBS:-2}
parts=${PARTS:-lint gcc clang tsan}
total_passed=0
total_failed=0
# What has threads; everything else is the same under ThreadSanitizer as without it.
tsan_tests="base_log bus_mailbox net_live_feed net_live_chaos net_live_http net_sync net_live_sync
	archive_archive archive_player"
logs=build/test-logs
mkdir -p "$logs"
unset MAKEFLAGS MAKELEVEL MFLAGS

export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0:halt_on_error=1:detect_stack_use_after_return=1
export UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1

count() { # PASSED FAILED
	total_passed=$((total_passed + $1))
	total_failed=$((total_failed + $2))
}

summary() { # PART SECONDS PASSED FAILED
	printf '%-28s %5d passed %4d failed   %4d s\n' "$1" "$3" "$4" "$2"
	count "$3" "$4"
}

# Builds, then runs a target that leaves its counts in a file. What fails is shown.
# run_part NAME BUILD COUNT-FILE COMMAND...
run_part() {
	local name=$1 build=$2 counts=$3 began=$SECONDS p=0 f=0
	local log=$logs/${name// /-}.log
	shift 3
	rm -f "$build/$counts"
	if "$@" >"$log" 2>&1; then
		read -r p f <"$build/$counts" || f=1
	else
		[ -e "$build/$counts" ] && read -r p f <"$build/$counts"
		[ "$f" -gt 0 ] || f=1
		echo "--- $name"
		grep -v '^ok ' "$log" | tail -100
	fi
	summary "$name" $((SECONDS - began)) "$p" "$f"
}

# What waits runs beside what computes. What was begun ends together, and is told in order.
begun=()
begin() { # COMMAND...: one that counts
	local said=$logs/begun-${#begun[@]}
	rm -f "$said.count"
	(
		total_passed=0 total_failed=0
		"$@"
		echo "$total_passed $total_failed" >"$said.count"
	) >"$said" 2>&1 &
	begun+=("$!")
}

end_all() {
	local i p f
	for i in "${!begun[@]}"; do
		wait "${begun[i]}"
		cat "$logs/begun-$i"
		p=0 f=1
		[ -e "$logs/begun-$i.count" ] && read -r p f <"$logs/begun-$i.count"
		count "$p" "$f"
	done
	begun=()
}

# Tests mostly wait: the next tree is built meanwhile, with what they leave of the machine.
ahead=
build_ahead() { # MAKE-ARGUMENTS...
	nice -n 19 "$make" --no-print-directory -j"$jobs" "$@" >"$logs/build-ahead.log" 2>&1 &
	ahead=$!
}

build() { # NAME MAKE-ARGUMENTS...: false when it does not build
	local name=$1 began=$SECONDS
	local log=$logs/build-${name// /-}.log
	shift
	[ -z "$ahead" ] || wait "$ahead"
	ahead=
	if "$make" --no-print-directory -j"$jobs" "$@" >"$log" 2>&1; then
		summary "build $name" $((SECONDS - began)) 1 0
		return 0
	fi
	echo "--- build $name"
	grep -v '^  \(CC\|LINK\|TEST\) ' "$log" | tail -60
	summary "build $name" $((SECONDS - began)) 0 1
	return 1
}

# Sanitizers' shadow memory collides with some kernels' address randomisation; without it they work.
without_aslr() { # COMPILER SANITIZER-FLAG: prints what to run programs with; false when they cannot run
	local dir tries with
	dir=$(mktemp -d) || return 1
	echo 'int main(void) { return 0; }' >"$dir/probe.c"
	if "$1" "$2" -o "$dir/probe" "$dir/probe.c" 2>/dev/null; then
		for with in "" "setarch $(uname -m) -R"; do
			for tries in 1 2 3 4 5 6 7 8 9 10; do
				$with "$dir/probe" >/dev/null 2>&1 || continue 2
			done
			rm -rf "$dir"
			echo "$with"
			return 0
		done
	fi
	rm -rf "$dir"
	return 1
}

part_lint() {
	local began=$SECONDS log=$logs/lint.log status p f
	tests/lint/check.sh >"$log" 2>&1
	status=$?
	p=$(sed -n 's/^\(.*: \)\?\([0-9]*\) passed, [0-9]* failed$/\2/p' "$log" | tail -1)
	f=$(sed -n 's/^\(.*: \)\?[0-9]* passed, \([0-9]*\) failed$/\2/p' "$log" | tail -1)
	if [ "$status" -ne 0 ]; then
		echo "--- lint"
		tail -60 "$log"
		summary lint $((SECONDS - began)) "${p:-0}" "$((${f:-0} > 0 ? f : 1))"
	else
		summary lint $((SECONDS - began)) "${p:-1}" "${f:-0}"
	fi
}

asan_flags=(BUILD=build-asan CC=clang OPT=-O1
	"SAN=-fsanitize=address,undefined -fno-sanitize-recover=all")
asan_goals=(all unit-tests e2e-programs)
tsan_flags=(BUILD=build-tsan OPT=-O1 SAN=-fsanitize=thread)
tsan_goals=(all)
for t in $tsan_tests; do tsan_goals+=("build-tsan/tests/test_$t"); done

part_gcc() {
	build gcc BUILD=build all unit-tests e2e-programs || return
	case $parts in *clang*) build_ahead "${asan_flags[@]}" "${asan_goals[@]}" ;; esac
	begin run_part "end to end" build e2e-count env E2E_TIMEOUT=300 E2E_JOBS=5 \
		tests/run-e2e.sh build
	begin run_part "units, gcc -O2" build unit-count env UNIT_TIMEOUT=300 \
		"$make" --no-print-directory BUILD=build unit
	end_all
}

part_clang() {
	RUN_WITH=$(without_aslr clang -fsanitize=address) || {
		echo "AddressSanitizer does not run on this kernel: part skipped"
		return
	}
	export RUN_WITH
	build "clang with ASan and UBSan" "${asan_flags[@]}" "${asan_goals[@]}" || return
	case $parts in *tsan*) build_ahead "${tsan_flags[@]}" "${tsan_goals[@]}" ;; esac
	# The program's own handlers for fatal signals are what is tested there.
	begin run_part "end to end, ASan and UBSan" build-asan e2e-count \
		env E2E_TIMEOUT=400 E2E_JOBS=5 \
		"ASAN_OPTIONS=$ASAN_OPTIONS:handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_abort=0" \
		tests/run-e2e.sh build-asan
	begin run_part "units, ASan and UBSan" build-asan unit-count \
		env UNIT_JOBS=4 UNIT_TIMEOUT=400 "$make" --no-print-directory "${asan_flags[@]}" unit
	end_all
	unset RUN_WITH
}

part_tsan() {
	RUN_WITH=$(without_aslr gcc -fsanitize=thread) || {
		echo "ThreadSanitizer does not run on this kernel: part skipped"
		return
	}
	export RUN_WITH
	build tsan "${tsan_flags[@]}" "${tsan_goals[@]}" || return
	begin run_part "end to end, TSan" build-tsan e2e-count \
		env E2E_TIMEOUT=400 tests/run-e2e.sh build-tsan app_script app_history
	begin run_part "units with threads, TSan" build-tsan unit-count \
		env UNIT_JOBS=4 UNIT_TIMEOUT=400 tests/run-units.sh build-tsan "${tsan_goals[@]:1}"
	end_all
	unset RUN_WITH
}

for part in $parts; do
	case $part in
	lint) begin part_lint ;;
	*) "part_$part" ;;
	esac
done
end_all
echo "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ]
