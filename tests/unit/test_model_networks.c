/* Networks: the links we make are the links we recognise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/networks.h"

#include <string.h>

static const char *const WORDS[] = {"ethereum", "base",     "bsc", "solana",  "avalanche",
				    "arbitrum", "optimism", "ton", "cardano", "sui"};

static void test_network_of_every_link_we_make_is_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
		for (int testnet = 0; testnet < 2; testnet++) {
			char link[256];
			const char *host;

			assert_true(explorer_link(link, sizeof(link), WORDS[i], "0xab12", testnet));
			host = strstr(link, "://") + 3;
			assert_string_equal(network_of_host(host, strcspn(host, "/")), WORDS[i]);
		}
	}
}

static void test_network_hosts_end_at_a_dot(void **state)
{
	(void)state;
	assert_string_equal(network_of_host("www.ETHERSCAN.io", 16), "ethereum");
	assert_null(network_of_host("notetherscan.io", 15));
	assert_null(network_of_host("etherscan.io.evil.example", 25));
	assert_null(network_of_host("", 0));
}

static void test_network_words_and_names(void **state)
{
	(void)state;
	assert_string_equal(network_of_word("bnb"), "bsc");
	assert_string_equal(network_of_word("eth"), "ethereum");
	assert_null(network_of_word(""));
	assert_null(network_of_word("dogecoin"));
	assert_string_equal(network_name("bsc"), "BNB Smart Chain");
	assert_string_equal(network_name("dogecoin"), "dogecoin");
}

static void test_network_links_of_strange_hashes_are_not_made(void **state)
{
	char link[256];

	(void)state;
	assert_false(explorer_link(link, sizeof(link), "base", "0x12/../evil", false));
	assert_false(explorer_link(link, sizeof(link), "base", "", false));
	assert_false(explorer_link(link, sizeof(link), "dogecoin", "0x12", false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network_of_every_link_we_make_is_recognised),
		cmocka_unit_test(test_network_hosts_end_at_a_dot),
		cmocka_unit_test(test_network_words_and_names),
		cmocka_unit_test(test_network_links_of_strange_hashes_are_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
