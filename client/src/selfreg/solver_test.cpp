#include "selfreg/solver.h"

#include <gtest/gtest.h>

namespace client {
namespace {

TEST(Solver, IsAnItemForAnIssuersSolvers) {
  EXPECT_EQ(SolverYaml({.endpoint = "https://acme-dns.example.com", .secret_name = "acme-dns-client"}),
            R"(- dns01:
    acmeDNS:
      host: "https://acme-dns.example.com"
      accountSecretRef:
        name: "acme-dns-client"
        key: "acmedns.json"
)");
}

}  // namespace
}  // namespace client
