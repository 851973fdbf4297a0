/*
 * Every command a person can give, once: its number, its name for key files and
 * scripts, its words for bars and help, its default keys and where it applies.
 * The help screen, the bottom bar and the key table all expand from here.
 *
 * X(constant, name, title, help, group, default keys, contexts)
 */
#ifndef PEPAYTOP_VIEWS_COMMAND_H
#define PEPAYTOP_VIEWS_COMMAND_H

#include "base/status.h"

/* Where a key means something. */
enum command_context {
	CTX_PANES = 1 << 0,  /* the dashboard: a list pane has the focus */
	CTX_DETAIL = 1 << 1, /* an object opened over the panes */
	CTX_HELP = 1 << 2,
	CTX_PROOF = 1 << 3,  /* the record of gaps and repairs */
	CTX_REPLAY = 1 << 4, /* beside one of the others, while a recording plays */
	CTX_LOOK = CTX_PANES | CTX_DETAIL | CTX_PROOF,
	CTX_ANY = CTX_LOOK | CTX_HELP
};

#define COMMANDS(X)                                                                                \
	X(CMD_DOWN, "down", "Down", "next row", "Move", "j Down", CTX_ANY)                         \
	X(CMD_UP, "up", "Up", "previous row", "Move", "k Up", CTX_ANY)                             \
	X(CMD_PAGE_DOWN, "page-down", "Page down", "a page down", "Move", "PgDn C-f", CTX_ANY)     \
	X(CMD_PAGE_UP, "page-up", "Page up", "a page up", "Move", "PgUp C-b", CTX_ANY)             \
	X(CMD_HALF_DOWN, "half-down", "Half down", "half a page down", "Move", "C-d", CTX_ANY)     \
	X(CMD_HALF_UP, "half-up", "Half up", "half a page up", "Move", "C-u", CTX_ANY)             \
	X(CMD_FIRST, "first", "Top", "first row", "Move", "Home g+g", CTX_ANY)                     \
	X(CMD_LAST, "last", "End", "last row; in Events, follow again", "Move", "End G", CTX_ANY)  \
	X(CMD_NEXT_PANE, "next-pane", "Pane", "focus the next pane", "Panes", "Tab", CTX_PANES)    \
	X(CMD_PREV_PANE, "prev-pane", "Back a pane", "focus the previous pane", "Panes", "S-Tab",  \
	  CTX_PANES)                                                                               \
	X(CMD_PANE_1, "pane-1", "Events", "focus Events", "Panes", "1", CTX_PANES)                 \
	X(CMD_PANE_2, "pane-2", "Invoices", "focus Invoices", "Panes", "2", CTX_PANES)             \
	X(CMD_PANE_3, "pane-3", "Orders", "focus Orders", "Panes", "3", CTX_PANES)                 \
	X(CMD_PANE_4, "pane-4", "Payouts", "focus Payouts", "Panes", "4", CTX_PANES)               \
	X(CMD_ZOOM, "zoom", "Zoom", "the focused pane fills the screen, and back", "Panes",        \
	  "z + _", CTX_PANES)                                                                      \
	X(CMD_OPEN, "open", "Open", "open what is selected", "Look", "Enter", CTX_PANES)           \
	X(CMD_FILTER, "filter", "Filter", "show only rows that match", "Look", "/ F4", CTX_PANES)  \
	X(CMD_FOLLOW, "follow", "Follow", "stay with the newest event", "Look", "F", CTX_PANES)    \
	X(CMD_PAUSE, "pause", "Pause", "hold the screen still; nothing is lost", "Look",           \
	  "Z =", CTX_LOOK)                                                                         \
	X(CMD_REFRESH, "refresh", "Refresh", "ask the server again; dial now when offline",        \
	  "Look", "R C-r F5", CTX_LOOK)                                                            \
	X(CMD_TIME, "time", "Time", "ages, or times in UTC", "Look", "t", CTX_PANES | CTX_DETAIL)  \
	X(CMD_PROOF, "proof", "Proof", "how complete it is: every gap and repair", "Look", "P",    \
	  CTX_LOOK)                                                                                \
	X(CMD_REWIND, "rewind", "Back a minute", "a minute back", "Replay", "[", CTX_REPLAY)       \
	X(CMD_FORWARD, "forward", "On a minute", "a minute forward", "Replay", "]", CTX_REPLAY)    \
	X(CMD_SLOWER, "slower", "Slower", "play at half the pace", "Replay", "<", CTX_REPLAY)      \
	X(CMD_FASTER, "faster", "Faster", "play at twice the pace", "Replay", ">", CTX_REPLAY)     \
	X(CMD_ACTIONS, "actions", "Actions", "what can be done with the selected object", "Act",   \
	  "a", CTX_PANES | CTX_DETAIL)                                                             \
	X(CMD_BACK, "back", "Back", "one step back: filter, zoom, view", "Program", "Esc",         \
	  CTX_ANY)                                                                                 \
	X(CMD_THEME, "theme", "Theme", "next theme", "Program", "T", CTX_ANY)                      \
	X(CMD_HELP, "help", "Help", "the keys", "Program", "? F1", CTX_ANY)                        \
	X(CMD_REDRAW, "redraw", "Redraw", "paint everything again", "Program", "C-l", CTX_ANY)     \
	X(CMD_SUSPEND, "suspend", "Suspend", "to the shell; fg comes back", "Program", "C-z",      \
	  CTX_ANY)                                                                                 \
	X(CMD_QUIT, "quit", "Quit", "back, and from the dashboard leave", "Program", "q", CTX_ANY) \
	X(CMD_QUIT_NOW, "quit-now", "Leave", "leave at once", "Program", "Q C-c", CTX_ANY)

enum command {
	CMD_NONE,
#define X(constant, name, title, help, group, keys, contexts) constant,
	COMMANDS(X)
#undef X
		COMMAND_COUNT
};

/* The rows as the keymap wants them, indexed by command; COMMAND_COUNT of them. */
struct command_info;
const struct command_info *command_table(void);

#endif
