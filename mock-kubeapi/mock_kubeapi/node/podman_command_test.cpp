// What podman is told; interop/image/cycle has it run the real image.
#include "mock_kubeapi/node/podman_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mock_kubeapi {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

const PodmanFiles kFiles = {.image = "abc", .environment_file = "/p/environment", .pid_file = "/p/pid"};

ContainerSetup ToolSetup() {
  ContainerSetup setup;
  setup.id = {.pod_uid = "u", .container = "main", .attempt = 0};
  setup.image = "tool:1";
  return setup;
}

std::vector<std::string> Words(const ContainerSetup& setup, const ProcessPlace& place = {.run_folder = "/p"}) {
  return PodmanRunArguments(setup, place, kFiles).value();
}

TEST(PodmanCommand, EndsWithTheImageAndTheArguments) {
  ContainerSetup setup = ToolSetup();
  setup.arguments = {"check", "--all"};
  const auto words = Words(setup);
  EXPECT_EQ(words.front(), "run");
  EXPECT_THAT(std::vector(words.end() - 3, words.end()), ElementsAre("abc", "check", "--all"));
  EXPECT_THAT(words, Not(Contains(HasSubstr("--entrypoint"))));
}

TEST(PodmanCommand, ReplacesTheEntrypointByThePodsCommand) {
  ContainerSetup setup = ToolSetup();
  setup.command = {"/bin/x", "a \"b\""};
  EXPECT_THAT(Words(setup), Contains(R"(--entrypoint=["/bin/x","a \"b\""])"));
}

TEST(PodmanCommand, KeepsValuesOfVariablesOutOfItsWords) {
  ContainerSetup setup = ToolSetup();
  setup.environment = {{"PASSWORD", "hunter2"}, {"KEY", "hunter2\nand more"}};
  const auto words = Words(setup);
  EXPECT_THAT(words, Not(Contains(HasSubstr("hunter2"))));
  EXPECT_THAT(words, IsSupersetOf({"--env-file=/p/environment", "--env=KEY"}));
  const PodmanEnvironment environment = SplitEnvironment(setup);
  EXPECT_EQ(environment.file, "PASSWORD=hunter2\n");
  EXPECT_THAT(environment.inherited, ElementsAre(std::pair{"KEY", "hunter2\nand more"}));
}

TEST(PodmanCommand, MountsVolumesAndTheTerminationMessage) {
  ContainerSetup setup = ToolSetup();
  setup.mounts = {{.volume = "v", .path = "/v", .sub_path = "", .read_only = true},
                  {.volume = "e", .path = "/e", .sub_path = "", .read_only = false}};
  setup.termination_message_path = "/dev/termination-log";
  const ProcessPlace place{.run_folder = "/p", .sources = {{"/v", "/s/v"}, {"/e", "/s/e"}}};
  EXPECT_THAT(Words(setup, place), IsSupersetOf({"--volume=/s/v:/v:ro", "--volume=/s/e:/e",
                                                 "--volume=/p/termination-log:/dev/termination-log"}));
}

TEST(PodmanCommand, RefusesAPathThatPodmanWouldCutInTwo) {
  ContainerSetup setup = ToolSetup();
  setup.mounts = {{.volume = "v", .path = "/v", .sub_path = "a:b", .read_only = true}};
  const auto words = PodmanRunArguments(setup, {.run_folder = "/p", .sources = {{"/v", "/s/a:b"}}}, kFiles);
  ASSERT_FALSE(words);
  EXPECT_EQ(words.error(), "/s/a:b: podman can't mount that");
}

TEST(PodmanCommand, HoldsTheContainerToItsSecurityContext) {
  ContainerSetup setup = ToolSetup();
  setup.user = 65532;
  setup.group = 65533;
  setup.volumes["v"].group = 2000;
  setup.security = {.read_only_root = true,
                    .may_gain_privileges = false,
                    .dropped_capabilities = {"ALL"},
                    .added_capabilities = {"NET_BIND_SERVICE"}};
  EXPECT_THAT(Words(setup),
              IsSupersetOf({"--user=65532:65533", "--group-add=2000", "--read-only", "--security-opt=no-new-privileges",
                            "--cap-drop=ALL", "--cap-add=NET_BIND_SERVICE"}));
  EXPECT_THAT(Words(ToolSetup()), Not(Contains(HasSubstr("--user"))));
  EXPECT_THAT(Words(ToolSetup()), Not(Contains("--read-only")));
}

}  // namespace
}  // namespace mock_kubeapi
