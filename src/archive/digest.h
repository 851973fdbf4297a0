/* SHA-256, for whoever writes sums beside files. */
#ifndef PEPAYTOP_ARCHIVE_DIGEST_H
#define PEPAYTOP_ARCHIVE_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX_CAP 65

/* 64 hexadecimal digits. Returns ret. */
const char *digest_sha256(const void *bytes, size_t len, char ret[DIGEST_HEX_CAP]);

#endif
