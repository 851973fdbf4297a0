/* Payouts, deposits, KYC checks, customers and events in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"
#include "wire/lifecycle.h"

static int64_t since_of(const struct record *r)
{
	if (r->changed_ms != TIME_NONE)
		return r->changed_ms;
	return object_updated_ms(&r->object) != TIME_NONE ? object_updated_ms(&r->object)
							  : r->stated_ms;
}

static const char *fiat(char buf[MONEY_TEXT_CAP], const struct payout *p)
{
	unsigned exponent = p->fiat_exponent < 0 || p->fiat_exponent > MONEY_EXPONENT_MAX
				    ? 0
				    : (unsigned)p->fiat_exponent;
	size_t len;

	money_format(buf, money_make(p->fiat_amount_minor, exponent, p->fiat_currency),
		     MONEY_PLAIN);
	len = strlen(buf);
	str_printf(buf + len, MONEY_TEXT_CAP - len, " %s", p->fiat_currency);
	return buf;
}

/* --- payouts -------------------------------------------------------------------------- */

static void tell_payout_birth(const struct teller *t, const struct payout *p)
{
	char a[MONEY_TEXT_CAP], b[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	happened(t, event_for(t, SUBJECT_PAYOUT, p->id, "queued"),
		 "A payout of %s (%s, by %s) to %s%s%s was asked for at %s.", dollars(a, p->amount),
		 fiat(b, p), p->rail,
		 p->bank_account.bank_name[0] ? p->bank_account.bank_name : "the bank",
		 p->bank_account.last4[0] ? ", account ending in " : "", p->bank_account.last4,
		 say_time(at, t, p->created_at));
	if (p->retry_of[0])
		happened(t, "", "It is another try of payout %s.", p->retry_of);
}

static bool tell_retry(const struct teller *t, const char *id)
{
	for (size_t i = 0; i < t->story->related.count; i++) {
		const struct related_item *item = &t->story->related.items[i];
		const struct record *r;

		if (item->relation != RELATION_RETRIED_BY)
			continue;
		r = store_record(t->st, OBJECT_PAYOUT, item->subject.id);
		if (!r || !str_equal(r->object.as.payout.retry_of, id))
			continue;
		happened(t, event_for(t, SUBJECT_PAYOUT, item->subject.id, NULL),
			 "It was tried again as payout %s, which is %s.", item->subject.id,
			 status_said(VOCAB_PAYOUT, object_status(&r->object)));
		return true;
	}
	return false;
}

static void payout_open(const struct teller *t, const struct payout *p, const char *event)
{
	bool promised = p->estimated_arrival_at != TIME_NONE;
	bool late = promised && p->estimated_arrival_at <= t->now_ms;
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], age[LAPSE_CAP];

	happened(t, event, "It is %s%s%s.", status_said(VOCAB_PAYOUT, p->status),
		 promised ? "; the bank's estimate is " : "",
		 promised ? say_time(at, t, p->estimated_arrival_at) : "");
	if (late)
		headline(t, TONE_WARN, "The payout of %s is late: it was expected %s ago",
			 fiat(a, p), lapse(age, t->now_ms - p->estimated_arrival_at));
	else if (promised)
		headline(t, TONE_ACTIVE, "The payout of %s is on its way, expected by %s",
			 fiat(a, p), say_time(at, t, p->estimated_arrival_at));
	else
		headline(t, TONE_ACTIVE, "The payout of %s is %s", fiat(a, p),
			 status_said(VOCAB_PAYOUT, p->status));
	sees(t, "Nothing on the bank account yet.");
	if (late)
		say(t,
		    "Your %s takes longer than the bank told us. It has not come back, so it is "
		    "still on its way; we are asking where it is.",
		    fiat(a, p));
	else
		say(t, "Your %s is on its way to your bank%s%s.", fiat(a, p),
		    promised ? " and should be there by " : "",
		    promised ? say_time(at, t, p->estimated_arrival_at) : "");
}

static void payout_over(const struct teller *t, const struct record *r, const struct payout *p,
			const char *event)
{
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];
	bool failed = str_equal(p->status, "failed");
	const char *why = p->failure_message[0] ? p->failure_message : p->failure_code;
	bool again;

	if (str_equal(p->status, "paid")) {
		headline(t, TONE_GOOD, "The payout of %s is in the bank since %s", fiat(a, p),
			 say_time(at, t, p->paid_at != TIME_NONE ? p->paid_at : since_of(r)));
		happened(t, event, "The bank has it since %s.",
			 say_time(at, t, p->paid_at != TIME_NONE ? p->paid_at : since_of(r)));
		sees(t, "%s on the bank account.", fiat(a, p));
		say(t,
		    "Your %s has arrived at your bank. If you do not see it, please ask them "
		    "for a transfer by %s.",
		    fiat(a, p), p->rail);
		return;
	}
	if (str_equal(p->status, "canceled")) {
		headline(t, TONE_DEAD, "The payout of %s was canceled before it left", fiat(a, p));
		sees(t, "Nothing: no money left.");
		say(t, "Your payout was canceled and no money has left. You can ask for it "
		       "again.");
		return;
	}
	tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "%s at %s%s%s.",
		  failed ? "It failed" : "The bank sent it back", say_time(at, t, since_of(r)),
		  why[0] ? ": " : "", why);
	again = tell_retry(t, p->id);
	headline(t, again ? TONE_DEAD : TONE_BAD, "The payout of %s %s%s%s%s", fiat(a, p),
		 failed ? "failed" : "came back from the bank", why[0] ? ": " : "", why,
		 again ? " (tried again since)" : "");
	sees(t, failed ? "Nothing on the bank account."
		       : "Money that arrived and left again, or never showed.");
	if (again)
		say(t, "Your payout did not go through at first; we have sent it again.");
	else
		say(t,
		    "I am sorry, your bank did not take the payout%s%s. Your money is safe: "
		    "please check the account with me and we will send it again.",
		    why[0] ? ": " : "", why);
}

static void tell_kyc_of(const struct teller *t, const char *customer)
{
	const struct record *r = customer[0] ? store_record(t->st, OBJECT_KYC, customer) : NULL;

	if (r && !str_equal(object_status(&r->object), "approved"))
		tell_line(t, EXPLAIN_HAPPENED, event_for(t, SUBJECT_KYC, customer, NULL), TONE_WARN,
			  "The customer's KYC check is %s.",
			  status_said(VOCAB_KYC, object_status(&r->object)));
}

void tell_payout(const struct teller *t, const struct record *r)
{
	const struct payout p = r->object.as.payout;
	const struct record copy = *r; /* its times; other records are shown below */
	const char *event = event_for(t, SUBJECT_PAYOUT, p.id, p.status);

	tell_payout_birth(t, &p);
	if (str_equal(p.status, "queued") || str_equal(p.status, "processing"))
		payout_open(t, &p, event);
	else if (vocab_parse(VOCAB_PAYOUT, p.status) != PAYOUT_UNKNOWN)
		payout_over(t, &copy, &p, event);
	else
		headline(t, TONE_NEUTRAL, "It is “%s”, a state this program does not know",
			 p.status);
	tell_kyc_of(t, p.customer_id);
}

/* --- deposits --------------------------------------------------------------------------- */

void tell_deposit(const struct teller *t, const struct record *r)
{
	const struct deposit d = r->object.as.deposit;
	int64_t since = since_of(r);
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
		headline(t, TONE_WAITING, "A deposit of %s waits for its money for %s",
			 dollars(a, d.amount), lapse(age, t->now_ms - d.created_at));
		sees(t, "An address to send %s to, on %s.", d.token_symbol,
		     network_name(d.network));
		say(t,
		    "We have not seen the transfer yet. Please check that it went to the right "
		    "address on %s.",
		    network_name(d.network));
		break;
	case DEPOSIT_RECEIVED:
		headline(t, TONE_ACTIVE, "A deposit of %s is received, not confirmed for %s",
			 dollars(a, d.amount), lapse(age, t->now_ms - since));
		sees(t, "A transfer that is being confirmed.");
		say(t, "We can see your transfer and are waiting for %s to confirm it.",
		    network_name(d.network));
		break;
	case DEPOSIT_CONFIRMED:
		headline(t, TONE_GOOD, "A deposit of %s is confirmed since %s",
			 dollars(a, d.amount), say_time(at, t, since));
		happened(t, event, "It was confirmed at %s.", say_time(at, t, since));
		sees(t, "A deposit that has arrived.");
		say(t, "Your deposit of %s has arrived.", dollars(a, d.amount));
		break;
	case DEPOSIT_FAILED:
	case DEPOSIT_RETURNED: {
		bool returned = str_equal(d.status, "returned");

		headline(t, TONE_BAD, "A deposit of %s %s%s%s", dollars(a, d.amount),
			 returned ? "was sent back" : "failed", d.failure_code[0] ? ": " : "",
			 d.failure_code);
		tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "It %s at %s%s%s.",
			  returned ? "was sent back" : "failed", say_time(at, t, since),
			  d.failure_code[0] ? ": " : "", d.failure_code);
		sees(t, returned ? "The money back in the wallet it came from."
				 : "A deposit that failed.");
		say(t, returned ? "We could not take your deposit, and it was sent back to the "
				  "wallet it came from."
				: "Your deposit did not arrive. If the money has left your wallet, "
				  "please tell us the transaction.");
		break;
	}
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
	int64_t since = since_of(r);
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
		headline(t, TONE_WAITING, "The KYC check is in review for %s",
			 lapse(age,
			       t->now_ms - (k.submitted_at != TIME_NONE ? k.submitted_at : since)));
		sees(t, "A check that is in review; payouts and deposits are closed until then.");
		say(t, "We have your documents and are checking them. There is nothing more you "
		       "need to do right now.");
		break;
	case KYC_APPROVED:
		headline(t, TONE_GOOD, "The KYC check is approved since %s",
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
		say(t,
		    "We could not accept your documents%s%s. You can hand them in again, and we "
		    "will look at them at once.",
		    k.rejection_reason[0] ? ": " : "", k.rejection_reason);
		break;
	case KYC_EXPIRED:
		headline(t, TONE_WARN, "The KYC check has expired at %s", say_time(at, t, since));
		happened(t, event, "The approval ran out at %s.", say_time(at, t, since));
		sees(t, "Payouts and deposits are closed until new documents are approved.");
		say(t, "Your check has run out. Please hand in your documents again, then payouts "
		       "are open to you as before.");
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
	const char *s = object_status(o);

	if (o->kind == OBJECT_PAYMENT || o->kind == OBJECT_KYC)
		return !str_equal(s, "confirmed") && !str_equal(s, "approved");
	return !lifecycle_is_terminal(kind_info(o->kind)->vocab, s) && !str_equal(s, "paid");
}

static void tell_open_thing(const struct teller *t, const struct related_item *item,
			    const struct record *r)
{
	enum vocab v = kind_info(r->object.kind)->vocab;
	const char *status = object_status(&r->object);
	const char *noun = subject_noun(item->subject.kind);
	char since[LAPSE_CAP];

	happened(t, event_for(t, item->subject.kind, item->subject.id, NULL), "%s %s is %s for %s.",
		 noun, item->subject.id, status_said(v, status),
		 lapse(since, t->now_ms - since_of(r)));
}

static bool needs_a_person(const struct teller *t, const struct subject *s)
{
	const struct attention_item *item;

	return t->a && attention_of(t->a, s, &item, 1) > 0 && !item->acknowledged;
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
	happened(t, "", "Known of them: %s.", text);
}

void tell_customer(const struct teller *t, const char *id)
{
	size_t count[SUBJECT_KIND_COUNT] = {0};
	size_t open = 0, known = 0, pressing = 0;

	for (size_t i = 0; i < t->story->related.count; i++) {
		const struct related_item *item = &t->story->related.items[i];
		enum object_kind kind = subject_object(item->subject.kind);
		const struct record *r =
			kind != OBJECT_NONE ? store_record(t->st, kind, item->subject.id) : NULL;

		if (!r)
			continue;
		pressing += needs_a_person(t, &item->subject);
		known++;
		count[item->subject.kind]++;
		if (!is_open(&r->object))
			continue;
		if (++open <= 12)
			tell_open_thing(t, item, r);
	}
	if (known == 0) {
		headline(t, TONE_NEUTRAL, "Nothing is known of customer %s yet", id);
		return;
	}
	if (known == 1 && pressing > 0)
		headline(t, TONE_WARN, "What is known of them needs a person");
	else if (pressing > 0)
		headline(t, TONE_WARN, "%zu of their %zu things %s a person", pressing, known,
			 pressing == 1 ? "needs" : "need");
	else if (open > 0)
		headline(t, TONE_WAITING, "%zu of their %zu things %s not over", open, known,
			 open == 1 ? "is" : "are");
	else
		headline(t, TONE_GOOD, "Nothing of theirs is open");
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
