/*
 * The demo: pepay-sandbox as a child process, found beside our own binary, spoken
 * to over the loopback like any Pepay. It ends with us, however we end.
 */
#ifndef PEPAYTOP_APP_DEMO_H
#define PEPAYTOP_APP_DEMO_H

#include "app/options.h"

#include <sys/types.h>

#define DEMO_PATH_CAP 64

struct demo {
	pid_t pid;               /* 0: none */
	int out_fd;              /* its stdout, kept open */
	int err_fd;              /* its stderr: the last words when it fails */
	char dir[DEMO_PATH_CAP]; /* private folder of its ledger; gone with demo_stop */
};

/*
 * Starts it with an argument vector (no shell), SIGTERM on our death, its own process group so that
 * Ctrl-C on our terminal does not reach it; waits up to 10 s for the ready line and fills url,
 * ws_url and keys of the config. The failure names what the child said.
 */
must_check enum status demo_start(struct demo *d, struct config *c, struct problem *reterr);
/*
 * After it died: the same ledger, port and keys again, so that the story goes on and streams
 * resume. E_CONFLICT when somebody else has taken the port.
 */
must_check enum status demo_restart(struct demo *d, struct config *c, struct problem *reterr);
/* SIGTERM, a second, SIGKILL; reaps, and removes the ledger. */
void demo_stop(struct demo *d);
bool demo_alive(struct demo *d);

#endif
