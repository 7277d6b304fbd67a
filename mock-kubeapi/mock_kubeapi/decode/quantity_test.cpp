#include "mock_kubeapi/decode/quantity.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace mock_kubeapi::decode {
namespace {

TEST(Quantity, TakesItsCanonicalForm) {
  const std::vector<std::pair<const char*, const char*>> cases = {{"1", "1"},
                                                                  {"1024Mi", "1Gi"},
                                                                  {"0.1", "100m"},
                                                                  {"1.5Gi", "1536Mi"},
                                                                  {"100m", "100m"},
                                                                  {"1000m", "1"},
                                                                  {"0.5", "500m"},
                                                                  {"1e3", "1e3"},
                                                                  {"1E3", "1E3"},
                                                                  {"1e4", "10e3"},
                                                                  {"12345e2", "1234500"},
                                                                  {"0.0001", "100u"},
                                                                  {"0.0000000001", "1n"},
                                                                  {"1.1Ki", "1126400m"},
                                                                  {"500Ki", "500Ki"},
                                                                  {"1024", "1024"},
                                                                  {"1Ki", "1Ki"},
                                                                  {"0.5Ki", "512"},
                                                                  {"0.1Ki", "102400m"},
                                                                  {"+5", "+5"},
                                                                  {"-1", "-1"},
                                                                  {"-0.5", "-500m"},
                                                                  {"00", "0"},
                                                                  {"0.00", "0"},
                                                                  {".", "0"},
                                                                  {"1.G", "1.G"},
                                                                  {"5E", "5E"},
                                                                  {"1e-3", "1e-3"},
                                                                  {"0.3e1", "3"},
                                                                  {"9223372036854775808", "9223372036854775808"},
                                                                  {"8Ei", "9223372036854775807"},
                                                                  {"9Ei", "9223372036854775807"},
                                                                  {"16Ei", "9223372036854775807"},
                                                                  {"99999999999999999999", "99999999999999999999"},
                                                                  {"1234567890.123456789", "1234567890123456789n"},
                                                                  {"1.23456789012k", "1234567890120n"},
                                                                  {"1e100", "10e99"},
                                                                  {"1000n", "1u"},
                                                                  {"2.50", "2500m"},
                                                                  {"0.001Ki", "1024m"},
                                                                  {"1.0", "1"},
                                                                  {"1000", "1k"},
                                                                  {"10000", "10k"},
                                                                  {"1000M", "1G"},
                                                                  {"1.5Ti", "1536Gi"},
                                                                  {"3.7Mi", "3879731200m"},
                                                                  {"-1.5Gi", "-1536Mi"},
                                                                  {"1Ei", "1Ei"},
                                                                  {"0.1Gi", "107374182400m"},
                                                                  {"1100e-2", "11"},
                                                                  {"1e-10", "1e-9"},
                                                                  {"1.5e-10", "1e-9"},
                                                                  {"1e21", "1e21"},
                                                                  {"0.00000000000001", "1n"},
                                                                  {"9999999999999999999k", "9999999999999999999k"},
                                                                  {"8Ki", "8Ki"},
                                                                  {"0.5Mi", "512Ki"},
                                                                  {"1023Ki", "1023Ki"},
                                                                  {"1e1", "10"},
                                                                  {"1500k", "1500k"}};
  for (const auto& [text, canonical] : cases) {
    const auto shown = CanonicalQuantity(text);
    ASSERT_TRUE(shown.has_value()) << text << ": " << shown.error();
    EXPECT_EQ(*shown, canonical) << text;
    EXPECT_EQ(CanonicalQuantity(*shown), *shown) << text;
  }
}

TEST(Quantity, IsRefusedInTheWordsOfTheServer) {
  const char* format = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  for (const char* text : {"", "1x", "1e3m", " 1", "abc", "1 Gi"}) {
    EXPECT_EQ(CanonicalQuantity(text).error(), format) << text;
  }
  for (const char* text : {"1kk", "1e", "1i", "1m5", "1e99999999999"}) {
    EXPECT_EQ(CanonicalQuantity(text).error(), "unable to parse quantity's suffix") << text;
  }
}

}  // namespace
}  // namespace mock_kubeapi::decode
