#!/bin/bash
# Plants one violation at a time in a small clean tree and checks that check.sh
# reports it at its line, and nothing else.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 2
tree=$(mktemp -d) || exit 2
trap 'rm -rf "$tree"' EXIT
cases=0
failures=0

fail() {
	echo "lint selftest: $1"
	failures=$((failures + 1))
}

plant() { # FILE, text on stdin
	mkdir -p "$tree/$(dirname "$1")"
	cat >"$tree/$1"
}

# catches FILE "LINE" "part of the rule": the line goes third, after two harmless ones.
catches() {
	local file=$1 line=$2 rule=$3 out status
	printf '/* one */\n\n%s\n' "$line" | plant "$file"
	out=$("$here/check.sh" "$tree" 2>&1)
	status=$?
	rm -f "$tree/$file"
	cases=$((cases + 1))
	if [ $status -ne 1 ]; then
		fail "not caught in $file: $line"
	elif ! grep -qF "$file:3: " <<<"$out" || ! grep -qF -- "$rule" <<<"$out"; then
		fail "caught otherwise in $file: $line"
		printf '%s\n' "$out"
	elif [ "$(grep -c ':3: ' <<<"$out")" -ne 1 ]; then
		fail "caught more than once in $file: $line"
		printf '%s\n' "$out"
	fi
}

# passes FILE "LINE"
passes() {
	local out
	printf '/* one */\n\n%s\n' "$2" | plant "$1"
	out=$("$here/check.sh" "$tree" 2>&1) || {
		fail "wrongly caught in $1: $2"
		printf '%s\n' "$out"
	}
	rm -f "$tree/$1"
	cases=$((cases + 1))
}

cp "$here/../../.clang-format" "$tree/" || exit 2
plant src/main.c <<'C'
#include "app/app.h"

#include <locale.h>
C

# --- layers ---
catches src/base/x.c '#include "wire/json.h"' 'base may not include "wire/json.h"'
catches src/wire/x.c '#include "bus/msg.h"' 'wire may not include "bus/msg.h"'
catches src/bus/x.h '#include "model/store.h"' 'bus may not include "model/store.h"'
catches src/api/x.c '#include "bus/msg.h"' 'api may not include "bus/msg.h"'
catches src/net/x.c '#include "model/store.h"' 'net may not include "model/store.h"'
catches src/net/x.c '#include "ui/term.h"' 'net may not include "ui/term.h"'
catches src/archive/x.c '#include "api/client.h"' 'archive may not include "api/client.h"'
catches src/model/x.c '#include "bus/mailbox.h"' 'model may not include "bus/mailbox.h"'
catches src/ui/x.c '#include "wire/json.h"' 'ui may not include "wire/json.h"'
catches src/views/x.c '#include "net/rest.h"' 'views may not include "net/rest.h"'
catches src/views/x.c '#include "bus/mailbox.h"' 'views may not include "bus/mailbox.h"'
catches src/app/x.c '#include "sandbox/world.h"' 'app may not include "sandbox/world.h"'
catches src/sandbox/x.c '#include "api/client.h"' 'sandbox may not include "api/client.h"'
catches src/base/x.c '#include "app/app.h" /* why */' 'base may not include "app/app.h"'
catches src/base/x.c '#include "text.h"' 'include "text.h" by its layer'
catches src/base/x.c '#include "base/text.c"' 'a .c file is not included'
passes src/model/x.c '#include "bus/msg.h"'
passes src/views/x.c '#include "bus/request.h"'
passes src/bus/x.c '#include "wire/event.h"'
passes src/api/x.c '#include "wire/routes.h"'
passes src/archive/x.c '#include "bus/msg.h"'
passes src/app/x.c '#include "net/rest.h"'
passes src/base/x.c '/* #include "app/app.h" */'
printf '#include "base/text.h"\n' | plant src/main.c
out=$("$here/check.sh" "$tree") && fail "main.c may include anything"
grep -qF 'src/main.c:1: main.c may not include "base/text.h"' <<<"$out" || fail "main.c: $out"
printf '#include "app/app.h"\n' | plant src/main.c
plant src/extra/x.c <<<'int extra_x;'
out=$("$here/check.sh" "$tree") && fail "src/extra passes for a layer"
grep -qF 'src/extra/x.c:1: src/extra is not a layer' <<<"$out" || fail "src/extra: $out"
rm -r "$tree/src/extra"
cases=$((cases + 2))

# --- libraries ---
catches src/base/when.c '#include <utf8proc.h>' '<utf8proc.h> belongs to'
catches src/base/text.c '#include <uthash.h>' '<uthash.h> belongs to'
catches src/wire/event.c '#include <cjson/cJSON.h>' '<cjson/cJSON.h> belongs to'
catches src/wire/json.h '#include <cJSON.h>' '<cJSON.h> belongs to'
catches src/model/x.c '#include <pthread.h>' '<pthread.h> belongs to'
catches src/bus/msg.c '#include <pthread.h>' '<pthread.h> belongs to'
catches src/api/x.c '#include <curl/curl.h>' '<curl/curl.h> belongs to'
catches src/net/rest.c '#include <libwebsockets.h>' '<libwebsockets.h> belongs to'
catches src/sandbox/router.c '#include <libwebsockets.h>' '<libwebsockets.h> belongs to'
catches src/sandbox/orders.c '#include <sqlite3.h>' '<sqlite3.h> belongs to'
catches src/sandbox/orders.c '#include <openssl/sha.h>' '<openssl/sha.h> belongs to'
catches src/ui/canvas.c '#include <curses.h>' '<curses.h> belongs to'
catches src/views/x.c '#include <ncursesw/ncurses.h>' '<ncursesw/ncurses.h> belongs to'
catches src/ui/style.c '#include <ini.h>' '<ini.h> belongs to'
catches src/ui/list.c '#include <qrencode.h>' '<qrencode.h> belongs to'
passes src/ui/term_curses.c '#include <curses.h>'
passes src/net/rest.c '#include <pthread.h>'
passes src/sandbox/ledger_events.c '#include <sqlite3.h>'
passes src/ui/term.c '#include <termios.h>'

# --- words ---
catches src/wire/json.c 'void *a = cJSON_GetObjectItem(o, "id");' 'ignores case'
catches src/wire/json.c 'int b = o->valueint;' 'valueint saturates'
catches src/wire/json.c 'int c = cJSON_Compare(a, b, 1);' 'quadratic'
catches src/wire/json.c 'int d = cJSONUtils_ApplyPatches(a, b);' 'cJSON_Utils'
catches src/wire/json.c '#include <cjson/cJSON_Utils.h>' 'cJSON_Utils'
catches src/ui/canvas.c 'const char *e = text->guarded;' 'belong to text.c'
catches tests/unit/test_ui_x.c 'const char *e = text->guarded;' 'belong to text.c'
catches src/model/x.h 'typedef struct x x;' "never typedef'd"
catches src/model/x.h 'typedef enum { A } x;' "never typedef'd"
catches src/net/feed.c 'int f = LCCSCF_ALLOW_EXPIRED;' 'TLS checks'
catches src/net/feed.c 'int f = LCCSCF_ALLOW_INSECURE;' 'TLS checks'
catches src/net/feed.c 'int f = LCCSCF_ALLOW_SELFSIGNED;' 'TLS checks'
catches src/net/feed.c 'int f = LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK;' 'TLS checks'
catches src/net/feed.c 'int f = LWS_ALLOW_SELFSIGNED;' 'TLS checks'
catches src/net/feed.c 'int f = X_ALLOW_EXPIRED;' 'TLS checks'
catches src/net/feed.c 'int f = X_ALLOW_INSECURE;' 'TLS checks'
catches src/net/feed.c 'struct i g = {.extensions = table};' 'extensions stay NULL'
catches src/sandbox/server.c 'struct i g = {.extensions = NULLISH};' 'extensions stay NULL'
catches src/net/http_curl.c 'int h = set(c, CURLOPT_FOLLOWLOCATION, 1L);' 'FOLLOWLOCATION stays 0'
catches src/net/http_curl.c 'int h = set(c, CURLOPT_FOLLOWLOCATION, follow);' 'FOLLOWLOCATION stays 0'
catches src/model/x.c 'long i = time(NULL);' 'injected clock'
catches src/net/x.c 'int j = rand();' 'injected seed'
catches src/net/x.c 'int j = random();' 'injected seed'
catches src/net/x.c 'char *k = getenv("HOME");' 'environment'
catches src/sandbox/world.c 'char *k = secure_getenv("HOME");' 'environment'
catches src/views/x.c 'int l = printf("x");' 'do not print'
catches src/model/x.c 'int l = fprintf(stderr, "x");' 'do not print'
catches src/base/alloc.c 'int l = printf("x");' 'do not print'
catches src/ui/x.c 'int l = puts("x");' 'do not print'
catches src/ui/x.c 'void *m = (exit(1), NULL);' 'do not end the process'
passes src/wire/json.c 'void *a = cJSON_GetObjectItemCaseSensitive(o, "id");'
passes src/wire/json.c 'void *a = "valueint rand() cJSON_Compare()"; /* guarded, time() */'
passes src/wire/json.c "int q = '\"' + '\\\\''; /* \" */"
passes src/net/feed.c 'struct i g = {.extensions = NULL};'
passes src/net/http_curl.c 'int h = set(c, CURLOPT_FOLLOWLOCATION, 0L);'
passes src/base/text.c 'const char *e = text->guarded;'
passes src/base/alloc.c 'int l = fprintf(stderr, "x");'
passes src/base/x.c 'int l = snprintf(b, 4, "x") + mktime(x) + strbrand(x) + vsnprintf(b, 4, f, ap);'
passes src/app/options.c 'int l = printf("%s", getenv("HOME"));'
passes src/sandbox/main.c 'int l = printf("%s", getenv("HOME"));'

# --- layout ---
catches src/base/x.c 'int   spaced = 1;' 'clang-format'
catches tests/unit/x.c 'int   spaced = 1;' 'clang-format'

"$here/check.sh" "$tree" >/dev/null || fail "the clean tree is not clean"
if [ $failures -gt 0 ]; then
	echo "lint selftest: $failures of $cases failed"
	exit 1
fi
echo "lint selftest: $cases cases"
