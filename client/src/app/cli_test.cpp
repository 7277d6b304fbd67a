#include "app/cli.h"

#include <gmock/gmock.h>

namespace client {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;

CommandLine Parsed(const std::vector<std::string>& arguments) {
  auto result = ParseCommandLine(arguments);
  if (const auto* stop = std::get_if<CliStop>(&result)) ADD_FAILURE() << stop->text;
  return std::holds_alternative<CommandLine>(result) ? std::get<CommandLine>(result) : CommandLine{};
}

CliStop Stopped(const std::vector<std::string>& arguments) {
  auto result = ParseCommandLine(arguments);
  EXPECT_TRUE(std::holds_alternative<CliStop>(result));
  return std::holds_alternative<CliStop>(result) ? std::get<CliStop>(result) : CliStop{};
}

TEST(CommandLine, HoldsTheCommandAndItsFlags) {
  const CommandLine line = Parsed({"check", "--api", "a.example.org", "--secret=s", "--verify-cname"});
  EXPECT_EQ(line.command, Command::kCheck);
  EXPECT_THAT(line.flags, ElementsAre(Pair("--api", ElementsAre("a.example.org")), Pair("--secret", ElementsAre("s")),
                                      Pair("--verify-cname", ElementsAre(""))));
}

TEST(CommandLine, TakesAValueInBracketsAsItIs) {
  EXPECT_THAT(Parsed({"check", "--fqdns", R"(["a.example.org", "*.b.example.org"])"}).flags,
              ElementsAre(Pair("--fqdns", ElementsAre(R"(["a.example.org", "*.b.example.org"])"))));
  EXPECT_THAT(Parsed({"check", "--resolver", "[2001:db8::1]"}).flags,
              ElementsAre(Pair("--resolver", ElementsAre("[2001:db8::1]"))));
}

TEST(CommandLine, RepeatsWhatMayRepeatAndElseTakesTheLast) {
  const CommandLine line = Parsed({"check", "--resolver", "a", "--resolver", "b", "--api", "x", "--api", "y"});
  EXPECT_THAT(line.flags.at("--resolver"), ElementsAre("a", "b"));
  EXPECT_THAT(line.flags.at("--api"), ElementsAre("y"));
}

TEST(CommandLine, HasHelpForEachCommandWithExamplesFlagsAndVariables) {
  for (const Command command : kCommands) {
    const CliStop stop = Stopped({CommandName(command), "--help"});
    EXPECT_EQ(stop.exit_code, 0);
    EXPECT_THAT(stop.text, HasSubstr("Examples:\n"));
    EXPECT_THAT(stop.text, HasSubstr(std::string("acmedns-selfreg ") + CommandName(command)));
    for (const Setting& setting : AllSettings()) {
      if (!setting.AppliesTo(command)) continue;
      EXPECT_THAT(stop.text, HasSubstr(setting.flag));
      EXPECT_THAT(stop.text, HasSubstr(setting.variable == nullptr ? "" : setting.variable));
    }
    EXPECT_THAT(stop.text, HasSubstr("Exit codes:\n  0  done"));
  }
}

TEST(CommandLine, TellsManifestsOfItsOwnDefaults) {
  EXPECT_THAT(Stopped({"manifests", "--help"}).text,
              AllOf(HasSubstr("(default cert-manager)"), HasSubstr("yaml (default)"), HasSubstr("(default 59s)")));
  EXPECT_THAT(Stopped({"check", "--help"}).text,
              AllOf(Not(HasSubstr("cert-manager)")), Not(HasSubstr("yaml")), HasSubstr("(default 0s)")));
}

TEST(CommandLine, ListsTheCommands) {
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{"--help"}, {"-h"}}) {
    const CliStop stop = Stopped(arguments);
    EXPECT_EQ(stop.exit_code, 0);
    for (const Command command : kCommands) EXPECT_THAT(stop.text, HasSubstr(CommandName(command)));
  }
  EXPECT_EQ(Stopped({}).exit_code, 2);
  EXPECT_THAT(Stopped({}).text, HasSubstr("reregister"));
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  EXPECT_THAT(Stopped({"chekc"}).text, AllOf(HasSubstr("unknown command chekc; did you mean check?")));
  EXPECT_THAT(Stopped({"re-register"}).text, HasSubstr("did you mean reregister?"));
  EXPECT_THAT(Stopped({"zzz"}).text,
              AllOf(HasSubstr("the commands are register, check"), Not(HasSubstr("did you mean"))));
  EXPECT_EQ(Stopped({"chekc"}).exit_code, 2);
}

TEST(CommandLine, SuggestsTheFlagThatWasMeant) {
  EXPECT_THAT(Stopped({"check", "--fqdn", "x"}).text, HasSubstr("unknown flag --fqdn, did you mean --fqdns?"));
  EXPECT_EQ(Stopped({"check", "--fqdn", "x"}).exit_code, 2);
}

TEST(CommandLine, SaysWhichCommandAFlagIsNotFor) {
  EXPECT_THAT(Stopped({"status", "--prune"}).text, HasSubstr("--prune is not for status"));
  EXPECT_THAT(Stopped({"check", "extra"}).text, HasSubstr("check takes flags only, not extra"));
  EXPECT_THAT(Stopped({"check", "check"}).text, HasSubstr("check takes flags only, not check"));
  EXPECT_THAT(Stopped({"--api", "x", "check"}).text, HasSubstr("the command goes before --api"));
}

TEST(CommandLine, RefusesPasswordsWithoutRepeatingThem) {
  for (const auto& arguments :
       {std::vector<std::string>{"register", "--password", "p4ss"}, {"register", "--password=p4ss"}}) {
    const CliStop stop = Stopped(arguments);
    EXPECT_EQ(stop.exit_code, 2);
    EXPECT_THAT(stop.text, AllOf(HasSubstr("--password-file"), HasSubstr("REG_PASSWORD"), Not(HasSubstr("p4ss"))));
  }
}

TEST(CommandLine, NamesFlagAndVariableOfAValueThatIsMissing) {
  for (const auto& arguments : {std::vector<std::string>{"check", "--api"},
                                {"check", "--api="},
                                {"check", "--api", "--secret", "s"},
                                {"check", "--secret", "s", "--api", "--prune"}}) {
    const CliStop stop = Stopped(arguments);
    EXPECT_EQ(stop.exit_code, 2);
    EXPECT_THAT(stop.text, HasSubstr("--api (ACME_DNS_API): its value URL is missing"));
  }
  EXPECT_THAT(Parsed({"manifests", "--params", "p", "--arg", "--prune"}).flags.at("--arg"), ElementsAre("--prune"));
}

TEST(CommandLine, TakesASwitchWithItsValue) {
  EXPECT_TRUE(Parsed({"check", "--prune=true"}).flags.contains("--prune"));
  EXPECT_FALSE(Parsed({"check", "--prune=false"}).flags.contains("--prune"));
  EXPECT_FALSE(Parsed({"check", "--prune", "--prune=false"}).flags.contains("--prune"));
  EXPECT_THAT(Stopped({"check", "--prune=maybe"}).text, HasSubstr("--prune must be true or false, not maybe"));
}

TEST(Nearest, FindsNothingFar) {
  const std::vector<std::string_view> words = {"register", "check"};
  EXPECT_EQ(Nearest("chek", words), "check");
  EXPECT_EQ(Nearest("regsiter", words), "register");
  EXPECT_THAT(Nearest("status", words), IsEmpty());
}

}  // namespace
}  // namespace client
