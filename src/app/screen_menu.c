/* Menus over the screen: what can be done with an object, and what can be copied. */
#include "app/screen_parts.h"

#include "base/alloc.h"
#include "views/page.h"
#include "views/proof.h"

#include <string.h>

#define COPY_SHOWN 36 /* cells */

/* --- actions ---------------------------------------------------------------------- */

/* A recording, or a history that cannot take what follows: no action leaves. */
static bool screen_actions_off(const struct screen *s, struct safe_text *ret_why,
			       enum role *ret_role)
{
	if (s->replay.on) {
		safe_text_set(ret_why, "This is a recording: nothing in it can be changed.");
		*ret_role = ROLE_WARN;
		return true;
	}
	return proof_trouble(ret_why, store_history(s->store), ret_role);
}

void screen_open_actions(struct screen *s)
{
	struct view *v = screen_top(s);
	struct subject what;
	struct safe_text text;
	enum role role;

	if (screen_actions_off(s, &text, &role)) {
		screen_notice(s, role, &text);
		return;
	}
	if (!v->ops->selected(v, s->store, &what)) {
		safe_text_set(&text, "Nothing is selected, so there is nothing to act on.");
		screen_notice(s, ROLE_MUTED, &text);
		return;
	}
	actions_offer(&s->actions, s->store, &what, s->read_only);
	if (s->actions.menu.count == 0) {
		safe_text_set(&text, "There is no action for this kind of object yet; orders and "
				     "invoices can be cancelled.");
		screen_notice(s, ROLE_MUTED, &text);
		return;
	}
	s->menu_use = MENU_OF_ACTIONS;
	s->menu_open = true;
}

static void actions_chosen(struct screen *s, int chosen)
{
	s->dialog_open = true;
	s->intent = s->actions.intents[chosen];
	actions_ask(&s->dialog, &s->intent, s->store, s->environment, s->ctx.server, s->mono_ms);
}

static void screen_send(struct screen *s)
{
	struct safe_text text, why;
	enum role role;

	if (screen_actions_off(s, &why, &role)) {
		safe_text_fmt(&text, "Not sent. %s", safe_text_str(&why));
		screen_notice(s, role, &text);
		return;
	}
	if (!actions_still_true(&s->intent, s->store, &text)) {
		screen_notice(s, ROLE_WARN, &text);
		return;
	}
	rng_uuid(s->rng, s->intent.request.idempotency_key);
	s->notice_action = outbox_add(s->out, &s->intent.request);
	if (s->notice_action == 0) {
		safe_text_set(&text,
			      "Not sent: too many requests are waiting. Try again in a moment.");
		screen_notice(s, ROLE_WARN, &text);
		return;
	}
	safe_text_fmt(&text, "Sending: %s %s", request_kind_words(s->intent.request.kind),
		      s->intent.request.target);
	screen_notice(s, ROLE_ACTIVE, &text);
}

void screen_key_dialog(struct screen *s, struct key k)
{
	switch (dialog_key(&s->dialog, k, s->mono_ms)) {
	case DIALOG_CONFIRMED:
		s->dialog_open = false;
		screen_send(s);
		break;
	case DIALOG_REFUSED:
		s->dialog_open = false;
		break;
	case DIALOG_OPEN:
		break;
	}
}

/* --- copies ------------------------------------------------------------------- */

/* What the view offers, or the id of what is selected. */
static void copies_offer(struct screen *s, struct copies *ret, bool id_only)
{
	struct view *v = screen_top(s);
	struct subject what;
	char label[48];

	memset(ret, 0, sizeof(*ret));
	ret->id_only = id_only;
	if (v->ops->copies)
		v->ops->copies(v, s->store, ret);
	if (ret->count > 0 || !v->ops->selected(v, s->store, &what))
		return;
	(void)str_printf(label, sizeof(label), "%s id", subject_word(what.kind));
	copies_add(ret, label, what.id);
}

static void copies_none(struct screen *s)
{
	struct safe_text text;

	safe_text_set(&text, "Nothing is selected, so there is nothing to copy.");
	screen_notice(s, ROLE_MUTED, &text);
}

static enum wish copies_take(struct screen *s, struct copies *from, size_t i)
{
	ask_release(&s->copy);
	s->copy.kind = ASK_COPY;
	safe_text_set(&s->copy.label, from->items[i].label);
	s->copy.text = from->items[i].text;
	s->copy.len = from->items[i].len;
	from->items[i].text = NULL;
	copies_release(from);
	return WISH_COPY;
}

static void copies_put_first(struct copies *c, const char *label, const char *text)
{
	struct copy_item item;

	if (c->count == COPIES_MAX)
		free(c->items[--c->count].text);
	copies_add(c, label, text);
	item = c->items[c->count - 1];
	memmove(c->items + 1, c->items, (c->count - 1) * sizeof(c->items[0]));
	c->items[0] = item;
}

static void copies_offer_case(struct screen *s, struct copies *ret)
{
	const struct view *v = screen_top(s);
	struct subject what;

	if (s->case_path[0] != '\0' && v->ops->selected(v, s->store, &what) &&
	    subject_equal(&what, &s->case_of))
		copies_put_first(ret, "path of the case", s->case_path);
}

/* The path as people write it. */
static void path_short(struct safe_text *t, const char *path, const char *home)
{
	size_t n = home ? strlen(home) : 0;

	while (n > 0 && home[n - 1] == '/')
		n--;
	if (n > 0 && strncmp(path, home, n) == 0 && path[n] == '/')
		safe_text_fmt(t, "~%s", path + n);
	else
		safe_text_set(t, path);
}

void screen_case_written(struct screen *s, const struct subject *what, const char *path,
			 const char *home)
{
	const unsigned room = s->body.w > 2 ? (unsigned)s->body.w - 2 : 0;
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct safe_text text, where;

	(void)str_copy(s->case_path, sizeof(s->case_path), path);
	s->case_of = *what;
	path_short(&where, path, home);
	safe_text_fmt(&text, "Case written, people masked; Y copies the path: %s",
		      safe_text_str(&where));
	if (safe_text_width(&text) > room)
		safe_text_fmt(&text, "Case written, Y copies the path: %s/%s",
			      s->ctx.ascii ? "..." : "…", name);
	if (safe_text_width(&text) > room)
		safe_text_fmt(&text, "Written: %s%s/%s",
			      safe_text_str(&where)[0] == '~' ? "~/" : "",
			      s->ctx.ascii ? "..." : "…", name);
	if (safe_text_width(&text) > room)
		safe_text_fit_middle(&text, room);
	screen_notice(s, ROLE_GOOD, &text);
}

enum wish screen_copy(struct screen *s)
{
	copies_release(&s->copies);
	copies_offer(s, &s->copies, true);
	if (s->copies.count == 0) {
		copies_none(s);
		return WISH_NONE;
	}
	return copies_take(s, &s->copies, copies_id(&s->copies));
}

/* The first line of it, unless it is a secret. */
static void copy_shown(const struct screen *s, const struct copy_item *item, struct safe_text *ret)
{
	if (item->secret)
		safe_text_set(ret, s->ctx.ascii ? "********" : "••••••••");
	else
		safe_text_set_bytes(ret, item->text, strcspn(item->text, "\n"));
	safe_text_fit_middle(ret, COPY_SHOWN);
}

void screen_open_copies(struct screen *s)
{
	struct safe_text shown;

	copies_release(&s->copies);
	copies_offer(s, &s->copies, false);
	copies_offer_case(s, &s->copies);
	if (s->copies.count == 0) {
		copies_none(s);
		return;
	}
	menu_init(&s->copy_menu);
	safe_text_set(&s->copy_menu.title, "Copy");
	for (size_t i = 0; i < s->copies.count && i < MENU_ITEMS_MAX; i++) {
		const struct copy_item *item = &s->copies.items[i];

		copy_shown(s, item, &shown);
		menu_add_lettered(&s->copy_menu, (int)i, item->letter, item->label, &shown);
	}
	s->menu_use = MENU_OF_COPIES;
	s->menu_open = true;
}

/* What has no text of its own, a list, is printed as it is drawn. */
static void plain_as_drawn(const struct screen *s, const struct view *v, struct strbuf *ret)
{
	struct grid *g = grid_new(v->width, v->height, s->ctx.ascii);
	struct canvas c = canvas_whole(g);
	struct safe_text title, badge;
	char *drawn;

	v->ops->heading(v, s->store, &title, &badge);
	v->ops->draw(v, s->store, &c);
	drawn = grid_to_text(g);
	strbuf_addf(ret, "%s  %s\n%s", safe_text_str(&title), safe_text_str(&badge), drawn);
	free(drawn);
	grid_free(g);
}

enum wish screen_plain(struct screen *s)
{
	struct view *v = screen_top(s);
	struct strbuf text;

	strbuf_init(&text, 64u << 20);
	if (v->ops->plain)
		v->ops->plain(v, s->store, &text);
	else
		plain_as_drawn(s, v, &text);
	ask_release(&s->copy);
	s->copy.kind = ASK_COPY;
	s->copy.len = text.len;
	s->copy.text = strbuf_take(&text);
	return WISH_PLAIN;
}

/* The page that shows more of what is selected. */
enum wish screen_browse(struct screen *s)
{
	struct view *v = screen_top(s);
	struct subject what;
	struct safe_text text;
	char url[PAGE_CAP];
	const char *of;

	if (!v->ops->selected(v, s->store, &what)) {
		safe_text_set(&text, "Nothing is selected, so there is no page to open.");
		screen_notice(s, ROLE_MUTED, &text);
		return WISH_NONE;
	}
	if (!page_of(s->store, &what, url, &of)) {
		safe_text_fmt(
			&text,
			"This %s has no page to open: no transaction and no parcel of it is known.",
			subject_word(what.kind));
		screen_notice(s, ROLE_MUTED, &text);
		return WISH_NONE;
	}
	ask_release(&s->copy);
	s->copy.kind = ASK_COPY;
	safe_text_fmt(&s->copy.label, "page of the %s", of);
	s->copy.len = strlen(url);
	s->copy.text = xstrdup(url);
	return WISH_BROWSE;
}

/* --- keys --------------------------------------------------------------------- */

enum wish screen_key_menu(struct screen *s, struct key k)
{
	struct menu *m = s->menu_use == MENU_OF_ACTIONS ? &s->actions.menu : &s->copy_menu;
	int chosen;

	switch (menu_key(m, k, &chosen)) {
	case MENU_CHOSEN:
		s->menu_open = false;
		if (s->menu_use == MENU_OF_COPIES)
			return copies_take(s, &s->copies, (size_t)chosen);
		actions_chosen(s, chosen);
		break;
	case MENU_CLOSED:
		s->menu_open = false;
		break;
	case MENU_OPEN:
		break;
	}
	return WISH_NONE;
}
