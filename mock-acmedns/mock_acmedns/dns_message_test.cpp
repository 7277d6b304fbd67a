#include "mock_acmedns/dns_message.h"

#include <gtest/gtest.h>

#include <string>

namespace mock_acmedns {
namespace {

using Verdict = DnsRequest::Verdict;

std::string Octets(std::string_view hex) {
  std::string out;
  std::string digits;
  for (const char c : hex) {
    if (c == ' ') continue;
    digits.push_back(c);
    if (digits.size() == 2) {
      out.push_back(static_cast<char>(std::stoi(digits, nullptr, 16)));
      digits.clear();
    }
  }
  return out;
}

Verdict VerdictOn(std::string_view hex) {
  return ReadDnsRequest(Octets(hex)).verdict;
}

TEST(NameText, EscapesAsTheLibraryDoes) {
  EXPECT_EQ(NameText(Octets("00")), ".");
  EXPECT_EQ(NameText(Octets("0161 026262 00")), "a.bb.");
  EXPECT_EQ(NameText(Octets("04 2e5c4000 00")), "\\.\\\\\\@\\000.");
  EXPECT_EQ(NameText(Octets("02 41ff 00")), "A\\255.");
}

TEST(NameWire, TakesNamesWithinTheLimits) {
  EXPECT_EQ(NameWire("a.bb."), Octets("0161 026262 00"));
  EXPECT_EQ(NameWire("."), Octets("00"));
  EXPECT_FALSE(NameWire("a..b"));
  EXPECT_FALSE(NameWire(std::string(64, 'a')));
  EXPECT_TRUE(NameWire(std::string(63, 'a')));
  std::string longest;
  for (int i = 0; i < 127; ++i) longest += "a.";
  EXPECT_TRUE(NameWire(longest));
  EXPECT_FALSE(NameWire("b" + longest));
}

TEST(ReadDnsRequest, ReadsAQuestion) {
  const DnsRequest request = ReadDnsRequest(Octets("1234 0100 0001 0000 0000 0000 0161 00 0010 0003"));
  EXPECT_EQ(request.verdict, Verdict::kServe);
  EXPECT_EQ(request.id, 0x1234);
  ASSERT_TRUE(request.question);
  EXPECT_EQ(request.question->name, "a.");
  EXPECT_EQ(request.question->type, 16);
  EXPECT_EQ(request.question->klass, 3);
  EXPECT_FALSE(request.edns_version);
}

TEST(ReadDnsRequest, IgnoresScrapsAndAnswers) {
  EXPECT_EQ(VerdictOn(""), Verdict::kIgnore);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 00"), Verdict::kIgnore);
  EXPECT_EQ(VerdictOn("1234 8180 0001 0000 0000 0000 0161 00 0001 0001"), Verdict::kIgnore);
}

TEST(ReadDnsRequest, ToleratesAMessageThatEndsEarly) {
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 0161 00"), Verdict::kServe);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 0161 00 0001"), Verdict::kServe);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 0161 00 0001 00"), Verdict::kServe);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 0161 00 00"), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0001 0161 00 0001 0001"), Verdict::kServe);
  const DnsRequest header_alone = ReadDnsRequest(Octets("1234 0100 0001 0000 0000 0000"));
  EXPECT_EQ(header_alone.verdict, Verdict::kServe);
  EXPECT_FALSE(header_alone.question);
}

TEST(ReadDnsRequest, RefusesMalformedNames) {
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 0161"), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 c00c 0001 0001"), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 4161 00 0001 0001"), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 3f61 00 0001 0001"), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0000 c0ff 0001 0001"), Verdict::kFormErr);
}

TEST(ReadDnsRequest, RefusesMalformedRecordsWithTheirQuestion) {
  const std::string question = "0161 00 0001 0001 ";
  const DnsRequest short_address =
      ReadDnsRequest(Octets("1234 0100 0001 0001 0000 0000 " + question + "0161 00 0001 0001 00000001 0003 010203"));
  EXPECT_EQ(short_address.verdict, Verdict::kFormErr);
  EXPECT_TRUE(short_address.question);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0001 0000 0000 " + question + "0161 00 0001 0001 00000001 0004 01020304"),
            Verdict::kServe);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0001 " + question + "c00c 000f 0001 00000001 0002 000a"),
            Verdict::kServe)
      << "fields may be missing at the end of a record";
  const std::string signature = "0161 00 00fa 00ff 00000000 ";  // TSIG, with the root for an algorithm
  const std::string signed_by = "1234 0100 0001 0000 0000 0001 " + question + signature;
  EXPECT_EQ(VerdictOn(signed_by + "0013 00 000000000001 012c 0002 aabb 1234 0000 0000"), Verdict::kServe);
  EXPECT_EQ(VerdictOn(signed_by + "000b 00 000000000001 012c 0002"), Verdict::kServe);
  EXPECT_EQ(VerdictOn(signed_by + "000c 00 000000000001 012c 0002 aa"), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn(signed_by + "000a 00 000000000001 012c 00"), Verdict::kFormErr);
}

TEST(ReadDnsRequest, CountsRecords) {
  const std::string question = "0161 00 0001 0001 ";
  EXPECT_EQ(VerdictOn("1234 0100 0001 0002 0000 0000 " + question), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0002 0000 " + question), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0000 0000 0003 " + question), Verdict::kFormErr);
  EXPECT_EQ(VerdictOn("1234 0100 0001 0001 0001 0002 " + question), Verdict::kServe);
  EXPECT_EQ(VerdictOn("1234 0100 0000 0000 0000 0000"), Verdict::kFormErr);
}

TEST(ReadDnsRequest, ChecksEdnsOptions) {
  const auto with_option = [](const std::string& option, unsigned length) {
    char header[32];
    std::snprintf(header, sizeof header, "00 0029 04d0 00000000 %04x ", length);
    return VerdictOn("1234 0100 0001 0000 0000 0001 0161 00 0001 0001 " + std::string(header) + option);
  };
  EXPECT_EQ(with_option("000a 0008 0102030405060708", 12), Verdict::kServe);     // cookie
  EXPECT_EQ(with_option("0008 0007 0001 18 00 0a0000", 11), Verdict::kServe);    // client subnet
  EXPECT_EQ(with_option("0008 0007 0001 21 00 0a0000", 11), Verdict::kFormErr);  // … of 33 bits
  EXPECT_EQ(with_option("0008 0004 0003 18 00", 8), Verdict::kFormErr);          // … of no family
  EXPECT_EQ(with_option("0008 0002 0001", 6), Verdict::kFormErr);
  EXPECT_EQ(with_option("000b 0003 000000", 7), Verdict::kFormErr);  // keep-alive
  EXPECT_EQ(with_option("000c 0009 00", 5), Verdict::kFormErr);      // cut short
}

TEST(DnsReply, RefusesWithTheRequestsFlags) {
  EXPECT_EQ(DnsReply::Refusal(ReadDnsRequest(Octets("1234 2bff 0001 0000 0000 0000"))),
            Octets("1234 abb4 0000 0000 0000 0000"));
  EXPECT_EQ(DnsReply::Refusal(ReadDnsRequest(Octets("1234 2100 0000 0000 0000 0000"))),
            Octets("1234 8101 0000 0000 0000 0000"));
}

TEST(Rcode, HasNames) {
  EXPECT_EQ(RcodeName(2), "SERVFAIL");
  EXPECT_EQ(RcodeName(16), "BADVERS");
  EXPECT_EQ(RcodeName(77), "77");
  EXPECT_EQ(RcodeFromName("NXDOMAIN"), 3);
  EXPECT_EQ(RcodeFromName("nxdomain"), std::nullopt);
  EXPECT_EQ(TypeName(16), "TXT");
  EXPECT_EQ(TypeName(4711), "TYPE4711");
  for (const char* name : {"TXT", "CAA", "TYPE4711"}) EXPECT_TRUE(IsTypeName(name)) << name;
  for (const char* name : {"", "txt", "TYPE", "TYPE16", "TYPE70000", "TYPE1x"}) EXPECT_FALSE(IsTypeName(name)) << name;
}

}  // namespace
}  // namespace mock_acmedns
