/*
 * The listening socket: which addresses may be served, and clear words when one
 * cannot be.
 */
#ifndef PEPAYTOP_SANDBOX_LISTEN_H
#define PEPAYTOP_SANDBOX_LISTEN_H

#include "base/status.h"

struct listening {
	int fd;             /* non-blocking; the caller's */
	int port;           /* as bound */
	char authority[72]; /* "127.0.0.1:8080", "[::1]:8080" */
};

/*
 * `address` is an IP literal: E_INVALID otherwise. E_DENIED when it is not a loopback address and
 * what is said there would not be `secret` (TLS); E_CONFLICT when the port is taken; E_IO. Port 0
 * takes any free one.
 */
must_check enum status listen_open(const char *address, int port, bool secret,
				   struct listening *ret, struct problem *reterr);
/* False also for what is no IP literal. */
bool listen_is_loopback(const char *address);

#endif
