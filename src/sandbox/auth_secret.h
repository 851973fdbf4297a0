/*
 * The server's secret, and what is proved with it: session tokens, signatures and
 * the JWTs of streams. It is drawn from the system once, and kept in the ledger,
 * so that what was handed out stays good across a restart. It decides nothing a
 * scenario shows, so a seed's world is the same under every secret.
 */
#ifndef PEPAYTOP_SANDBOX_AUTH_SECRET_H
#define PEPAYTOP_SANDBOX_AUTH_SECRET_H

#include "sandbox/world.h"

#define MAC_HEX_CAP 65

struct secret {
	unsigned char key[32];
};

/* E_NOT_FOUND while none was made: then nothing was ever handed out. */
must_check enum status secret_load(struct world *w, struct secret *ret, struct problem *reterr);
/* The same, making it at first use. Inside a transaction. */
must_check enum status secret_load_or_make(struct world *w, struct secret *ret,
					   struct problem *reterr);
/* HMAC-SHA256 in lower-case hex. `purpose` keeps what is proved for one use from serving another.
 */
void secret_mac(const struct secret *s, const char *purpose, const char *text,
		char ret[MAC_HEX_CAP]);
/* The same over raw bytes and without a purpose, as JWT has it. */
void secret_mac_raw(const struct secret *s, const char *text, size_t len, unsigned char ret[32]);

#endif
