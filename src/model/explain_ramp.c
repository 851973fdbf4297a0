/* Deposits, KYC checks, customers and events in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"
#include "model/reasons.h"
#include "wire/lifecycle.h"

int64_t told_since(const struct record *r)
{
	if (r->changed_ms != TIME_NONE)
		return r->changed_ms;
	return object_updated_ms(&r->object) != TIME_NONE ? object_updated_ms(&r->object)
							  : r->stated_ms;
}

/* --- deposits --------------------------------------------------------------------------- */

static void deposit_failed(const struct teller *t, const struct deposit *d, const char *event,
			   int64_t since)
{
	const char *why = deposit_reason(d->failure_code), *colon = why[0] ? ": " : "";
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	headline(t, TONE_BAD, "A deposit of %s failed%s%s", dollars(a, d->amount), colon, why);
	tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "It failed at %s%s%s.",
		  say_time(at, t, since), colon, why);
	sees(t, "A deposit that failed.");
	if (d->tx_hash[0])
		say(t,
		    "Your deposit of %s did not go through%s%s. We saw it in transaction %s and "
		    "will find out where the money is.",
		    dollars(a, d->amount), colon, why, d->tx_hash);
	else
		say(t,
		    "Your deposit of %s did not arrive. If the money has left your wallet, "
		    "please tell us the transaction.",
		    dollars(a, d->amount));
}

static void deposit_returned(const struct teller *t, const struct deposit *d, const char *event,
			     int64_t since)
{
	const char *why = deposit_reason(d->failure_code), *colon = why[0] ? ": " : "";
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	headline(t, TONE_BAD, "A deposit of %s was sent back%s%s", dollars(a, d->amount), colon,
		 why);
	tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "It was sent back at %s%s%s.",
		  say_time(at, t, since), colon, why);
	sees(t, "A deposit that was sent back.");
	say(t, "We could not take your deposit of %s%s%s%s%s%s. It was sent back at %s.",
	    dollars(a, d->amount), d->tx_hash[0] ? " (transaction " : "", d->tx_hash,
	    d->tx_hash[0] ? ")" : "", colon, why, say_time(at, t, since));
}

void tell_deposit(const struct teller *t, const struct record *r)
{
	const struct deposit d = r->object.as.deposit;
	int64_t since = told_since(r);
	const char *event = event_for(t, SUBJECT_DEPOSIT, d.id, d.status);
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], age[LAPSE_CAP];

	happened(t, event_for(t, SUBJECT_DEPOSIT, d.id, "awaiting_funds"),
		 "A deposit of %s in %s on %s to %s was opened at %s.", dollars(a, d.amount),
		 d.token_symbol, network_name(d.network), d.deposit_address,
		 say_time(at, t, d.created_at));
	if (d.tx_hash[0])
		happened(t, event_for(t, SUBJECT_DEPOSIT, d.id, "received"),
			 "The money was seen in transaction %s.", d.tx_hash);
	switch ((enum deposit_status)vocab_parse(VOCAB_DEPOSIT, d.status)) {
	case DEPOSIT_AWAITING_FUNDS:
		headline(t, TONE_WAITING, "A deposit of %s has been waiting for its money for %s",
			 dollars(a, d.amount), lapse_between(age, d.created_at, t->now_ms));
		sees(t, "An address to send %s to, on %s.", d.token_symbol,
		     network_name(d.network));
		say(t,
		    "We have not seen the transfer yet. Please check that it went to the right "
		    "address on %s.",
		    network_name(d.network));
		break;
	case DEPOSIT_RECEIVED:
		headline(t, TONE_ACTIVE,
			 "A deposit of %s was received, and has not been confirmed for %s",
			 dollars(a, d.amount), lapse_between(age, since, t->now_ms));
		sees(t, "A transfer that is being confirmed.");
		say(t, "We can see your transfer and are waiting for %s to confirm it.",
		    network_name(d.network));
		break;
	case DEPOSIT_CONFIRMED:
		headline(t, TONE_GOOD, "A deposit of %s was confirmed at %s", dollars(a, d.amount),
			 say_time(at, t, since));
		happened(t, event, "It was confirmed at %s.", say_time(at, t, since));
		sees(t, "A deposit that has arrived.");
		say(t, "Your deposit of %s has arrived.", dollars(a, d.amount));
		break;
	case DEPOSIT_FAILED:
		deposit_failed(t, &d, event, since);
		break;
	case DEPOSIT_RETURNED:
		deposit_returned(t, &d, event, since);
		break;
	case DEPOSIT_UNKNOWN:
		headline(t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 d.status);
		break;
	}
}

/* --- KYC ---------------------------------------------------------------------------------- */

void tell_kyc(const struct teller *t, const struct record *r)
{
	const struct kyc k = r->object.as.kyc;
	int64_t since = told_since(r);
	const char *event = event_for(t, SUBJECT_KYC, k.customer_id, k.status);
	char at[SAY_TIME_CAP], age[LAPSE_CAP];

	if (k.submitted_at != TIME_NONE)
		happened(t, event_for(t, SUBJECT_KYC, k.customer_id, "pending"),
			 "The documents were handed in at %s.", say_time(at, t, k.submitted_at));
	switch ((enum kyc_status)vocab_parse(VOCAB_KYC, k.status)) {
	case KYC_NOT_STARTED:
		headline(t, TONE_NEUTRAL, "The KYC check has not begun");
		sees(t, "Payouts and deposits are closed until the check is done.");
		say(t, "Before we can pay out we have to check who you are. Please hand in your "
		       "documents.");
		break;
	case KYC_PENDING:
		headline(t, TONE_WAITING, "The KYC check has been in review for %s",
			 lapse_between(age, k.submitted_at != TIME_NONE ? k.submitted_at : since,
				       t->now_ms));
		sees(t, "A check that is in review; payouts and deposits are closed until it is "
			"approved.");
		say(t,
		    "Your documents are being checked. There is nothing more you need to do right "
		    "now.");
		break;
	case KYC_APPROVED:
		headline(t, TONE_GOOD, "The KYC check was approved at %s",
			 say_time(at, t, k.reviewed_at != TIME_NONE ? k.reviewed_at : since));
		happened(t, event, "It was approved at %s.",
			 say_time(at, t, k.reviewed_at != TIME_NONE ? k.reviewed_at : since));
		sees(t, "Payouts and deposits are open.");
		say(t, "Your check is done; payouts and deposits are open to you.");
		break;
	case KYC_REJECTED:
		headline(t, TONE_BAD, "The KYC check was refused%s%s",
			 k.rejection_reason[0] ? ": " : "", k.rejection_reason);
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "It was refused at %s%s%s.",
			  say_time(at, t, k.reviewed_at != TIME_NONE ? k.reviewed_at : since),
			  k.rejection_reason[0] ? ": " : "", k.rejection_reason);
		sees(t, "A check that was refused; payouts and deposits are closed.");
		say(t, "Your documents could not be accepted%s%s. You can hand in new ones.",
		    k.rejection_reason[0] ? ": " : "", k.rejection_reason);
		break;
	case KYC_EXPIRED:
		headline(t, TONE_WARN, "The approval of the KYC check ran out at %s",
			 say_time(at, t, since));
		happened(t, event, "The approval ran out at %s.", say_time(at, t, since));
		sees(t, "Payouts and deposits are closed until new documents are approved.");
		say(t, "Your check has run out. Please hand in your documents again; once they are "
		       "approved, payouts are open to you as before.");
		break;
	case KYC_UNKNOWN:
		headline(t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 k.status);
		break;
	}
}

/* --- customers ------------------------------------------------------------------------------ */

static bool is_open(const struct object *o)
{
	return !lifecycle_is_over(kind_info(o->kind)->vocab, object_status(o));
}

static void tell_open_thing(const struct teller *t, const struct related_item *item,
			    const struct record *r)
{
	enum vocab v = kind_info(r->object.kind)->vocab;
	const char *status = object_status(&r->object);
	const char *noun = subject_noun(item->subject.kind);
	char since[SAY_TIME_CAP];

	happened(t, event_for(t, item->subject.kind, item->subject.id, NULL),
		 "%s %s: %s, since %s.", noun, item->subject.id, status_said(v, status),
		 say_time(since, t, told_since(r)));
}

/* What somebody has seen is not settled by that. */
static bool needs_a_person(const struct teller *t, const struct subject *s)
{
	const struct attention_item *item;

	return t->a && attention_of(t->a, s, &item, 1) > 0;
}

static void tell_what_is_known(const struct teller *t, const size_t *count)
{
	char text[200] = "";

	for (int k = 0; k < SUBJECT_KIND_COUNT; k++) {
		enum object_kind kind = subject_object((enum subject_kind)k);
		size_t len = strlen(text);

		if (count[k] == 0 || kind == OBJECT_NONE)
			continue;
		if (count[k] == 1)
			str_printf(text + len, sizeof(text) - len, "%s1 %s", len ? ", " : "",
				   kind == OBJECT_KYC ? "KYC check"
						      : subject_word((enum subject_kind)k));
		else
			str_printf(text + len, sizeof(text) - len, "%s%zu %s", len ? ", " : "",
				   count[k], kind_info(kind)->plural);
	}
	happened(t, "", "Known of this customer: %s.", text);
}

void tell_customer(const struct teller *t, const char *id)
{
	size_t count[SUBJECT_KIND_COUNT] = {0};
	size_t open = 0, known = 0, pressing = 0;
	bool presses;

	for (size_t i = 0; i < t->story->related.count; i++) {
		const struct related_item *item = &t->story->related.items[i];
		enum object_kind kind = subject_object(item->subject.kind);
		const struct record *r =
			kind != OBJECT_NONE ? store_record(t->st, kind, item->subject.id) : NULL;

		if (!r)
			continue;
		presses = needs_a_person(t, &item->subject);
		pressing += presses;
		known++;
		count[item->subject.kind]++;
		if (!presses && !is_open(&r->object))
			continue;
		if (++open <= 12)
			tell_open_thing(t, item, r);
	}
	if (known == 0) {
		headline(t, TONE_NEUTRAL, "Nothing is known of customer %s yet", id);
		return;
	}
	if (known == 1 && pressing > 0)
		headline(t, TONE_WARN, "The one thing known of this customer needs a person");
	else if (pressing > 0)
		headline(t, TONE_WARN, "%zu of the %zu things known of this customer %s a person",
			 pressing, known, pressing == 1 ? "needs" : "need");
	else if (open > 0)
		headline(t, TONE_WAITING,
			 "%zu of the %zu things known of this customer %s not over", open, known,
			 open == 1 ? "is" : "are");
	else
		headline(t, TONE_GOOD, "Nothing is open for this customer");
	tell_what_is_known(t, count);
}

/* --- events ------------------------------------------------------------------------------------
 */

void tell_event(const struct teller *t, const char *id)
{
	const struct event_row *row = store_event_by_id(t->st, id);
	struct event_brief e = {.type = "",
				.object_word = "",
				.object_id = "",
				.status = "",
				.previous_status = ""};
	enum load_state load;
	const struct msg_event *whole = store_event_whole(t->st, id, &load, NULL);
	const char *noun;
	char at[SAY_TIME_CAP];

	if (row)
		store_brief(t->st, row, &e);
	else if (whole)
		event_brief(&whole->event, &e);
	if (!row && !whole) {
		headline(t, TONE_NEUTRAL, "Nothing is known of this event yet");
		return;
	}
	noun = e.about != OBJECT_NONE ? subject_noun(subject_of_object(e.about)) : e.object_word;
	headline(t, TONE_NEUTRAL, "%s at %s: %s%s%s", e.type, say_time(at, t, e.created_ms), noun,
		 e.status[0] ? " " : "", e.status);
	if (e.previous_status[0])
		happened(t, id, "%s %s went from %s to %s.", noun, e.object_id, e.previous_status,
			 e.status);
	else
		happened(t, id, "%s %s was said to be %s.", noun, e.object_id,
			 e.status[0] ? e.status : "there");
	if (e.flawed)
		tell_line(t, EXPLAIN_HAPPENED, id, TONE_WARN,
			  "What it carries could not be read; its JSON says why.");
	sees(t, "Nothing: an event tells you, not the customer.");
}
