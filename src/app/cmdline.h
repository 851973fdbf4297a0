/*
 * The `:` line: commands with arguments, and every command of the keys by its name.
 * Pure: it reads and completes; prompts_run.c does.
 */
#ifndef PEPAYTOP_APP_CMDLINE_H
#define PEPAYTOP_APP_CMDLINE_H

#include "app/prompts_names.h"
#include "model/query_complete.h"
#include "views/command.h"

/* What an argument is, and so what completes it. */
enum line_arg {
	ARG_NONE,
	ARG_REF,    /* anything that can be looked up */
	ARG_FILTER, /* a filter, or @NAME */
	ARG_NEW,    /* a name to give */
	ARG_SAVED,  /* the name of a saved filter */
	ARG_COLUMN,
	ARG_TEXT,
	ARG_CUSTOMER,
	ARG_THEME
};

/* X(constant, name, argument as it is shown, what it is, may it be missing, help) */
#define LINE_COMMANDS(X)                                                                    \
	X(LINE_OPEN, "open", "REF", ARG_REF, false,                                         \
	  "look up an id, hash, address, e-mail, link, and open it")                        \
	X(LINE_FILTER, "filter", "TEXT", ARG_FILTER, true,                                  \
	  "show rows that match; @NAME is a saved one; nothing shows all")                  \
	X(LINE_SAVE, "save", "NAME", ARG_NEW, false, "keep the filter in force as @NAME")   \
	X(LINE_FORGET, "forget", "NAME", ARG_SAVED, false, "let a saved filter go")         \
	X(LINE_FILTERS, "filters", "", ARG_NONE, true, "which filters are saved")           \
	X(LINE_SORT, "sort", "COLUMN", ARG_COLUMN, false,                                   \
	  "sort the list; -COLUMN the other way round")                                     \
	X(LINE_CART, "cart", "CUSTOMER", ARG_CUSTOMER, false, "the cart of a customer")     \
	X(LINE_CUSTOMER, "customer", "ID", ARG_CUSTOMER, false, "everything of a customer") \
	X(LINE_PRODUCTS, "products", "TEXT", ARG_TEXT, false, "search the catalogue")       \
	X(LINE_THEME, "theme", "NAME", ARG_THEME, true, "another theme; nothing: the next")

enum line_kind {
	LINE_NOTHING,
#define X(constant, name, arg, what, optional, help) constant,
	LINE_COMMANDS(X)
#undef X
		LINE_KEY, /* a command of the keys: `command` */
	LINE_KIND_COUNT
};

struct line {
	enum line_kind kind;
	enum command command; /* LINE_KEY */
	const char *arg;      /* into the text, without blanks around it; "" none */
	size_t arg_len, arg_at;
};

/*
 * Reads a line; blanks and a leading `:` do not matter, and the beginning of a name is enough when
 * it is no other's. On E_INVALID *ret_at is the byte to point at.
 */
must_check enum status line_parse(const char *text, unsigned contexts, struct line *ret,
				  size_t *ret_at, struct problem *reterr);

/* What completions are made of; any pointer may be NULL. */
struct line_world {
	unsigned contexts; /* whose commands mean something now */
	const struct named_filters *names;
	const char *const *columns; /* NULL-terminated */
	const char *const *themes;
	const struct store *store;
	enum object_kind kind; /* of the rows a filter is for */
};
/* What may stand at the cursor: names of commands, then what their argument takes. */
void line_complete(const char *text, size_t at, const struct line_world *w,
		   struct completions *ret);
/* The same in a filter. */
void filter_complete(const char *text, size_t at, const struct line_world *w,
		     struct completions *ret);
/* "open REF: look up …", of the command the line begins with; false: of none. */
bool line_help(const char *text, unsigned contexts, struct safe_text *ret);

#endif
