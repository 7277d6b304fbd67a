#include "base/base64.h"

#include <gtest/gtest.h>

namespace client {
namespace {

TEST(Base64, EncodesAsRfc4648) {
  EXPECT_EQ(EncodeBase64(""), "");
  EXPECT_EQ(EncodeBase64("f"), "Zg==");
  EXPECT_EQ(EncodeBase64("fo"), "Zm8=");
  EXPECT_EQ(EncodeBase64("foo"), "Zm9v");
  EXPECT_EQ(EncodeBase64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(EncodeBase64("\xfb\xff\xfe"), "+//+");
}

TEST(Base64, GivesBackEveryByteOfEveryLength) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes) << "at length " << i;
    bytes += static_cast<char>(i * 7);
  }
}

TEST(Base64, SkipsLineBreaks) {
  EXPECT_EQ(DecodeBase64("Zm9v\r\nYmFy\n"), "foobar");
}

TEST(Base64, RefusesWhatIsNotPaddedStandardBase64) {
  for (const char* text :
       {"Z", "Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "====", "=", "Zm 8", "Zm-_", "Zg==Zg==", "Z=g=", "%%%%"}) {
    EXPECT_EQ(DecodeBase64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace client
