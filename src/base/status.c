#include "base/status.h"

#include "base/strbuf.h"

#include <stdarg.h>

const char *status_words(enum status status)
{
	static const char *const words[STATUS_COUNT] = {
#define X(name, text) [name] = text,
		STATUSES(X)
#undef X
	};

	if ((unsigned)status >= STATUS_COUNT)
		return "unknown status";
	return words[status];
}

enum status problem_set(struct problem *p, enum status status, const char *next, const char *fmt,
			...)
{
	struct problem made;
	va_list ap;

	if (!p)
		return status;
	/* Made aside: `next` and the arguments may point into *p. */
	made.status = status;
	va_start(ap, fmt);
	(void)str_vprintf(made.what, sizeof(made.what), fmt, ap);
	va_end(ap);
	(void)str_copy(made.next, sizeof(made.next), next ? next : "");
	*p = made;
	return status;
}
