#include "sandbox/control.h"

#include "base/strbuf.h"

#define PATH "/_sandbox"

bool control_is_path(const char *path)
{
	return str_starts_with(path, PATH) && (!path[strlen(PATH)] || path[strlen(PATH)] == '/');
}

static bool is_loopback_authority(const char *host)
{
	size_t n = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":");
	char name[64];

	if (n >= sizeof(name) || n > strlen(host) || (host[n] && host[n] != ':'))
		return false;
	str_printf(name, sizeof(name), "%.*s", (int)n, host);
	if (str_equal(name, "localhost") || str_equal(name, "[::1]"))
		return true;
	/* A name may begin with 127. as well; an address has nothing but digits and dots. */
	return str_starts_with(name, "127.") && strspn(name, "0123456789.") == strlen(name);
}

bool control_admit(const char *host, const char *origin, struct reply *r)
{
	if (!origin && host && is_loopback_authority(host))
		return true;
	reply_error(r, 403, "CONTROL_DENIED", "Control is for programs on this machine: %s",
		    origin ? "no web page may call it" : "the Host must be a loopback address");
	return false;
}

struct faults *control_faults(const struct world *w)
{
	return w->control ? w->control->faults : NULL;
}
