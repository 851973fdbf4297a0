/* A script that is being written while it runs: by a program that drives this one. */
#include "app/script_parts.h"

#include "base/alloc.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

static enum status stream_fill(struct script_stream *in, struct problem *reterr)
{
	struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};
	char chunk[4096];
	while (!in->ended && poll(&fd, 1, 0) == 1) {
		ssize_t n = read(STDIN_FILENO, chunk, sizeof(chunk));
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return problem_set(reterr, E_IO, NULL, "standard input: %s",
					   strerror(errno));
		in->ended = n == 0;
		if (n > 0)
			strbuf_add(&in->text, chunk, (size_t)n);
		if (n < 0)
			break;
	}
	if (in->ended && in->text.len > 0) /* a last line that nobody ended */
		strbuf_addch(&in->text, '\n');
	if (in->text.overflow || strlen(strbuf_str(&in->text)) != in->text.len)
		return problem_set(reterr, E_INVALID, NULL, "standard input: not lines of text");
	return S_OK;
}

enum status script_stream_read(struct script_stream *in, struct script_line **ret_lines,
			       size_t *ret_count, struct problem *reterr)
{
	enum status st = stream_fill(in, reterr);
	if (st != S_OK)
		return st;
	const char *text = strbuf_str(&in->text);
	const char *end = strrchr(text, '\n');
	if (end == NULL)
		return S_OK;
	char *rest = xstrdup(end + 1);
	char *whole = xmemdup0(text, (size_t)(end + 1 - text));
	strbuf_clear(&in->text);
	strbuf_addstr(&in->text, rest);
	st = script_lines_parse(whole, in->lines, ret_lines, ret_count, reterr);
	for (const char *p = whole; (p = strchr(p, '\n')) != NULL; p++)
		in->lines++;
	free(rest);
	free(whole);
	return st;
}
