/* Payouts in plain words. */
#include "model/explain_priv.h"

#include "base/strbuf.h"
#include "model/fiat.h"
#include "model/networks.h"
#include "model/store_priv.h"

#include <string.h>

/* " (3,026.55 PLN, by SEPA)": what of it is known. */
static void what_arrives(char ret[MONEY_TEXT_CAP * 2], const struct payout *p)
{
	char a[MONEY_TEXT_CAP];
	struct money fiat;
	bool known = payout_fiat(p, &fiat), by = p->rail[0] != '\0';

	ret[0] = '\0';
	if (known || p->fiat_currency[0] || by)
		str_printf(ret, MONEY_TEXT_CAP * 2, " (%s%s%s%s)",
			   known                 ? payout_text(a, p)
			   : p->fiat_currency[0] ? "an amount in "
						 : "",
			   known ? "" : p->fiat_currency,
			   by ? known || p->fiat_currency[0] ? ", by " : "by " : "",
			   by ? rail_name(p->rail) : "");
}

static void tell_payout_birth(const struct teller *t, const struct payout *p)
{
	char a[MONEY_TEXT_CAP], what[MONEY_TEXT_CAP * 2], at[SAY_TIME_CAP];

	what_arrives(what, p);
	happened(t, event_for(t, SUBJECT_PAYOUT, p->id, "queued"),
		 "A payout of %s%s to %s%s%s was requested at %s.", dollars(a, p->amount), what,
		 p->bank_account.bank_name[0] ? p->bank_account.bank_name : "the bank",
		 p->bank_account.last4[0] ? ", account ending in " : "", p->bank_account.last4,
		 say_time(at, t, p->created_at));
	if (p->retry_of[0])
		happened(t, "", "It was made to retry payout %s.", p->retry_of);
}

/* What became of it after it had failed. */
enum retried { RETRIED_NOT, RETRIED_OPEN, RETRIED_ARRIVED, RETRIED_IN_VAIN };
#define RETRIES_MAX 16

static enum retried tell_retry(const struct teller *t, const struct entry *en)
{
	const struct record *r = record_show(t->st, (struct entry *)en);
	const char *id = object_id(&r->object), *status = object_status(&r->object);

	happened(t, event_for(t, SUBJECT_PAYOUT, id, NULL),
		 "It was retried as payout %s, which %s%s.", id,
		 str_equal(status, "failed") ? "" : "is ", status_said(VOCAB_PAYOUT, status));
	if (str_equal(status, "paid"))
		return RETRIED_ARRIVED;
	return str_equal(status, "queued") || str_equal(status, "processing") ? RETRIED_OPEN
									      : RETRIED_IN_VAIN;
}

/* The last of those that retry it, and each other. */
static enum retried tell_retries(const struct teller *t, const char *id)
{
	const struct entry *en = links_first_of(t->st, OBJECT_PAYOUT, id);
	enum retried last = RETRIED_NOT;

	for (int i = 0; en && i < RETRIES_MAX; i++) {
		last = tell_retry(t, en);
		en = links_first_of(t->st, OBJECT_PAYOUT, entry_id(t->st, en));
	}
	return last;
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
			 payout_text(a, p), lapse_between(age, p->estimated_arrival_at, t->now_ms));
	else if (promised)
		headline(t, TONE_ACTIVE, "The payout of %s is on its way, expected by %s",
			 payout_text(a, p), say_time(at, t, p->estimated_arrival_at));
	else
		headline(t, TONE_ACTIVE, "The payout of %s is %s", payout_text(a, p),
			 status_said(VOCAB_PAYOUT, p->status));
	sees(t, "Nothing on the bank account yet.");
	if (late)
		say(t,
		    "Your %s is taking longer than the bank told us. Nothing says that it failed "
		    "or came back; we will ask where it is.",
		    payout_text(a, p));
	else
		say(t, "Your %s is on its way to your bank%s%s.", payout_text(a, p),
		    promised ? ", expected by " : "",
		    promised ? say_time(at, t, p->estimated_arrival_at) : "");
}

/* When it was in the bank, before the bank sent it back; TIME_NONE nothing says that it was. */
static int64_t payout_arrived_ms(const struct teller *t, const struct payout *p)
{
	for (size_t i = t->story->count; i-- > 0;) {
		const struct story_step *s = &t->story->steps[i];

		if (s->subject.kind == SUBJECT_PAYOUT && str_equal(s->subject.id, p->id) &&
		    str_equal(s->status, "paid"))
			return s->ms;
	}
	return p->paid_at;
}

/* What mends it: another account, where the code speaks of the account; else nobody knows yet. */
static const char *payout_remedy(const struct payout *p)
{
	return strstr(p->failure_code, "account") || strstr(p->failure_code, "beneficiary")
		       ? "Please check the account with me, so that it can be sent again."
		       : "We will find out why, so that it can be sent again.";
}

static void payout_came_back(const struct teller *t, const struct payout *p, int64_t back_ms,
			     const char *why, enum retried again)
{
	int64_t arrived = payout_arrived_ms(t, p);
	const char *colon = why[0] ? ": " : "";
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP], back[SAY_TIME_CAP];

	(void)say_time(back, t, back_ms);
	if (arrived != TIME_NONE)
		sees(t, "%s arrived on the bank account at %s and went back at %s.",
		     payout_text(a, p), say_time(at, t, arrived), back);
	else
		sees(t, "Nothing on the bank account: the bank sent it back at %s.", back);
	if (again == RETRIED_OPEN || again == RETRIED_ARRIVED)
		say(t, "Your bank sent your payout back%s%s; we have sent it again%s.", colon, why,
		    again == RETRIED_ARRIVED ? ", and it has arrived" : "");
	else if (again == RETRIED_IN_VAIN)
		say(t,
		    "I am sorry, your bank sent your payout back%s%s. We have sent it again, and "
		    "that did not go through either. %s",
		    colon, why, payout_remedy(p));
	else if (arrived != TIME_NONE)
		say(t,
		    "I am sorry: your %s arrived at %s, and your bank sent it back at %s%s%s. %s",
		    payout_text(a, p), say_time(at, t, arrived), back, colon, why,
		    payout_remedy(p));
	else
		say(t, "I am sorry, your bank sent your %s back at %s%s%s. %s", payout_text(a, p),
		    back, colon, why, payout_remedy(p));
}

static void payout_failed(const struct teller *t, const struct payout *p, const char *why,
			  enum retried again)
{
	if (again == RETRIED_ARRIVED)
		sees(t, "The money, from the later payout.");
	else
		sees(t, "Nothing on the bank account.");
	if (again == RETRIED_OPEN || again == RETRIED_ARRIVED)
		say(t, "Your payout did not go through at first; we have sent it again%s.",
		    again == RETRIED_ARRIVED ? ", and it has arrived" : "");
	else if (again == RETRIED_IN_VAIN)
		say(t,
		    "I am sorry, your payout did not go through. We have sent it again, and that "
		    "did not go through either. %s",
		    payout_remedy(p));
	else
		say(t, "I am sorry, your payout did not go through%s%s. %s", why[0] ? ": " : "",
		    why, payout_remedy(p));
}

static void payout_no_more(const struct teller *t, const struct record *r, const struct payout *p,
			   const char *event)
{
	const char *why = p->failure_message[0] ? p->failure_message : p->failure_code;
	const char *colon = why[0] ? ": " : "";
	bool failed = str_equal(p->status, "failed");
	enum retried again;
	int64_t arrived = failed ? TIME_NONE : payout_arrived_ms(t, p);
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	if (arrived != TIME_NONE)
		happened(t, event_for(t, SUBJECT_PAYOUT, p->id, "paid"),
			 "It reached the bank at %s.", say_time(at, t, arrived));
	tell_line(t, EXPLAIN_HAPPENED, event, TONE_BAD, "%s at %s%s%s.",
		  failed ? "It failed" : "The bank sent it back", say_time(at, t, told_since(r)),
		  colon, why);
	again = tell_retries(t, p->id);
	headline(t, again == RETRIED_OPEN || again == RETRIED_ARRIVED ? TONE_DEAD : TONE_BAD,
		 "The payout of %s %s%s%s%s", payout_text(a, p),
		 failed ? "failed" : "came back from the bank", colon, why,
		 again == RETRIED_NOT       ? ""
		 : again == RETRIED_IN_VAIN ? " (retried in vain)"
					    : " (retried since)");
	if (failed)
		payout_failed(t, p, why, again);
	else
		payout_came_back(t, p, told_since(r), why, again);
}

static void payout_over(const struct teller *t, const struct record *r, const struct payout *p,
			const char *event)
{
	char a[MONEY_TEXT_CAP], at[SAY_TIME_CAP];

	if (str_equal(p->status, "paid")) {
		headline(t, TONE_GOOD, "The payout of %s reached the bank at %s", payout_text(a, p),
			 say_time(at, t, p->paid_at != TIME_NONE ? p->paid_at : told_since(r)));
		happened(t, event, "It reached the bank at %s.",
			 say_time(at, t, p->paid_at != TIME_NONE ? p->paid_at : told_since(r)));
		sees(t, "%s on the bank account.", payout_text(a, p));
		say(t,
		    "Your %s has arrived at your bank. If you do not see it, please ask them "
		    "about a transfer%s%s.",
		    payout_text(a, p), p->rail[0] ? " by " : "", rail_name(p->rail));
		return;
	}
	if (str_equal(p->status, "canceled")) {
		headline(t, TONE_DEAD, "The payout of %s was canceled before it left",
			 payout_text(a, p));
		sees(t, "Nothing: no money left.");
		say(t, "Your payout was canceled and no money has left. You can ask for it "
		       "again.");
		return;
	}
	payout_no_more(t, r, p, event);
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
