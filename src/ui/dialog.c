#include "ui/dialog.h"

void dialog_init(struct dialog *d, int64_t now_mono_ms)
{
	*d = (struct dialog){.title_role = ROLE_TITLE_FOCUS, .opened_mono_ms = now_mono_ms};
	safe_text_set(&d->refuse, "Close");
}

void dialog_fact(struct dialog *d, const char *label, enum role role, const char *fmt, ...)
{
	va_list ap;
	if (d->fact_count == DIALOG_FACTS_MAX)
		return;
	struct dialog_fact *f = &d->facts[d->fact_count++];
	f->role = role;
	safe_text_set(&f->label, label);
	safe_text_clear(&f->value);
	va_start(ap, fmt);
	safe_text_vaddf(&f->value, fmt, ap);
	va_end(ap);
}

static bool dialog_can_confirm(const struct dialog *d)
{
	return safe_text_width(&d->confirm) > 0;
}

static bool key_refuses(struct key k)
{
	return !k.ctrl && (k.code == KEYC_ESC || k.code == 'n' || k.code == 'q');
}

enum dialog_result dialog_key(struct dialog *d, struct key k, int64_t now_mono_ms)
{
	if (k.pasted || now_mono_ms - d->opened_mono_ms < DIALOG_GUARD_MS)
		return DIALOG_OPEN;
	if (key_refuses(k))
		return DIALOG_REFUSED;
	if (!k.ctrl && k.code == KEYC_ENTER)
		return d->focus_confirm && dialog_can_confirm(d) ? DIALOG_CONFIRMED
								 : DIALOG_REFUSED;
	if (!dialog_can_confirm(d))
		return DIALOG_OPEN;
	if (d->confirm_key.code != KEYC_NONE && key_equal(k, d->confirm_key))
		return DIALOG_CONFIRMED;
	if (k.code == KEYC_TAB || k.code == KEYC_BACKTAB)
		d->focus_confirm = !d->focus_confirm;
	else if (k.code == KEYC_LEFT || k.code == KEYC_RIGHT)
		d->focus_confirm = k.code == KEYC_RIGHT;
	return DIALOG_OPEN;
}
