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
	CTX_DETAIL = 1 << 1, /* a subject opened over the panes */
	CTX_HELP = 1 << 2,
	CTX_PROOF = 1 << 3,  /* the record of gaps and repairs */
	CTX_REPLAY = 1 << 4, /* beside one of the others, while a recording plays */
	CTX_LIST = 1 << 5,   /* a list over the panes: what was found, what needs attention */
	CTX_SETUP = 1 << 6,  /* the columns of a pane's table */
	CTX_TEXT = CTX_DETAIL | CTX_HELP | CTX_PROOF,
	CTX_ROWS = CTX_PANES | CTX_LIST,
	CTX_LOOK = CTX_PANES | CTX_DETAIL | CTX_PROOF | CTX_LIST,
	CTX_JUMP = CTX_PANES | CTX_DETAIL | CTX_LIST,
	CTX_ANY = CTX_LOOK | CTX_HELP | CTX_SETUP
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
	X(CMD_REWIND, "rewind", "Back a minute", "a minute back", "Replay", "[", CTX_REPLAY)       \
	X(CMD_FORWARD, "forward", "On a minute", "a minute forward", "Replay", "]", CTX_REPLAY)    \
	X(CMD_SLOWER, "slower", "Slower", "play at half the pace", "Replay", ",", CTX_REPLAY)      \
	X(CMD_FASTER, "faster", "Faster", "play at twice the pace", "Replay", ".", CTX_REPLAY)     \
	X(CMD_OPEN, "open", "Open", "open what is selected", "Look", "Enter", CTX_LOOK)            \
	X(CMD_LOOK_UP, "look-up", "Find", "look anything up: id, hash, address, e-mail, link",     \
	  "Look", "f F3", CTX_LOOK)                                                                \
	X(CMD_ATTENTION, "attention", "Attention", "what needs a person, most urgent first",       \
	  "Look", "!", CTX_LOOK)                                                                   \
	X(CMD_FILTER, "filter", "Filter", "show only rows that match", "Look", "/ F4", CTX_ROWS)   \
	X(CMD_SEARCH, "search", "Search", "find a text in what is shown", "Look", "/ F4",          \
	  CTX_TEXT)                                                                                \
	X(CMD_NEXT_HIT, "next-hit", "Next", "next place the text occurs", "Look", "n", CTX_TEXT)   \
	X(CMD_PREV_HIT, "prev-hit", "Previous", "previous place the text occurs", "Look", "N",     \
	  CTX_TEXT)                                                                                \
	X(CMD_COMMAND, "command", "Command", "type a command: :open REF, :save NAME", "Look", ":", \
	  CTX_LOOK)                                                                                \
	X(CMD_FOLLOW, "follow", "Follow", "stay with the newest event", "Look", "F", CTX_PANES)    \
	X(CMD_PAUSE, "pause", "Pause", "hold the screen still; nothing is lost", "Look",           \
	  "Z =", CTX_LOOK)                                                                         \
	X(CMD_REFRESH, "refresh", "Refresh", "ask the server again; dial now when offline",        \
	  "Look", "R C-r F5", CTX_LOOK)                                                            \
	X(CMD_TIME, "time", "Time", "ages, local times, times in UTC", "Look", "t", CTX_LOOK)      \
	X(CMD_PROOF, "proof", "Proof", "how complete it is: every gap and repair", "Look", "P",    \
	  CTX_LOOK)                                                                                \
	X(CMD_NEXT_FILTER, "next-filter", "Next filter", "all rows, then each saved filter",       \
	  "Look", "]", CTX_ROWS)                                                                   \
	X(CMD_PREV_FILTER, "prev-filter", "Previous filter", "the saved filter before", "Look",    \
	  "[", CTX_ROWS)                                                                           \
	X(CMD_SORT_NEXT, "sort-next", "Sort", "sort by the next column", "Table", ">", CTX_ROWS)   \
	X(CMD_SORT_PREV, "sort-prev", "Sort back", "sort by the column before", "Table", "<",      \
	  CTX_ROWS)                                                                                \
	X(CMD_INVERT, "invert", "Invert", "turn the order round", "Table", "I", CTX_ROWS)          \
	X(CMD_NEXT_TROUBLE, "next-trouble", "Next trouble",                                        \
	  "next row that needs a person or failed", "Look", "e", CTX_PANES)                        \
	X(CMD_PREV_TROUBLE, "prev-trouble", "Trouble before",                                      \
	  "previous row that needs a person or failed", "Look", "E", CTX_PANES)                    \
	X(CMD_NEXT_STEP, "next-step", "Next step", "Events: next event of the same payment",       \
	  "Look", ")", CTX_PANES)                                                                  \
	X(CMD_PREV_STEP, "prev-step", "Step before", "Events: previous event of the same payment", \
	  "Look", "(", CTX_PANES)                                                                  \
	X(CMD_TABLE, "table", "Table", "choose, order and width columns; sort by any", "Table",    \
	  "S", CTX_ROWS | CTX_SETUP)                                                               \
	X(CMD_COLUMN_SHOW, "column-show", "Show", "show the column, or hide it", "Table", "Space", \
	  CTX_SETUP)                                                                               \
	X(CMD_COLUMN_LATER, "column-later", "Later", "the column one place on", "Table", "J",      \
	  CTX_SETUP)                                                                               \
	X(CMD_COLUMN_EARLIER, "column-earlier", "Earlier", "the column one place back", "Table",   \
	  "K", CTX_SETUP)                                                                          \
	X(CMD_COLUMN_WIDER, "column-wider", "Wider", "the column a cell wider", "Table",           \
	  "l Right", CTX_SETUP)                                                                    \
	X(CMD_COLUMN_NARROWER, "column-narrower", "Narrower", "the column a cell narrower",        \
	  "Table", "h Left", CTX_SETUP)                                                            \
	X(CMD_COLUMN_SORT, "column-sort", "Sort by it", "sort by the column; again: turn round",   \
	  "Table", "Enter", CTX_SETUP)                                                             \
	X(CMD_COLUMN_RESET, "column-reset", "Reset", "columns and order as they were at first",    \
	  "Table", "r", CTX_SETUP)                                                                 \
	X(CMD_ACKNOWLEDGE, "acknowledge", "Seen", "acknowledge it until its facts change", "Act",  \
	  "A", CTX_LIST)                                                                           \
	X(CMD_NEXT_TAB, "next-tab", "Tab", "next tab", "Detail", "Tab l Right", CTX_DETAIL)        \
	X(CMD_PREV_TAB, "prev-tab", "Back a tab", "previous tab", "Detail", "S-Tab h Left",        \
	  CTX_DETAIL)                                                                              \
	X(CMD_TAB_1, "tab-summary", "Summary", "the Summary tab", "Detail", "1", CTX_DETAIL)       \
	X(CMD_TAB_2, "tab-timeline", "Timeline", "the Timeline tab", "Detail", "2", CTX_DETAIL)    \
	X(CMD_TAB_3, "tab-json", "JSON", "the JSON tab", "Detail", "3", CTX_DETAIL)                \
	X(CMD_TAB_4, "tab-events", "Events", "the Events tab", "Detail", "4", CTX_DETAIL)          \
	X(CMD_TAB_5, "tab-related", "Related", "the Related tab", "Detail", "5", CTX_DETAIL)       \
	X(CMD_FOLD, "fold", "Fold", "fold or unfold a JSON node", "Detail", "Space", CTX_DETAIL)   \
	X(CMD_FOLD_LESS, "fold-less", "Shallower", "show one JSON level less", "Detail", "<",      \
	  CTX_DETAIL)                                                                              \
	X(CMD_FOLD_MORE, "fold-more", "Deeper", "show one JSON level more", "Detail", ">",         \
	  CTX_DETAIL)                                                                              \
	X(CMD_FOLD_ALL, "fold-all", "Fold all", "fold all JSON nodes", "Detail", "-", CTX_DETAIL)  \
	X(CMD_UNFOLD_ALL, "unfold-all", "Unfold all", "unfold all JSON nodes", "Detail", "+",      \
	  CTX_DETAIL)                                                                              \
	X(CMD_WRAP, "wrap", "Wrap", "show long JSON values whole, or only the selected one",       \
	  "Detail", "w", CTX_DETAIL)                                                               \
	X(CMD_QR, "qr", "QR code", "the payment link as a QR code", "Detail", "#", CTX_DETAIL)     \
	X(CMD_CASE, "case", "Case", "write note and evidence into a file", "Detail", "C-s",        \
	  CTX_DETAIL)                                                                              \
	X(CMD_GO_INVOICE, "go-invoice", "Invoice", "to its invoice", "Go", "g+i", CTX_JUMP)        \
	X(CMD_GO_PAYMENT, "go-payment", "Payment", "to its payment", "Go", "g+p", CTX_JUMP)        \
	X(CMD_GO_SESSION, "go-session", "Session", "to what the payor sees", "Go", "g+s",          \
	  CTX_JUMP)                                                                                \
	X(CMD_GO_ORDER, "go-order", "Order", "to its order", "Go", "g+o", CTX_JUMP)                \
	X(CMD_GO_CART, "go-cart", "Cart", "to the customer's cart", "Go", "g+c", CTX_JUMP)         \
	X(CMD_GO_PAYOUT, "go-payout", "Payout", "to its bank payout", "Go", "g+b", CTX_JUMP)       \
	X(CMD_GO_DEPOSIT, "go-deposit", "Deposit", "to its deposit", "Go", "g+d", CTX_JUMP)        \
	X(CMD_GO_KYC, "go-kyc", "KYC", "to the customer's KYC check", "Go", "g+k", CTX_JUMP)       \
	X(CMD_GO_REFUND, "go-refund", "Refund", "to its refund", "Go", "g+r", CTX_JUMP)            \
	X(CMD_GO_CUSTOMER, "go-customer", "Customer", "to its customer", "Go", "g+u", CTX_JUMP)    \
	X(CMD_BROWSE, "browse", "Browser",                                                         \
	  "its page in the browser: block explorer, parcel; over SSH it is copied", "Go", "o",     \
	  CTX_JUMP)                                                                                \
	X(CMD_COPY, "copy", "Copy", "copy the id", "Copy", "y c", CTX_LOOK)                        \
	X(CMD_COPY_MENU, "copy-menu", "Copy …", "choose what to copy", "Copy", "Y", CTX_LOOK)      \
	X(CMD_PLAIN, "plain", "Plain", "what is shown as plain text, to select by mouse", "Copy",  \
	  "p", CTX_LOOK)                                                                           \
	X(CMD_ACTIONS, "actions", "Actions", "what can be done with the selected object", "Act",   \
	  "a", CTX_JUMP)                                                                           \
	X(CMD_BACK, "back", "Back", "one step back: filter, zoom, view", "Program", "Esc",         \
	  CTX_ANY)                                                                                 \
	X(CMD_THEME, "theme", "Theme", "next theme", "Program", "T", CTX_ANY)                      \
	X(CMD_MOUSE, "mouse", "Mouse", "clicks come here, or select text in the terminal",         \
	  "Program", "F2", CTX_ANY)                                                                \
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
