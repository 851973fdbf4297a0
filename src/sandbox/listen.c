#include "sandbox/listen.h"

#include "base/strbuf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

struct endpoint {
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} addr;
	socklen_t len;
	bool loopback;
};

static enum status listen_resolve(const char *address, int port, struct endpoint *ret,
				  struct problem *reterr)
{
	struct endpoint e = {0};

	if (inet_pton(AF_INET, address, &e.addr.v4.sin_addr) == 1) {
		e.addr.v4.sin_family = AF_INET;
		e.addr.v4.sin_port = htons((uint16_t)port);
		e.len = sizeof(e.addr.v4);
		e.loopback = ntohl(e.addr.v4.sin_addr.s_addr) >> 24 == 127;
	} else if (inet_pton(AF_INET6, address, &e.addr.v6.sin6_addr) == 1) {
		e.addr.v6.sin6_family = AF_INET6;
		e.addr.v6.sin6_port = htons((uint16_t)port);
		e.len = sizeof(e.addr.v6);
		e.loopback = IN6_IS_ADDR_LOOPBACK(&e.addr.v6.sin6_addr);
	} else {
		return problem_set(reterr, E_INVALID, "use 127.0.0.1 or ::1",
				   "'%s' is not an IP address", address);
	}
	*ret = e;
	return S_OK;
}

static enum status listen_bind(const struct endpoint *e, const char *address, int port, int *ret_fd,
			       struct problem *reterr)
{
	int on = 1;
	int fd = socket(e->addr.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return problem_set(reterr, E_IO, NULL, "cannot make a socket: %s", strerror(errno));
	/* A restart must not wait for the last run's connections to time out. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (!bind(fd, &e->addr.any, e->len) && !listen(fd, 128)) {
		*ret_fd = fd;
		return S_OK;
	}
	int error = errno;
	close(fd);
	return problem_set(reterr, error == EADDRINUSE ? E_CONFLICT : E_IO,
			   error == EADDRINUSE ? "choose another port, or 0 for any free one"
					       : NULL,
			   "cannot listen on %s, port %d: %s", address, port, strerror(error));
}

static int listen_bound_port(int fd)
{
	struct endpoint e = {.len = sizeof(e.addr)};

	if (getsockname(fd, &e.addr.any, &e.len))
		return 0;
	return ntohs(e.addr.any.sa_family == AF_INET6 ? e.addr.v6.sin6_port : e.addr.v4.sin_port);
}

bool listen_is_loopback(const char *address)
{
	struct endpoint e;

	return listen_resolve(address, 0, &e, NULL) == S_OK && e.loopback;
}

enum status listen_open(const char *address, int port, bool secret, struct listening *ret,
			struct problem *reterr)
{
	struct endpoint e;
	struct listening l = {.fd = -1};
	enum status st = listen_resolve(address, port, &e, reterr);

	if (!st && !e.loopback && !secret)
		return problem_set(reterr, E_DENIED,
				   "use 127.0.0.1 or ::1, or give --tls-cert and --tls-key",
				   "%s is not a loopback address, and keys would travel in clear",
				   address);
	if (!st)
		st = listen_bind(&e, address, port, &l.fd, reterr);
	if (st)
		return st;
	l.port = listen_bound_port(l.fd);
	str_printf(l.authority, sizeof(l.authority),
		   e.addr.any.sa_family == AF_INET6 ? "[%s]:%d" : "%s:%d", address, l.port);
	*ret = l;
	return S_OK;
}
