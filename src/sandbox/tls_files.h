/* The certificate and key that TLS is served with, looked at before they are used. */
#ifndef PEPAYTOP_SANDBOX_TLS_FILES_H
#define PEPAYTOP_SANDBOX_TLS_FILES_H

#include "base/status.h"

/*
 * Both or neither (NULL): E_INVALID otherwise. E_IO when one cannot be read; E_DENIED when others
 * than its owner may read the key, or it belongs to somebody else.
 */
must_check enum status tls_files_check(const char *cert, const char *key, struct problem *reterr);

#endif
