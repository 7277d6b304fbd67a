#include "base/text.h"

#include <gtest/gtest.h>

namespace client {
namespace {

TEST(IsUtf8, TakesTextOfEveryLength) {
  for (const char* text : {"", "plain", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                           "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf",
                           "b\xc3\xbc"
                           "cher"}) {
    EXPECT_TRUE(IsUtf8(text)) << text;
  }
}

TEST(IsUtf8, RefusesWhatIsCutOffOverlongOrNoCharacter) {
  for (const char* text :
       {"\x80", "\xff", "\xc3", "\xc3(", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xe2\x82", "\xe2\x82x",
        "\xed\xa0\x80", "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "p\xe4"}) {
    EXPECT_FALSE(IsUtf8(text));
  }
}

TEST(Printable, CutsAndHidesWhatIsNoAscii) {
  EXPECT_EQ(Printable("a\n\xff", 10), "a??");
  EXPECT_EQ(Printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace client
