#include "mock_kubeapi/base64.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_kubeapi {
namespace {

TEST(Base64, RoundTripsTheRfcVectors) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                                                         {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : vectors) {
    EXPECT_EQ(EncodeBase64(plain), encoded);
    EXPECT_EQ(DecodeBase64(encoded), plain);
  }
}

TEST(Base64, RefusesWhatIsNone) {
  for (const std::string text : {"Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Z g=", "Zm9-"}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

TEST(Base64, SkipsLineBreaks) {
  EXPECT_EQ(DecodeBase64("Zm9v\r\nYg=\n="), "foob");
}

TEST(Base64Url, HasItsOwnAlphabetAndNoPadding) {
  const std::string bytes = "\xfb\xff\xfe";
  EXPECT_EQ(EncodeBase64Url(bytes), "-__-");
  EXPECT_EQ(DecodeBase64Url("-__-"), bytes);
  EXPECT_EQ(EncodeBase64Url("f"), "Zg");
  EXPECT_EQ(DecodeBase64Url("Zg"), "f");
  for (const std::string text : {"Zg==", "Z", "Zh", "+//+"}) EXPECT_EQ(DecodeBase64Url(text), std::nullopt) << text;
}

}  // namespace
}  // namespace mock_kubeapi
