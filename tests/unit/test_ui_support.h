/*
 * What the tests of ui/ share.
 */
#ifndef PEPAYTOP_TESTS_UI_SUPPORT_H
#define PEPAYTOP_TESTS_UI_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "base/text.h"
#include "ui/key.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static inline struct safe_text text(const char *s)
{
	struct safe_text t;
	safe_text_set(&t, s);
	return t;
}

static inline struct key key(const char *name)
{
	struct key k = {0};
	if (key_parse(name, &k) != S_OK)
		fail_msg("no such key: %s", name);
	return k;
}

static inline struct key pasted(const char *name)
{
	struct key k = key(name);
	k.pasted = true;
	return k;
}

#endif
