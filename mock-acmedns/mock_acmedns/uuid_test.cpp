#include "mock_acmedns/uuid.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_acmedns {
namespace {

const std::string kText = "c36f50e8-4632-44f0-83fe-e070fef28a10";

TEST(Uuid, ReadsEverySpellingOfTheLibrary) {
  for (const std::string& text :
       {kText, std::string("C36F50E8-4632-44F0-83FE-E070FEF28A10"), std::string("c36f50e8463244f083fee070fef28a10"),
        "urn:uuid:" + kText, "URN:UUID:" + kText, "{" + kText + "}", "x" + kText + "y"}) {
    const auto uuid = Uuid::Parse(text);
    ASSERT_TRUE(uuid) << text;
    EXPECT_EQ(uuid->Text(), kText);
  }
}

TEST(Uuid, RefusesOtherTexts) {
  for (const std::string& text :
       {std::string(), std::string("bob"), kText + "0", kText.substr(1), "g" + kText.substr(1), "urn-uuid:" + kText,
        std::string("c36f50e8_4632_44f0_83fe_e070fef28a10"), std::string("c36f50e8463244f083fee070fef28a1z")}) {
    EXPECT_FALSE(Uuid::Parse(text)) << text;
  }
  EXPECT_TRUE(Uuid::ParseCanonical(kText));
  EXPECT_FALSE(Uuid::ParseCanonical("C36f50e8-4632-44f0-83fe-e070fef28a10"));
  EXPECT_FALSE(Uuid::ParseCanonical("{" + kText + "}"));
}

TEST(Uuid, RandomOnesAreVersion4AndFollowTheSeed) {
  mock_http::SeededRandom one(1);
  mock_http::SeededRandom same(1);
  const Uuid uuid = Uuid::Random(one);
  EXPECT_EQ(uuid, Uuid::Random(same));
  EXPECT_FALSE(uuid == Uuid::Random(one));
  EXPECT_EQ(uuid.Text()[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid.Text()[19]), std::string::npos);
}

}  // namespace
}  // namespace mock_acmedns
