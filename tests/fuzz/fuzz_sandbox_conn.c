/*
 * The sandbox's connection under hostile bytes: HTTP heads and bodies, pipelining, upgrades and
 * client frames. The first byte says how the rest is cut into pieces. Build with clang:
 *   clang -std=c11 -g -O1 -D_POSIX_C_SOURCE=200809L -D_DEFAULT_SOURCE -Isrc \
 *     -DPEPAYTOP_VERSION='"fuzz"' -include src/base/banned.h -fsanitize=fuzzer,address,undefined \
 *     tests/fuzz/fuzz_sandbox_conn.c $(ls src/sandbox/[a-z]*.c | grep -v -e main.c -e server.c) \
 *     src/wire/[a-z]*.c src/base/[a-z]*.c -lsqlite3 -lcrypto -lcjson -lutf8proc -o fuzz_conn
 * Without libFuzzer (FUZZ_REPLAY) it runs the files named on the command line.
 */
#include "base/alloc.h"
#include "sandbox/conn.h"
#include "sandbox/ledger.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define T0 1000000

static void take_all(struct conn *c, int64_t now)
{
	const char *bytes;
	size_t n;

	for (int i = 0; i < 1000 && (n = conn_output(c, &bytes)); i++)
		conn_sent(c, n > 100 ? n - 1 : n, now);
}

/* Opening SQLite costs more than a run, so a ledger serves many, and then starts over. */
static struct ledger *fuzz_ledger(void)
{
	static struct ledger *ledger;
	static unsigned runs;

	if (runs++ % 2000 == 0) {
		ledger_close(ledger);
		if (ledger_open(NULL, &ledger, NULL))
			abort();
	}
	return ledger;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct frozen_time time = {.wall_ms = 1768478400000, .mono_ms = T0};
	struct world w = {.real = clock_frozen(&time),
			  .epoch_ms = 1768478400000,
			  .started_mono_ms = T0,
			  .speed = 1.0,
			  .now_ms = 1768478400000,
			  .environment = "devnet",
			  .merchant_key = "pk_fuzz_0123",
			  .commerce_key = "ck_fuzz_0123"};
	struct site site;
	bool output;

	if (size < 2)
		return 0;
	w.ledger = fuzz_ledger();
	rng_seed(&w.rng, 1);
	site_init(&site, &w);
	struct conn *c = conn_new(&site, T0);
	size_t piece = data[0] ? data[0] : size;
	for (size_t at = 1; at < size; at += piece) {
		size_t n = size - at < piece ? size - at : piece;
		/* As the server does: nothing is handed in while it does not want any. */
		for (int i = 0; i < 1000 && !conn_wants_input(c); i++)
			take_all(c, T0);
		conn_receive(c, (const char *)data + at, n, T0);
		take_all(c, T0);
	}
	conn_tick(c, T0 + CONN_PING_MS, &output);
	conn_shut_down(c);
	take_all(c, T0);
	conn_free(c);
	return 0;
}

#ifdef FUZZ_REPLAY
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		static uint8_t buf[1 << 20];
		FILE *f = fopen(argv[i], "rb");
		if (!f)
			return 1;
		size_t n = fread(buf, 1, sizeof(buf), f);
		fclose(f);
		LLVMFuzzerTestOneInput(buf, n);
	}
	return 0;
}
#endif
