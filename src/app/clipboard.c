#include "app/clipboard_priv.h"

#include "base/alloc.h"
#include "base/strbuf.h"
#include "ui/osc52.h"

#include <stdlib.h>
#include <string.h>

/* --- where we are ------------------------------------------------------------------------ */

static bool given(const char *(*env)(const char *name), const char *name)
{
	const char *value = env(name);

	return value && *value;
}

static enum status read_way(const char *word, enum clipboard_way *ret, struct problem *reterr)
{
	static const char *const WORDS[] = {"auto", "native", "osc52", "file"};

	*ret = CLIPBOARD_AUTO;
	if (!word || !*word)
		return S_OK;
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		if (str_equal(word, WORDS[i])) {
			*ret = (enum clipboard_way)i;
			return S_OK;
		}
	}
	return problem_set(reterr, E_INVALID, "auto, native, osc52 or file",
			   "PEPAYTOP_CLIPBOARD: '%.40s' is not a way to copy", word);
}

static void keep_env(struct clipboard_place *p, const char *(*env)(const char *name))
{
	static const char *const NAMES[] = {
		"PATH",
		"HOME",
		"USER",
		"LANG",
		"LC_ALL",
		"DISPLAY",
		"WAYLAND_DISPLAY",
		"XAUTHORITY",
		"TMUX",
		"XDG_RUNTIME_DIR",
		"TMUX_TMPDIR",
		"XDG_DATA_DIRS",
		"XDG_SESSION_TYPE",
		"XDG_CURRENT_DESKTOP",
		"DBUS_SESSION_BUS_ADDRESS",
		"BROWSER",
	};
	size_t count = 0;

	_Static_assert(sizeof(NAMES) / sizeof(NAMES[0]) <= CLIPBOARD_ENV_MAX, "they fit");
	for (size_t i = 0; i < sizeof(NAMES) / sizeof(NAMES[0]); i++) {
		struct strbuf sb;

		if (!given(env, NAMES[i]))
			continue;
		strbuf_init(&sb, 65536);
		strbuf_addf(&sb, "%s=%s", NAMES[i], env(NAMES[i]));
		p->env[count++] = strbuf_take(&sb);
	}
}

enum status clipboard_place_read(struct clipboard_place *p, const char *(*env)(const char *name),
				 const char *state_dir, struct problem *reterr)
{
	const char *runtime = env("XDG_RUNTIME_DIR");
	const char *term = env("TERM");
	struct clipboard_place made = {0};
	enum status status = read_way(env("PEPAYTOP_CLIPBOARD"), &made.way, reterr);

	if (status != S_OK)
		return status;
	made.ssh = given(env, "SSH_TTY") || given(env, "SSH_CONNECTION");
	made.wayland = given(env, "WAYLAND_DISPLAY");
	made.x11 = given(env, "DISPLAY");
	made.tmux = given(env, "TMUX");
	/* tmux calls itself a kind of screen, too. */
	made.screen =
		!made.tmux && (given(env, "STY") || (term && str_starts_with(term, "screen")));
	if (runtime && runtime[0] == '/')
		made.folders[0] = xstrdup(runtime);
	made.folders[1] = state_dir ? xstrdup(state_dir) : NULL;
	keep_env(&made, env);
	*p = made;
	return S_OK;
}

void clipboard_place_release(struct clipboard_place *p)
{
	for (size_t i = 0; i < CLIPBOARD_ENV_MAX; i++)
		free(p->env[i]);
	free(p->folders[0]);
	free(p->folders[1]);
	*p = (struct clipboard_place){0};
}

/* --- the ways ------------------------------------------------------------------------------ */

struct copying {
	struct clipboard *clipboard;
	const char *text;
	size_t len;
	char bytes[64]; /* "1,234 bytes" */
	const char *why_file;
	struct safe_text *said;
};

/* What a shell would obey if it were pasted there. */
static bool has_controls(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			return true;
	}
	return false;
}

/* "99,999 bytes" */
static void say_bytes(char *buf, size_t cap, const char *text, size_t len)
{
	char digits[24], grouped[32] = "";
	size_t n, used = 0;

	(void)str_printf(digits, sizeof(digits), "%zu", len);
	n = strlen(digits);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			grouped[used++] = ',';
		grouped[used++] = digits[i];
	}
	(void)str_printf(buf, cap, "%s byte%s%s", grouped, len == 1 ? "" : "s",
			 has_controls(text, len) ? ", control characters among them" : "");
}

static bool by_tool(struct copying *k)
{
	static const struct {
		const char *argv[5];
		bool wayland, x11;
	} TOOLS[] = {
		{{"wl-copy", "--type", "text/plain"}, true, false},
		{{"xclip", "-selection", "clipboard", "-in"}, false, true},
		{{"xsel", "--clipboard", "--input"}, false, true},
		{{"pbcopy"}, false, false},
	};
	const struct clipboard_place *p = k->clipboard->place;

	for (size_t i = 0; i < sizeof(TOOLS) / sizeof(TOOLS[0]); i++) {
		if ((TOOLS[i].wayland && !p->wayland) || (TOOLS[i].x11 && !p->x11))
			continue;
		if (!clipboard_run_tool(k->clipboard, TOOLS[i].argv, k->text, k->len))
			continue;
		safe_text_fmt(k->said, "copied %s (%s)", k->bytes, TOOLS[i].argv[0]);
		return true;
	}
	return false;
}

static bool by_tmux(struct copying *k)
{
	static const char *const SENT[] = {"tmux", "load-buffer", "-w", "-", NULL};
	static const char *const KEPT[] = {"tmux", "load-buffer", "-", NULL};
	bool sent = k->len <= OSC52_TEXT_MAX; /* tmux would send it, and the terminal drop it */

	if (!k->clipboard->place->tmux ||
	    !clipboard_run_tool(k->clipboard, sent ? SENT : KEPT, k->text, k->len))
		return false;
	safe_text_fmt(k->said,
		      sent ? "in tmux's buffer and sent to its terminal (%s)"
			   : "in tmux's buffer only (%s): more than its terminal takes",
		      k->bytes);
	return true;
}

static bool by_terminal(struct copying *k)
{
	const struct clipboard_place *p = k->clipboard->place;
	enum osc52_wrap wrap = p->tmux ? OSC52_TMUX : p->screen ? OSC52_SCREEN : OSC52_PLAIN;
	struct strbuf sequence;
	bool sent = false;

	if (!k->clipboard->send) {
		k->why_file = "there is no terminal";
		return false;
	}
	strbuf_init(&sequence, 4 * OSC52_TEXT_MAX);
	if (osc52_make(k->text, k->len, wrap, &sequence) != S_OK) {
		k->why_file = "more than a terminal takes";
	} else {
		sent = k->clipboard->send(k->clipboard->send_ctx, strbuf_str(&sequence),
					  sequence.len);
		k->why_file = "the terminal cannot be reached";
	}
	strbuf_release(&sequence);
	if (sent)
		safe_text_fmt(k->said, "sent to the terminal (%s)", k->bytes);
	return sent;
}

/* The path as people write it. */
static void path_short(const struct clipboard_place *p, const char *path, struct safe_text *ret)
{
	for (size_t i = 0; i < CLIPBOARD_ENV_MAX && p->env[i]; i++) {
		const char *home = p->env[i] + strlen("HOME=");
		size_t n;

		if (!str_starts_with(p->env[i], "HOME=/"))
			continue;
		n = strlen(home);
		while (n > 0 && home[n - 1] == '/')
			n--;
		if (n > 0 && strncmp(path, home, n) == 0 && path[n] == '/') {
			safe_text_fmt(ret, "~%s", path + n);
			return;
		}
	}
	safe_text_set(ret, path);
}

static bool by_file(struct copying *k)
{
	char path[CLIPBOARD_PATH_CAP];
	struct problem problem = {.what = "there is no folder for a file"};
	struct safe_text where;

	for (size_t i = 0; i < 2; i++) {
		const char *folder = k->clipboard->place->folders[i];

		if (!folder ||
		    clipboard_write_file(folder, k->text, k->len, path, &problem) != S_OK)
			continue;
		path_short(k->clipboard->place, path, &where);
		safe_text_fmt(k->said, "written to %s (%s)%s%s", safe_text_str(&where), k->bytes,
			      k->why_file ? ": " : "", k->why_file ? k->why_file : "");
		return true;
	}
	safe_text_fmt(k->said, "not copied: %s%s%s", k->why_file ? k->why_file : "",
		      k->why_file ? "; " : "", problem.what);
	return false;
}

static bool by_any(struct copying *k)
{
	const struct clipboard_place *p = k->clipboard->place;
	enum clipboard_way way = p->way;
	bool tools = way == CLIPBOARD_NATIVE || (way == CLIPBOARD_AUTO && !p->ssh);

	if (way == CLIPBOARD_NATIVE)
		k->why_file = "no tool took it";
	if (tools && by_tool(k))
		return true;
	if ((way == CLIPBOARD_AUTO || way == CLIPBOARD_NATIVE) && by_tmux(k))
		return true;
	if ((way == CLIPBOARD_AUTO || way == CLIPBOARD_OSC52) && by_terminal(k))
		return true;
	return by_file(k);
}

bool clipboard_copy(struct clipboard *c, const char *text, size_t len, struct safe_text *ret_said)
{
	struct copying k = {.clipboard = c, .text = text, .len = len, .said = ret_said};

	safe_text_clear(ret_said);
	say_bytes(k.bytes, sizeof(k.bytes), text, len);
	if (len == 0) {
		safe_text_set(ret_said, "nothing to copy");
		return false;
	}
	if (c->place->way == CLIPBOARD_NONE) {
		safe_text_fmt(ret_said, "not copied (%s): a script has no clipboard", k.bytes);
		return false;
	}
	return by_any(&k);
}
