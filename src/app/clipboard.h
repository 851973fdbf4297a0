/*
 * Copying, wherever the program runs. Tried in turn:
 *   1. a tool of this machine (wl-copy, xclip, xsel, pbcopy), when there is a display and nobody is
 *      logged in from elsewhere: over SSH this machine's clipboard is not the reader's;
 *   2. inside tmux, tmux itself (load-buffer), which needs no setting and has no limit of size; up
 * to OSC52_TEXT_MAX bytes it passes it on to the terminal it is shown on (-w), which drops more;
 *   3. OSC 52 through the terminal (ui/osc52.h), up to OSC52_TEXT_MAX bytes;
 *   4. a file, 0600, in $XDG_RUNTIME_DIR or else the state folder; the next one replaces it.
 * PEPAYTOP_CLIPBOARD (auto, native, osc52, file) leaves only 1 and 2, only 3, or none before the
 * file. What is said is what is known: a tool that ended well has "copied"; a terminal does not
 * answer, so to it things are "sent".
 */
#ifndef PEPAYTOP_APP_CLIPBOARD_H
#define PEPAYTOP_APP_CLIPBOARD_H

#include "base/text.h"

enum clipboard_way {
	CLIPBOARD_AUTO,
	CLIPBOARD_NATIVE,
	CLIPBOARD_OSC52,
	CLIPBOARD_FILE,
	CLIPBOARD_NONE /* a script that was not told otherwise */
};

/* What the environment tells about where we are. */
#define CLIPBOARD_ENV_MAX 16
struct clipboard_place {
	enum clipboard_way way;
	bool ssh, wayland, x11, tmux, screen;
	char *folders[2];                 /* for the file, the first that can be written to */
	char *env[CLIPBOARD_ENV_MAX + 1]; /* of a tool: what it needs, and no key of ours */
};
/* E_INVALID for a PEPAYTOP_CLIPBOARD that is none. `state_dir` may be NULL. */
must_check enum status clipboard_place_read(struct clipboard_place *p,
					    const char *(*env)(const char *name),
					    const char *state_dir, struct problem *reterr);
void clipboard_place_release(struct clipboard_place *p);

#define CLIPBOARD_STAYING_MAX 4
struct clipboard {
	const struct clipboard_place *place;
	/* Through the terminal, all or nothing; NULL: there is none. */
	bool (*send)(void *ctx, const char *bytes, size_t len);
	void *send_ctx;
	int wait_ms;                        /* for a tool; 0: a second */
	int staying[CLIPBOARD_STAYING_MAX]; /* tools that serve what they were given; 0: none */
};

/*
 * Takes at most some seconds, one a tool that hangs. True when the bytes went somewhere;
 * *ret_said tells in either case, for the notice line: "copied 36 bytes (xclip)", "sent to the
 * terminal (36 bytes)", "written to /run/user/1000/pepaytop-copy.txt (99,999 bytes): …".
 */
bool clipboard_copy(struct clipboard *c, const char *text, size_t len, struct safe_text *ret_said);
/* Shows a page in the browser of this machine; false over SSH, without a display, or when no
 * browser takes it: then it is to be copied. */
bool clipboard_browse(struct clipboard *c, const char *url);

#endif
